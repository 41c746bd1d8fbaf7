"""Invoices as PDF: what is handed out once is the document."""

from pathlib import Path

import pytest
from django.utils import translation

from closing_site.companies.models import User
from closing_site.desk.models import Attachment
from invoicing import pdf
from invoicing.documents import document
from invoicing.models import Invoice
from invoicing.pdf import drawn, keep, stored_pdf
from tests.invoicing.tea import issue_january
from tests.pdfs import opened, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoices(tmp_path: Path) -> list[Invoice]:
    return issue_january(tmp_path)


@pytest.fixture
def ann(invoices: list[Invoice]) -> User:
    return User.objects.get(username="ann")


def test_an_english_one_holds_what_is_stored(invoices: list[Invoice], ann: User) -> None:
    content = bytes(stored_pdf(invoices[0], "en", by=ann).content)
    text = text_of(content)
    for said in (
        "Invoice INV-2026-01-00001",
        "CNY 7,341.12",
        "ICBC 1202",
        "Page 1 of 1",
        "PO 88412",
    ):
        assert said in text
    assert "人民币" not in text
    metadata = opened(content).metadata
    assert metadata
    assert (metadata.title, metadata.author) == ("Invoice INV-2026-01-00001", "Huaxin Tea")


def test_a_chinese_one_has_the_amount_in_capitals(invoices: list[Invoice], ann: User) -> None:
    text = text_of(bytes(stored_pdf(invoices[0], "zh-hans", by=ann).content))
    assert "人民币柒仟叁佰肆拾壹元壹角贰分" in text
    assert "发票" in text
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
