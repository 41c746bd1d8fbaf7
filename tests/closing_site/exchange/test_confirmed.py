"""What is confirmed stays, in open and in locked months; the same file again changes nothing."""

import pytest

from closing_site.companies.models import Company
from closing_site.customers.models import Customer
from closing_site.periods.actions import period_by_code
from orders.models import Delivery, Order, OrderLine, Unbilled
from tests.closing_site.exchange.conftest import Take, confirm, lock

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = "number,customer_code,order_date,delivered_on,accepted_on,status,note,currency,sales_rep\n"
ORDER = "10248,ACME,1996-07-04,1996-07-16,1996-07-18,delivered,,,nancy\n"
LINES = "order_number,line_number,sku,quantity,unit_price,tax_rate,description\n"
LINE = "10248,1,TEA,5,10,0,Tea\n"
FILES = {
    "customers.csv": "code,name,currency\nACME,Acme,USD\n",
    "products.csv": "sku,name,tax_rate\nTEA,Tea,0\n",
    "orders.csv": ORDERS + ORDER,
    "order_lines.csv": LINES + LINE,
}
LOCKED = (
    "Order 10248 is confirmed in period 1996-07, which is locked. Where its rest will not come,"
    " close it short instead."
)
OPEN = "Order 10248 is confirmed in period 1996-07."


@pytest.fixture
def confirmed(company: Company, take: Take) -> Company:
    assert take(FILES).status == 0
    confirm(company, "10248", "1996-07")
    return company


@pytest.fixture
def locked(confirmed: Company) -> Company:
    lock(confirmed, "1996-07")
    return confirmed


def test_the_same_files_again_change_nothing_in_a_locked_month(locked: Company, take: Take) -> None:
    outcome = take(FILES)
    assert outcome.status == 0
    for kind in ("customers", "products", "orders", "order_lines"):
        assert outcome.counts(kind) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("1996-07-04", "1996-07-05"),
        ("1996-07-16", "1996-07-17"),
        ("1996-07-18", ""),
        ("ACME", "OTHER"),
        ("delivered", "cancelled"),
        (",,nancy", ",EUR,nancy"),
        ("nancy", "andrew"),
    ],
)
def test_an_order_that_differs_from_a_locked_one_is_a_bad_row(
    locked: Company, take: Take, was: str, becomes: str
) -> None:
    outcome = take({"orders.csv": ORDERS + ORDER.replace(was, becomes)})
    assert outcome.status == 1
    assert outcome.reasons("orders") == [LOCKED]


@pytest.mark.parametrize(
    "line",
    [
        "10248,1,TEA,6,10,0,Tea\n",
        "10248,1,TEA,4,10,0,Tea\n",
        "10248,1,TEA,5,11,0,Tea\n",
        "10248,1,RUM,5,10,0,Tea\n",
        "10248,1,TEA,5,10,5,Tea\n",
        "10248,1,TEA,5,10,0,Green tea\n",
        "10248,2,TEA,1,10,0,Tea\n",
    ],
)
def test_a_line_that_differs_from_a_confirmed_one_is_a_bad_row(
    confirmed: Company, take: Take, line: str
) -> None:
    outcome = take({"order_lines.csv": LINES + line})
    assert outcome.status == 1
    assert outcome.reasons("order_lines") == [OPEN]
    assert OrderLine.objects.count() == 1


def test_deliveries_of_an_order_confirmed_as_a_whole_are_bad_rows(
    locked: Company, take: Take
) -> None:
    outcome = take(
        {
            **FILES,
            "deliveries.csv": "order_number,line_number,delivered_on,quantity\n"
            "10248,1,1996-07-20,5\n",
        }
    )
    assert outcome.counts("orders") == (0, 0, 1, 0)
    assert outcome.reasons("deliveries") == [LOCKED]


