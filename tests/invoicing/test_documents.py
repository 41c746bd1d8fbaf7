"""What an invoice says, and that it says it in both languages."""

import json
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from closing_site.companies.models import Company
from closing_site.desk.findings import run_checks
from closing_site.desk.models import Finding
from closing_site.desk.registry import all_checks
from closing_site.periods.actions import period_by_code
from closing_site.written import written_day
from invoicing.documents import Document, document, documents
from invoicing.models import Invoice
from orders.models import Product
from tests.invoicing.tea import issue, issue_january, open_trader
from tests.reconciliation.books import Books

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 10)


@pytest.fixture
def books() -> Books:
    return Books.begin(date(2026, 1, 1))


def facts(found: Document) -> dict[str, str]:
    return dict(found.facts)


def day_of_issue(invoice: Invoice) -> date:
    """By the seller's clock; not the date that it is posted under (ACCOUNTING 10.2)."""
    invoice.refresh_from_db()
    assert invoice.issued_at
    return timezone.localdate(invoice.issued_at, ZoneInfo(invoice.company.time_zone))


def test_it_names_what_was_agreed(tmp_path: Path) -> None:
    invoice = issue_january(tmp_path)[0]
    first = document(invoice)
    assert first.title == "Sales statement"
    assert first.disclaimer
    assert (first.seller.name, first.seller.bank) == ("Huaxin Tea", "ICBC 1202")
    assert first.buyer.name == "Jinxiu Stores"
    assert facts(first) == {
        "Document number": "INV-2026-01-00001",
        "Date of the statement": written_day(day_of_issue(invoice)),
        "Date of supply": "5 January 2026",
        "Accounting date": "5 January 2026",
        "Due on": "4 February 2026",
        "Customer number": "K1",
        "Sales order": "SO-1",
        "Your reference": "PO 88412",
        "Currency": "CNY",
    }
    line = first.lines[0]
    assert (line.sku, line.description) == ("TEA", "Longjing, 250 g")
    assert (line.quantity, line.unit_price, line.discount) == ("40", "168.00", "5\u00a0%")
    assert (line.net, line.rate, line.tax, line.gross) == (
        "6,384.00",
        "13\u00a0%",
        "829.92",
        "7,213.92",
    )
    assert (first.net, first.tax, first.gross) == ("6,504.00", "837.12", "7,341.12")
    assert [(tax.rate, tax.tax) for tax in first.taxes] == [
        ("13\u00a0%", "829.92"),
        ("6\u00a0%", "7.20"),
    ]


def test_it_is_in_the_readers_language(tmp_path: Path) -> None:
    invoice = issue_january(tmp_path)[0]
    with translation.override("zh-hans"):
        found = document(invoice)
        day = written_day(day_of_issue(invoice))
    assert found.title == "销售结算单"
    assert found.disclaimer == "本单非发票，以税务数电票为准。"
    assert facts(found)["开单日期"] == day
    assert facts(found)["供货日期"] == "2026年1月5日"
    assert found.capitals == "人民币柒仟叁佰肆拾壹元壹角贰分"


def test_it_bears_the_sellers_name_in_the_readers_language_as_it_was_at_issue(
    tmp_path: Path,
) -> None:
    company = open_trader(tmp_path)
    Company.objects.filter(pk=company.pk).update(name_zh="华新茶业")
    issue(company)
    Company.objects.filter(pk=company.pk).update(name_zh="新名字", name="New name")
    found = document(Invoice.objects.get(number="INV-2026-01-00001"))
    assert found.seller.name_here == "Huaxin Tea"
    with translation.override("zh-hans"):
        assert found.seller.name_here == "华新茶业"
        assert found.buyer.name_here == "Jinxiu Stores"


def test_parties_without_a_name_in_chinese_are_the_same_row_as_ever(tmp_path: Path) -> None:
    company = open_trader(tmp_path)
    issue(company)
    seller = Invoice.objects.filter(company=company).values_list("seller__digest", flat=True)[0]
    parts = ["Huaxin Tea", "", "", "CN", "ICBC 1202"]
    assert seller == sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def test_what_was_ordered_without_words_keeps_its_products_name_of_the_day(tmp_path: Path) -> None:
    company = open_trader(tmp_path)
    issue(company)
    Product.objects.filter(company=company, sku="TEA").update(name="Biluochun")
    found = document(Invoice.objects.get(number="INV-2026-01-00001"))
    assert found.lines[0].description == "Longjing, 250 g"
    period = period_by_code(company, "2026-01")
    run_checks(period, [all_checks()["invoice-differs-from-order"]])
    assert not Finding.objects.filter(check_slug="invoice-differs-from-order").exists()


def test_in_a_foreign_currency_it_tells_the_rate_and_the_books_amounts(tmp_path: Path) -> None:
    found = document(issue_january(tmp_path)[1])
    assert facts(found)["Currency"] == "USD"
    assert found.gross == "2,450.00"
    assert found.base == (
        ("Exchange rate", "1 USD = 7.1 CNY"),
        ("Net in CNY", "17,395.00"),
        ("Tax in CNY", "0.00"),
        ("Total in CNY", "17,395.00"),
    )
    assert found.taxes[0].reason == "zero-rated"


def test_several_orders_of_a_month_are_told_apart(tmp_path: Path) -> None:
    found = document(issue_january(tmp_path)[2])
    assert [(line.number, line.order) for line in found.lines] == [(1, "SO-3"), (2, "SO-4")]
    assert found.notes == ("Unit prices include tax.",)


def test_a_credit_note_is_called_so_and_names_its_invoice(books: Books) -> None:
    first = books.invoice("A", DAY, "100", "19", percent="19")
    note = books.invoice("A", DAY, "-40", "-7.60", credits=first, quantity="-1", percent="19")
    found = document(note)
    assert found.title == "Credit note"
    issued = written_day(day_of_issue(first))
    assert facts(found)["Credits invoice"] == f"{first.number} of {issued}"
    assert facts(found)["Accounting date"] == "10 January 2026"
    assert "Due on" not in facts(found)
    assert found.due_on == ""
    assert found.gross == "-47.60"
    assert found.capitals == "（负数）欧元肆拾柒元陆角整"


def test_it_adds_up_to_what_is_stored(tmp_path: Path) -> None:
    for invoice in issue_january(tmp_path):
        found = document(invoice)
        for name, stored in (("net", invoice.net), ("tax", invoice.tax), ("gross", invoice.gross)):
            written = [getattr(line, name) for line in found.lines]
            assert sum(Decimal(text.replace(",", "")) for text in written) == stored
            assert Decimal(getattr(found, name).replace(",", "")) == stored


def test_many_are_read_by_as_many_statements_as_one(
    tmp_path: Path, django_assert_max_num_queries: object
) -> None:
    invoices = issue_january(tmp_path)
    company = Company.objects.get().pk
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        found = list(documents([invoice.pk for invoice in invoices], company=company))
    assert [each.invoice.pk for each in found] == [invoice.pk for invoice in invoices]


def test_another_companys_are_not_found(books: Books) -> None:
    invoice = books.invoice("A", DAY, "100")
    assert list(documents([invoice.pk], company=books.company.pk + 1)) == []
    assert Invoice.objects.count() == 1
