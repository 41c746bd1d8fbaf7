"""Many order lines missing in the files: the page asks before anything is written."""

import re

import pytest

from closing_site.companies.models import Company
from orders.models import OrderLine
from tests.closing_site.exchange.test_import_pages import run_of, upload, work
from tests.entering import the_shop
from tests.pages_of_entry import client_of, key_of, said, send

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = "number,customer_code,order_date\nN1,ACME,2026-02-03\n"
LINES = "order_number,line_number,sku,quantity,unit_price,tax_rate\n"
FIRST, SECOND, THIRD = "N1,1,TEA,2,10,13\n", "N1,2,TEA,1,500,13\n", "N1,3,TEA,1,1,13\n"


@pytest.fixture
def shop(shop_books: None, transactional_db: None) -> Company:
    shop = the_shop()
    finance = client_of("finance")
    url = run_of(
        upload(finance, orders__csv=ORDERS, order_lines__csv=LINES + FIRST + SECOND + THIRD)
    )
    work()
    send(finance, f"{url}write/", {}, key_of(finance.get(url)))
    work()
    assert OrderLine.objects.filter(order__number="N1").count() == 3
    return shop


def numbers() -> list[int]:
    found = OrderLine.objects.filter(order__number="N1").order_by("line_number")
    return list(found.values_list("line_number", flat=True))


def test_the_page_shows_what_would_go_and_asks(shop: Company) -> None:
    finance = client_of("finance")
    url = run_of(upload(finance, order_lines__csv=LINES + FIRST + THIRD))
    work()
    page = finance.get(url)
    assert "565.00" in said(page)
    answer = re.search(r'name="missing_lines"\s+value="(\w+)"', page.content.decode())
    assert answer
    # Without the answer nothing is written, and the page still asks.
    send(finance, f"{url}write/", {}, key_of(page))
    work()
    page = finance.get(url)
    assert (numbers(), 'name="missing_lines"' in page.content.decode()) == ([1, 2, 3], True)
    send(finance, f"{url}write/", {"missing_lines": answer[1]}, key_of(page))
    work()
    assert numbers() == [1, 3]


def test_the_answer_holds_for_the_lines_that_were_shown(shop: Company) -> None:
    finance = client_of("finance")
    first = run_of(upload(finance, order_lines__csv=LINES + FIRST + THIRD))
    work()
    page = finance.get(first)
    answer = re.search(r'name="missing_lines"\s+value="(\w+)"', page.content.decode())
    assert answer
    other = run_of(
        upload(finance, order_lines__csv=LINES + FIRST + SECOND + THIRD + "N1,4,TEA,1,2,13\n")
    )
    work()
    send(finance, f"{other}write/", {}, key_of(finance.get(other)))
    work()
    # Line 4 has come meanwhile: it is missing too, and nobody has been asked about it.
    send(finance, f"{first}write/", {"missing_lines": answer[1]}, key_of(page))
    work()
    assert numbers() == [1, 2, 3, 4]
