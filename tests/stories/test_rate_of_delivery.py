"""The rate of a line without one of its own is that of the day of delivery (case 11)."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import DatabaseError

from closing_site.companies.models import Company, User, ZeroCategory
from closing_site.companies.settings_actions import change_settings
from closing_site.periods.actions import ensure_periods, period_by_code
from orders.actions.delivering import take_back_delivery
from orders.models import Order
from orders.runs.confirm import confirm_run
from tests.laws.books import execute, value
from tests.pages_of_entry import client_of, formset
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
ROWS = "order_number,line_number,delivered_on,quantity"


@pytest.fixture(autouse=True)
def books(transactional_db: None, tmp_path: Path) -> None:
    open_company(first_period=MONTH)
    import_files(tmp_path, **PARTIES)


def today() -> date:
    """The day of a change of rates, in the company's time zone."""
    found: date = value("SELECT (now() AT TIME ZONE time_zone)::date FROM companies_company")
    return found


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


def test_the_form_shows_the_rate_of_the_day_of_delivery(tmp_path: Path) -> None:
    """Of H1, delivered before the change, 16 %; of H2, not delivered, today's 13 %."""
    import_files(
        tmp_path,
        orders=ORDERS.replace("H2,K1,2026-10-05,2026-10-20", "H2,K1,2026-10-05,"),
        order_lines=LINES,
    )
    import_files(tmp_path, **LATER)
    ann = client_of("ann")
    for number, rate, tax in (("H1", "16", "16.00"), ("H2", "13", "13.00")):
        page = ann.get(f"/orders/{number}/change/").content.decode()
        shown = page[page.index('id="order-totals"') :]
        assert f"{rate}\N{NO-BREAK SPACE}%" in shown or f"{rate} %" in shown
        assert tax in shown
        typed = {
            **formset({"sku": "P1", "line_number": "1", "quantity": "2", "unit_price": "100"}),
            "customer_code": "K1",
            "prices_include_tax": "0",
        }
        answer = ann.post(f"/orders/totals/?order={number}", typed).content.decode()
        assert f"{2 * int(rate)}.00" in answer
    assert ann.post("/orders/totals/?order=NONE", typed).status_code == 404


def test_what_is_not_delivered_follows_the_product(tmp_path: Path) -> None:
    import_files(tmp_path, orders=ORDERS.replace("2026-10-20", ""), order_lines=LINES)
    import_files(tmp_path, **LATER)
    assert view(RATES) == [("H1", "113"), ("H2", "113")]
    import_files(tmp_path, orders=ORDERS.replace("2026-10-20", str(today())))
    assert view(RATES) == [("H1", "113"), ("H2", "113")]


def test_what_was_delivered_before_the_change_has_the_rate_of_its_day(tmp_path: Path) -> None:
    """Though it is recorded after it: as a whole, line by line, or all in one import."""
    import_files(tmp_path, orders=ORDERS.replace("2026-10-20", ""), order_lines=LINES)
    import_files(tmp_path, **LATER)
    import_files(tmp_path, orders=ORDERS.replace("2026-10-20,116", f"{today()},"))
    assert view(RATES) == [("H1", "113"), ("H2", "116")]
    import_files(
        tmp_path,
        orders="number,customer_code,order_date,delivered_on\nH3,K1,2026-10-05,\n"
        "H4,K1,2026-10-05,2026-10-20\nH5,K1,2026-10-05,2026-10-20",
        order_lines="order_number,line_number,sku,quantity,unit_price,tax_rate\nH3,1,P1,2,100,\n"
        "H3,2,P1,1,100,\nH4,1,P1,1,100,\nH5,1,P1,1,100,13",
        deliveries=f"{ROWS}\nH3,1,2026-10-20,1",
    )
    # 232 + 113: one of two at 16 %, the other line is not delivered. H5 has a rate of its own.
    assert view(RATES)[2:] == [("H3", "345"), ("H4", "116"), ("H5", "113")]
    order = Order.objects.get(number="H2")
    take_back_delivery(delivery=order.deliveries.get(), by=User.objects.get(username="ann"))
    assert view(RATES)[1] == ("H2", "113")
    import_files(tmp_path, orders=ORDERS)
    assert view(RATES)[:2] == [("H1", "116"), ("H2", "116")]
    walk(MONTH, "--through", "confirm")
    assert [row[1] for row in findings(MONTH, "tax-rate-changed")] == [
        *("order:H1", "order:H2", "order:H3", "order:H4"),
    ]


