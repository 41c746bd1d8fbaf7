"""The rate of a line without one of its own is that of the day of delivery (case 11)."""

from decimal import Decimal
from pathlib import Path

import pytest

from closing_site.companies.models import Company, User, ZeroCategory
from closing_site.companies.settings_actions import change_settings
from orders.actions.delivering import take_back_delivery
from orders.models import Order
from tests.stories.books import (
    REASON,
    close,
    findings,
    import_files,
    open_company,
    require_integrity,
    view,
    walk,
)

pytestmark = pytest.mark.django_db(transaction=True)

MONTH = "2026-10"
PARTIES = {
    "customers": "code,name\nK1,Eins",
    "products": "sku,name,unit_price,tax_rate\nP1,Teil,100,16",
}
LATER = {"products": "sku,name,unit_price,tax_rate\nP1,Teil,100,13"}
ORDERS = (
    "number,customer_code,order_date,delivered_on,stated_total\nH1,K1,2026-10-05,2026-10-20,116"
    "\nH2,K1,2026-10-05,2026-10-20,"
)
LINES = "order_number,line_number,sku,quantity,unit_price\nH1,1,P1,1,100\nH2,1,P1,1,100"
RATES = "SELECT number, gross FROM v_orders ORDER BY 1"


@pytest.fixture(autouse=True)
def books(transactional_db: None, tmp_path: Path) -> None:
    open_company(first_period=MONTH)
    import_files(tmp_path, **PARTIES)


def test_a_later_rate_of_the_product_leaves_what_is_delivered(tmp_path: Path) -> None:
    import_files(tmp_path, orders=ORDERS, order_lines=LINES)
    import_files(tmp_path, **LATER)
    assert view(RATES) == [("H1", "116"), ("H2", "116")]
    walk(MONTH, "--through", "confirm")
    assert findings(MONTH, "tax-rate-changed", "stated-total") == [
        ("tax-rate-changed", "order:H1", "3"),
        ("tax-rate-changed", "order:H2", "3"),
    ]
    assert view(
        "SELECT DISTINCT parameters #>> '{lines,0,rate}', parameters #>> '{lines,0,rate_now}',"
        " parameters #>> '{lines,0,tax}', parameters #>> '{lines,0,tax_now}' FROM v_findings"
        " WHERE check_slug = 'tax-rate-changed'"
    ) == [("16", "13", "16", "13")]
    assert close(MONTH)["gross"] == "232.00"
    require_integrity()


def test_what_is_not_delivered_follows_the_product(tmp_path: Path) -> None:
    import_files(tmp_path, orders=ORDERS.replace("2026-10-20", ""), order_lines=LINES)
    import_files(tmp_path, **LATER)
    assert view(RATES) == [("H1", "113"), ("H2", "113")]
    import_files(tmp_path, orders=ORDERS)
    assert view(RATES) == [("H1", "113"), ("H2", "113")]
    walk(MONTH, "--through", "confirm")
    assert findings(MONTH, "tax-rate-changed") == []


def test_the_lines_imported_again_keep_the_rate_of_their_delivery(tmp_path: Path) -> None:
    import_files(tmp_path, orders=ORDERS, order_lines=LINES)
    import_files(tmp_path, **LATER)
    import_files(tmp_path, order_lines=LINES.replace("H1,1,P1,1,100", "H1,1,P1,2,100"))
    assert view(RATES) == [("H1", "232"), ("H2", "116")]


def test_a_rate_on_the_line_counts_before_that_of_the_delivery(tmp_path: Path) -> None:
    import_files(tmp_path, orders=ORDERS, order_lines=LINES)
    import_files(tmp_path, **LATER)
    own = "order_number,line_number,sku,quantity,unit_price,tax_rate\nH1,1,P1,1,100,13"
    import_files(tmp_path, order_lines=own)
    assert view(RATES) == [("H1", "113"), ("H2", "116")]
    walk(MONTH, "--through", "confirm")
    assert [row[1] for row in findings(MONTH, "tax-rate-changed")] == ["order:H2"]


def test_another_item_on_the_line_brings_its_own_rate(tmp_path: Path) -> None:
    import_files(tmp_path, products="sku,name,tax_rate\nP2,Buch,7")
    import_files(tmp_path, orders=ORDERS, order_lines=LINES)
    import_files(tmp_path, **LATER)
    import_files(tmp_path, order_lines=LINES.replace("H1,1,P1,1,100", "H1,1,P2,1,100"))
    assert view(RATES) == [("H1", "107"), ("H2", "116")]


def test_of_an_order_in_parts_only_the_delivered_lines_keep_their_rate(tmp_path: Path) -> None:
    import_files(
        tmp_path,
        orders="number,customer_code,order_date\nH3,K1,2026-10-05",
        order_lines="order_number,line_number,sku,quantity,unit_price\nH3,1,P1,1,100\n"
        "H3,2,P1,1,100",
        deliveries="order_number,line_number,delivered_on,quantity\nH3,1,2026-10-20,1",
    )
    import_files(tmp_path, **LATER)
    assert view("SELECT line_number, tax_rate FROM orders_orderline ORDER BY 1") == [
        (1, "16"),
        (2, "13"),
    ]