def test_an_order_confirmed_in_part_may_grow_and_be_delivered_on(
    company: Company, take: Take
) -> None:
    deliveries = "order_number,line_number,delivered_on,quantity\n10248,1,1996-07-20,2\n"
    files = {**FILES, "deliveries.csv": deliveries}
    take(files)
    confirm(company, "10248", "1996-07")
    lock(company, "1996-07")
    assert take(files).status == 0
    grown = {
        "order_lines.csv": LINES + "10248,1,TEA,9,10,0,Tea\n10248,2,TEA,1,10,0,Tea\n",
        "deliveries.csv": deliveries + "10248,1,1996-08-20,7\n10248,2,1996-08-20,1\n",
    }
    outcome = take(grown)
    assert outcome.status == 0
    assert outcome.counts("order_lines") == (1, 1, 0, 0)
    assert outcome.counts("deliveries") == (2, 0, 1, 0)
    assert Order.objects.get().gross == 100
    shrunk = take({"order_lines.csv": LINES + "10248,1,TEA,8,10,0,Tea\n"})
    assert shrunk.reasons("order_lines") == [LOCKED]
    changed = take({"deliveries.csv": deliveries.replace(",2\n", ",3\n")})
    assert changed.reasons("deliveries") == [LOCKED]
    on_the_same_day = take({"deliveries.csv": deliveries + "10248,2,1996-07-20,1\n"})
    assert on_the_same_day.reasons("deliveries") == [LOCKED]
    assert Delivery.objects.count() == 2


def test_what_a_customer_or_a_product_is_now_does_not_touch_a_confirmed_order(
    locked: Company, take: Take
) -> None:
    outcome = take(
        {
            **FILES,
            "customers.csv": "code,name,currency\nACME,Acme & Sons,EUR\n",
            "products.csv": "sku,name,tax_rate\nTEA,Tea,7\n",
        }
    )
    assert outcome.status == 0
    assert outcome.counts("orders") == (0, 0, 1, 0)
    assert Order.objects.get().currency == "USD"
    assert OrderLine.objects.get().tax_rate == 0


def test_a_line_without_a_rate_keeps_that_of_its_confirmation(company: Company, take: Take) -> None:
    files = {**FILES, "order_lines.csv": LINES + "10248,1,TEA,5,10,,Tea\n"}
    take(files)
    confirm(company, "10248", "1996-07")
    take({"products.csv": "sku,name,tax_rate\nTEA,Tea,7\n"})
    assert take({"order_lines.csv": files["order_lines.csv"]}).counts("order_lines") == (0, 0, 1, 0)
    assert OrderLine.objects.get().tax_rate == 0


def test_skipping_bad_rows_takes_the_rest(locked: Company, take: Take) -> None:
    outcome = take(
        {
            "orders.csv": ORDERS
            + ORDER.replace("07-04", "07-05")
            + ORDER.replace("10248", "10249").replace("1996-07", "1996-08")
        },
        "--skip-bad-rows",
    )
    assert outcome.status == 0
    assert outcome.counts("orders") == (1, 0, 0, 1)
    bad = (outcome.folder / "orders.bad.csv").read_text(encoding="utf-8")
    assert bad.splitlines() == (ORDERS + ORDER.replace("07-04", "07-05")).splitlines()


def test_what_stands_on_an_unbilled_list_may_be_mended_but_not_undone(
    company: Company, take: Take
) -> None:
    take(FILES)
    period = period_by_code(company, "1996-07")
    Unbilled.objects.create(
        company=company,
        delivery=Delivery.objects.get(),
        period=period,
        posted_on=period.ends_on,
        reason="unknown-customer",
    )
    lock(company, "1996-07")
    later = take({"orders.csv": ORDERS + ORDER.replace("07-16", "07-17")})
    assert later.counts("orders") == (0, 1, 0, 0)
    undone = take(
        {"orders.csv": ORDERS + ORDER.replace("1996-07-16,1996-07-18,delivered", ",,open")}
    )
    assert undone.reasons("orders") == [
        "Order 10248 stands on the unbilled list of 1996-07, which is locked: it stays."
    ]
    cancelled = {"orders.csv": ORDERS + ORDER.replace("delivered", "cancelled")}
    assert take(cancelled).counts("orders") == (0, 1, 0, 0)
    assert take(cancelled).counts("orders") == (0, 0, 1, 0)
    assert Delivery.objects.get().is_whole
    take({"orders.csv": ORDERS + ORDER})
    parts = "order_number,line_number,delivered_on,quantity\n10248,1,1996-08-20,5\n"
    assert take({"deliveries.csv": parts}).status == 0
    assert not Delivery.objects.get().is_whole


def test_a_law_that_no_check_foresaw_refuses_the_whole_import(
    confirmed: Company, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.recording.taking.check_lines", lambda company, lines: None)
    outcome = take(
        {
            "customers.csv": "code,name\nNEW,New\n",
            "order_lines.csv": LINES + LINE.replace(",5,", ",4,"),
        }
    )
    assert outcome.status == 1
    assert "Order 10248 is confirmed in period 1996-07" in outcome.result["refused"]
    assert not Customer.objects.filter(code="NEW").exists()
