"""What is read of a big report: the rows that matter, the others summed up, and the total."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from closing_site.periods.models import Period
from reports.figures import REPORTS
from reports.readable import Readable, readable
from reports.report import figures
from tests.reconciliation.books import Books

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 10)


@pytest.fixture
def books() -> Books:
    return Books.begin(date(2026, 1, 1))


def read(name: str, period: Period, most: int = 60) -> Readable:
    period = Period.objects.select_related("company").get(pk=period.pk)
    return readable(figures(REPORTS[name], period), most)


def amount(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def test_the_largest_come_first_and_the_column_still_adds_up(books: Books) -> None:
    for number in range(1, 8):
        books.invoice(f"C{number}", DAY, str(1000 * number))
    found = read("customers", books.period(DAY), most=3)
    (table,) = found.tables
    gross = [head.title for head in table.heads].index("Gross")
    assert [row[0].text for row in table.rows] == ["C7", "C6", "C5"]
    assert (found.shown, found.how_many) == (3, 7)
    assert table.others[0].text == "4 others"
    parts = [*(row[gross].text for row in table.rows), table.others[gross].text]
    assert sum(map(amount, parts)) == amount(table.totals[gross].text) == 28_000
    assert ("Gross", "28,000.00") in found.tiles


@pytest.mark.parametrize("name", ["customers", "receivables"])
def test_what_nobody_is_known_to_have_paid_is_told_beside_the_rows(books: Books, name: str) -> None:
    """37 of customers and 1,000 of no one are the 1,037 of the report of payments."""
    books.payment("A", DAY, "37")
    books.payment(None, DAY, "1000")
    money = books.company.currency
    told = f"in no row: 1,000.00 {money}. Received in all: 1,037.00 {money}."
    assert read(name, books.period(DAY)).beside.endswith(told)
    assert ("Received", "1,037.00") in read("payments", books.period(DAY)).tiles


def test_where_every_payer_is_known_nothing_stands_beside(books: Books) -> None:
    books.payment("A", DAY, "37")
    assert read("customers", books.period(DAY)).beside == ""


def test_all_are_shown_in_their_own_order_where_they_are_few(books: Books) -> None:
    for code in ("A", "B"):
        books.invoice(code, DAY, "100" if code == "A" else "900")
    (table,) = read("customers", books.period(DAY)).tables
    assert [row[0].text for row in table.rows] == ["A", "B"]
    assert table.others == ()


def test_receivables_are_three_tables_with_totals_in_the_companys_currency(books: Books) -> None:
    books.invoice("A", DAY, "10000", rate="0.006", currency="JPY")
    forward, ageing, advances = read("receivables", books.period(DAY)).tables
    assert [table.title for table in (forward, ageing, advances)] == [
        "Roll-forward",
        "Ageing",
        "Advances",
    ]
    assert forward.rows[0][-1].text == "10,000"
    assert forward.totals[0].text == "Total (EUR)"
    assert forward.totals[-1].text == "60.00"


def test_codes_are_put_into_the_readers_words(books: Books) -> None:
    books.payment("A", DAY, "30", method="wechat_pay")
    with translation.override("zh-hans"):
        found = read("payments", books.period(DAY))
    assert found.tables[0].rows[0][0].text == "微信支付"
    assert found.tables[0].rows[0][2].text == "30.00"


def test_an_empty_month_has_no_rows(books: Books) -> None:
    (table,) = read("revenue", books.period(DAY)).tables
    assert (table.rows, table.totals) == ((), ())