def test_a_charge_goes_with_the_first_part_and_a_service_with_the_last(tmp_path: Path) -> None:
    products = (
        "sku,name,kind,tax_rate\nP1,Teil,goods,{0}\nF1,Fracht,charge,{0}\nS1,Montage,service,{0}"
    )
    import_files(tmp_path, products=products.format(16))
    import_files(
        tmp_path,
        orders="number,customer_code,order_date\nH3,K1,2026-10-05",
        order_lines="order_number,line_number,sku,quantity,unit_price\nH3,1,P1,2,100\n"
        "H3,2,F1,1,10\nH3,3,S1,1,20",
        deliveries="order_number,line_number,delivered_on,quantity\nH3,1,2026-10-20,1",
    )
    import_files(tmp_path, products=products.format(13))
    rates = "SELECT line_number, tax_rate FROM orders_orderline ORDER BY 1"
    assert view(rates) == [(1, "16"), (2, "16"), (3, "13")]
    import_files(
        tmp_path, deliveries="order_number,line_number,delivered_on,quantity\nH3,1,2026-10-22,1"
    )
    import_files(tmp_path, products=products.format(19))
    assert view(rates) == [(1, "16"), (2, "16"), (3, "13")]


def test_a_delivery_that_is_taken_back_fixes_no_rate(tmp_path: Path) -> None:
    import_files(tmp_path, orders=ORDERS, order_lines=LINES)
    import_files(tmp_path, **LATER)
    order = Order.objects.get(number="H1")
    take_back_delivery(delivery=order.deliveries.get(), by=User.objects.get(username="ann"))
    assert view(RATES) == [("H1", "113"), ("H2", "116")]


def test_a_confirmed_order_keeps_its_rate_and_says_so(tmp_path: Path) -> None:
    import_files(tmp_path, orders=ORDERS, order_lines=LINES)
    walk(MONTH, "--through", "confirm", "--acknowledge-warnings", REASON)
    import_files(tmp_path, **LATER)
    walk(MONTH, "--through", "confirm")
    assert len(findings(MONTH, "tax-rate-changed")) == 2
    assert close(MONTH)["gross"] == "232.00"
    # Of a locked month nothing is asked.
    walk("2026-11")
    assert findings("2026-11", "tax-rate-changed") == []


def test_a_rate_for_a_product_without_one_leaves_what_is_delivered(tmp_path: Path) -> None:
    """The company's default counted until then."""
    company = Company.objects.get(code="SHOP")
    ida = User.objects.get(username="ida")
    change_settings(company=company, values={"default_tax_rate": Decimal(19)}, by=ida)
    import_files(tmp_path, products="sku,name\nP3,Ohne")
    line = "order_number,line_number,sku,quantity,unit_price\nH1,1,P3,1,100\nH2,1,P3,1,100"
    undelivered = ORDERS.replace("H2,K1,2026-10-05,2026-10-20", "H2,K1,2026-10-05,")
    import_files(tmp_path, orders=undelivered, order_lines=line)
    import_files(tmp_path, products="sku,name,tax_rate\nP3,Ohne,7")
    assert view(RATES) == [("H1", "119"), ("H2", "107")]


def test_another_reason_for_zero_leaves_what_is_delivered(tmp_path: Path) -> None:
    """Nor does it stop an import that recalculates a confirmed order."""
    ida = User.objects.get(username="ida")
    company = Company.objects.get(code="SHOP")
    import_files(tmp_path, products="sku,name,tax_rate\nP0,Export,0")
    parts = "order_number,line_number,delivered_on,quantity\nH3,1,2026-10-20,1"
    import_files(
        tmp_path,
        orders="number,customer_code,order_date\nH3,K1,2026-10-05",
        order_lines="order_number,line_number,sku,quantity,unit_price\nH3,1,P0,2,100",
        deliveries=parts,
    )
    walk(MONTH, "--through", "confirm", "--acknowledge-warnings", REASON)
    before = view("SELECT tax_category FROM orders_orderline")
    other = next(one for one in ZeroCategory.values if (one,) not in before)
    change_settings(company=company, values={"zero_category": other}, by=ida)
    import_files(tmp_path, products="sku,name,tax_rate\nP0,Export,7")
    assert view("SELECT tax_rate, tax_category FROM orders_orderline") == [("0", *before[0])]


def test_another_default_rate_leaves_what_is_delivered(tmp_path: Path) -> None:
    ida = User.objects.get(username="ida")
    company = Company.objects.get(code="SHOP")
    change_settings(company=company, values={"default_tax_rate": Decimal(19)}, by=ida)
    import_files(tmp_path, products="sku,name\nP3,Ohne")
    line = "order_number,line_number,sku,quantity,unit_price\nH1,1,P3,1,100\nH2,1,P3,1,100"
    undelivered = ORDERS.replace("H2,K1,2026-10-05,2026-10-20", "H2,K1,2026-10-05,")
    import_files(tmp_path, orders=undelivered, order_lines=line)
    company.refresh_from_db()
    change_settings(company=company, values={"default_tax_rate": Decimal(20)}, by=ida)
    assert view(RATES) == [("H1", "119"), ("H2", "120")]
