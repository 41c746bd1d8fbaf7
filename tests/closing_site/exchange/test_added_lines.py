"""What a file adds to an order that is delivered in parts: taken, or a bad row that says why."""

import pytest

from closing_site.companies.models import Company
from closing_site.periods.actions import period_by_code
from invoicing.runs.issue import invoice_run
from orders.models import OrderLine
from tests.closing_site.exchange.conftest import Take, confirm

pytestmark = pytest.mark.django_db(transaction=True)

LINES = "order_number,line_number,sku,quantity,unit_price,tax_rate\n"
DELIVERIES = "order_number,line_number,delivered_on,quantity\n"
FIRST = "10248,1,1996-07-20,2\n"
#: A file that has an order at all has all of its lines.
BOTH = LINES + "10248,1,TEA,5,10,0\n10248,2,RUM,1,25,0\n"
AT_END = "Order 10248 is delivered to the end: enter what was added as a new order."


@pytest.fixture
def begun(company: Company, take: Take) -> Company:
    """Of 5 × TEA 2 are delivered and invoiced in July, and line 2 with them."""
    files = {
        "customers.csv": "code,name,currency\nACME,Acme,USD\n",
        "products.csv": "sku,name,kind\nTEA,Tea,goods\nRUM,Rum,charge\n",
        "orders.csv": "number,customer_code,order_date,status\n10248,ACME,1996-07-04,delivered\n",
        "order_lines.csv": BOTH,
        "deliveries.csv": DELIVERIES + FIRST,
    }
    assert take(files).status == 0
    confirm(company, "10248", "1996-07")
    assert invoice_run(period_by_code(company, "1996-07"), by="test") == 1
    return company


@pytest.fixture
def ended(begun: Company, take: Take) -> Company:
    assert take({"deliveries.csv": DELIVERIES + "10248,1,1996-08-20,3\n"}).status == 0
    confirm(begun, "10248", "1996-08")
    return begun


def test_a_line_is_added_while_more_is_to_come(begun: Company, take: Take) -> None:
    assert take({"order_lines.csv": BOTH + "10248,3,RUM,1,9,0\n"}).status == 0


def test_a_line_is_added_while_a_delivery_waits_to_be_confirmed(begun: Company, take: Take) -> None:
    take({"deliveries.csv": DELIVERIES + "10248,1,1996-08-20,3\n"})
    assert take({"order_lines.csv": BOTH + "10248,3,RUM,1,9,0\n"}).status == 0


@pytest.mark.parametrize("line", ["10248,3,RUM,1,9,0\n", "10248,2,RUM,2,25,0\n"])
def test_nothing_is_added_to_an_order_delivered_to_the_end(
    ended: Company, take: Take, line: str
) -> None:
    outcome = take({"order_lines.csv": LINES + line})
    assert (outcome.status, outcome.reasons("order_lines")) == (1, [AT_END])
    kept = take(
        {
            "orders.csv": "number,customer_code,order_date\n10249,ACME,1996-08-01\n",
            "order_lines.csv": LINES + line + "10249,1,TEA,1,10,0\n",
        },
        "--skip-bad-rows",
    )
    assert (kept.status, kept.counts("order_lines")) == (0, (1, 0, 0, 1))


def test_a_line_that_grows_in_the_same_file_opens_the_order(ended: Company, take: Take) -> None:
    grown = LINES + "10248,3,RUM,1,9,0\n10248,1,TEA,6,10,0\n10248,2,RUM,2,25,0\n"
    assert take({"order_lines.csv": grown}).counts("order_lines") == (1, 2, 0, 0)


def test_deliveries_of_what_is_invoiced_without_any_are_bad_rows(
    begun: Company, take: Take
) -> None:
    outcome = take(
        {"deliveries.csv": DELIVERIES + FIRST + "10248,2,1996-08-20,1\n10248,1,1996-08-20,1\n"}
    )
    assert outcome.status == 1
    assert outcome.bad("deliveries") == [(3, "line_number", "2")]
    assert outcome.reasons("deliveries") == [
        "Line 2 of order 10248 is invoiced already (INV-1996-07-00001), without deliveries of its"
        " own: leave this row out, and enter what is still to come as a line of its own."
    ]
    as_told = {
        "order_lines.csv": BOTH + "10248,3,RUM,1,25,0\n",
        "deliveries.csv": DELIVERIES + FIRST + "10248,3,1996-08-20,1\n10248,1,1996-08-20,1\n",
    }
    assert take(as_told).status == 0
    assert OrderLine.objects.count() == 3
