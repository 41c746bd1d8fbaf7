"""Invoices as PDF: what is handed out once is the document."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from closing_site.companies.models import User
from closing_site.desk.models import Attachment
from closing_site.pdf import as_pdf
from invoicing import pdf
from invoicing.documents import document
from invoicing.models import Invoice
from invoicing.pdf import drawn, keep, page_of, stored_pdf
from tests.invoicing.tea import january_invoices
from tests.pdfs import beyond_the_margin, opened, text_of
from tests.stories.books import close, import_files, import_parties, open_company, sales

pytestmark = pytest.mark.django_db
#: A close is watched over a connection of its own.
watched = pytest.mark.django_db(transaction=True)


@pytest.fixture
def invoices(january_books: None, db: None) -> list[Invoice]:
    return january_invoices()


@pytest.fixture
def ann(invoices: list[Invoice]) -> User:
    return User.objects.get(username="ann")


def test_an_english_one_holds_what_is_stored(invoices: list[Invoice], ann: User) -> None:
    content = bytes(stored_pdf(invoices[0], "en", by=ann).content)
    text = text_of(content)
    for said in (
        "Sales statement INV-2026-01-00001",
        "CNY 7,341.12",
        "ICBC 1202",
        "Page 1 of 1",
        "PO 88412",
    ):
        assert said in text
    assert "人民币" not in text
    metadata = opened(content).metadata
    assert metadata
    assert (metadata.title, metadata.author) == ("Sales statement INV-2026-01-00001", "Huaxin Tea")


def test_a_chinese_one_has_the_amount_in_capitals(invoices: list[Invoice], ann: User) -> None:
    text = text_of(bytes(stored_pdf(invoices[0], "zh-hans", by=ann).content))
    assert "人民币柒仟叁佰肆拾壹元壹角贰分" in text
    assert "销售结算单" in text
    assert "Total" not in text


def test_it_is_drawn_once(
    invoices: list[Invoice], ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = stored_pdf(invoices[0], "en", by=ann)
    monkeypatch.setattr(pdf, "as_pdf", lambda *a, **o: b"of a newer engine")
    assert stored_pdf(invoices[0], "en", by=ann) == first
    assert bytes(stored_pdf(invoices[0], "zh-hans", by=ann).content) == b"of a newer engine"
    kept = Attachment.objects.filter(document_kind="invoice").order_by("id")
    assert [each.name for each in kept] == [
        "INV-2026-01-00001.en.pdf",
        "INV-2026-01-00001.zh-Hans.pdf",
    ]


def test_whoever_comes_second_gets_the_first_ones(invoices: list[Invoice], ann: User) -> None:
    first = keep(invoices[0], "a.pdf", b"first", by=ann)
    assert keep(invoices[0], "a.pdf", b"second", by=ann) == first


def test_the_same_invoice_gives_the_same_bytes(invoices: list[Invoice]) -> None:
    with translation.override("en"):
        assert drawn(document(invoices[2]), "en") == drawn(document(invoices[2]), "en")


@watched
@pytest.mark.parametrize("letters", [38, 80])
@pytest.mark.parametrize("price", ["1234.567891", "98765432.101234"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_nothing_runs_over_the_margin(
    tmp_path: Path, letters: int, price: str, language: str
) -> None:
    """Case 10: an item number of 38 and of 80 letters, a discount, amounts of 8 digits and more."""
    sku = ("ACMECONNRJ45CAT6ASHIELDEDBLUE10MV2EU01" * 3)[:letters]
    open_company("CNY", "CN")
    import_files(
        tmp_path,
        customers=f"code,name\nK02,{'Two' * 60}",
        products=f"sku,name,tax_rate,unit\n{sku},real,13,{'box' * 10}",
        orders="number,customer_code,order_date,delivered_on,customer_reference\n"
        f"V1,K02,2025-01-05,2025-01-09,{'R' * 90}",
        order_lines="order_number,line_number,sku,description,quantity,unit_price,"
        f"discount_percent,tax_rate\nV1,1,{sku},Patch cable,12000,{price},2.5,13",
    )
    close("2025-01")
    with translation.override(language):
        html = page_of(document(Invoice.objects.get()), language)
    assert beyond_the_margin(html) == []


@watched
def test_a_chinese_company_writes_settlement_statements(tmp_path: Path) -> None:
    """ACCOUNTING 10.2 and 14.4. It is issued on another day than that it is posted under."""
    open_company("CNY", "CN")
    import_parties(tmp_path)
    import_files(tmp_path, **sales("S1 ACME 2025-01-10 113.00"))
    close("2025-01")
    invoice = Invoice.objects.select_related("company").get()
    with translation.override("zh-hans"):
        text = text_of(drawn(document(invoice), "zh-hans"))
    issued = timezone.localdate(timezone=ZoneInfo(invoice.company.time_zone))
    for said in (
        "销售结算单",
        "单据编号 INV-2025-01-00001",
        "本单非发票，以税务数电票为准",
        f"开单日期 {issued.year}年{issued.month}月{issued.day}日",
        "供货日期 2025年1月10日",
        "记账日期 2025年1月10日",
    ):
        assert said in text
    with translation.override("en"):
        assert "This is not a fapiao" in text_of(drawn(document(invoice), "en"))


@watched
def test_others_write_invoices(tmp_path: Path) -> None:
    open_company()
    import_parties(tmp_path)
    import_files(tmp_path, **sales("S1 ACME 2025-01-10 113.00"))
    close("2025-01")
    with translation.override("zh-hans"):
        found = document(Invoice.objects.get())
        assert (found.title, found.disclaimer) == ("发票", "")


def test_a_sign_that_no_font_has_is_named() -> None:
    content = as_pdf(
        "<html><body>Cà phê Nguyễn \U0010fffd 茶</body></html>",
        dated=datetime(2026, 1, 1, tzinfo=UTC),
        language="en",
    )
    text = text_of(content)
    assert "[U+10FFFD]" in text
    assert "茶" in text