def test_a_default_rate_that_changed_holds_from_the_day_of_the_change(tmp_path: Path) -> None:
    """And a rate for what had none counts for the days before, where no default did."""
    import_files(tmp_path, products="sku,name\nP3,Ohne")
    line = "order_number,line_number,sku,quantity,unit_price\nH1,1,P3,1,100\nH2,1,P3,1,100"
    import_files(tmp_path, orders=ORDERS.replace("2026-10-20", ""), order_lines=line)
    ida = User.objects.get(username="ida")
    for rate, gross in ((19, "119"), (20, "119")):
        company = Company.objects.get(code="SHOP")
        change_settings(company=company, values={"default_tax_rate": Decimal(rate)}, by=ida)
        import_files(tmp_path, orders=ORDERS)
        assert view(RATES) == [("H1", gross), ("H2", gross)]


def test_parts_on_both_sides_of_a_change_block_until_they_are_told_apart(tmp_path: Path) -> None:
    """A line has one rate; the discount goes with it."""
    import_files(
        tmp_path,
        products="sku,name,kind,tax_rate\nP1,Teil,goods,16\nR1,Rabatt,,16",
        orders="number,customer_code,order_date\nH3,K1,2026-10-05\nH4,K1,2026-10-05",
        order_lines=f"{LINES.splitlines()[0]}\nH3,1,P1,10,100\nH3,2,R1,1,-50\nH4,1,P1,2,100",
        deliveries=f"{ROWS}\nH3,1,{today() - timedelta(days=1)},4\nH4,1,2026-10-20,1",
    )
    import_files(tmp_path, products="sku,name,kind,tax_rate\nP1,Teil,goods,13\nR1,Rabatt,,13")
    # Of H4 both parts lie before the change, though one of them is recorded after it.
    import_files(tmp_path, deliveries=f"{ROWS}\nH3,1,{today()},6\nH4,1,2026-10-21,1")
    assert view(RATES) == [("H3", "1102"), ("H4", "232")]
    company = Company.objects.get(code="SHOP")
    ensure_periods(company, today())
    period = period_by_code(company, f"{today():%Y-%m}")
    confirm_run(period, by="ann")
    assert [row[1] for row in findings(period.code, "two-tax-rates")] == ["order:H3"]
    assert view(
        "SELECT parameters #>> '{lines,0,rate}', parameters #>> '{lines,0,rate_now}',"
        " parameters #>> '{lines,0,day}', parameters #>> '{lines,1,rate_now}' FROM v_findings"
        " WHERE check_slug = 'two-tax-rates' LIMIT 1"
    ) == [("16", "13", str(today()), "13")]
    # As the finding advises: what came later is an order of its own.
    ann = User.objects.get(username="ann")
    later = Order.objects.get(number="H3").deliveries.get(delivered_on=today())
    take_back_delivery(delivery=later, by=ann)
    import_files(
        tmp_path,
        orders="number,customer_code,order_date,status,note\n"
        "H3,K1,2026-10-05,closed,Rest at the new rate\nH6,K1,2026-10-05,open,",
        order_lines=f"{LINES.splitlines()[0]}\nH6,1,P1,6,100\nH6,2,R1,1,-30",
        deliveries=f"{ROWS}\nH6,1,{today()},6",
    )
    assert view(RATES) == [("H3", "440.8"), ("H4", "232"), ("H6", "644.1")]
    confirm_run(period, by="ann")
    assert findings(period.code, "two-tax-rates") == []


def test_which_rate_held_until_when_is_a_record(tmp_path: Path) -> None:
    import_files(tmp_path, **LATER)
    assert view("SELECT tax_rate, until FROM orders_formertaxrate") == [("16", str(today()))]
    # Once more on the same day: what it had in the morning counts for the days before.
    import_files(tmp_path, **PARTIES)
    assert view("SELECT tax_rate FROM orders_formertaxrate") == [("16",)]
    for statement in (
        "UPDATE orders_formertaxrate SET tax_rate = 7",
        "DELETE FROM orders_formertaxrate",
        "INSERT INTO orders_formertaxrate (company_id, product_id, tax_rate, until)"
        " SELECT company_id, product_id, 7, until - 9 FROM orders_formertaxrate",
    ):
        with pytest.raises(DatabaseError):
            execute(statement)


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
    # The last part was delivered before the change as well, though it was recorded after it.
    import_files(tmp_path, products=products.format(19))
    assert view(rates) == [(1, "16"), (2, "16"), (3, "16")]


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
