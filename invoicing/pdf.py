"""Invoices as PDF, kept as they were handed out: their stored bytes are the document."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from closing_site import sql
from closing_site.acting import acting
from closing_site.companies.models import Company, User
from closing_site.desk.models import Attachment
from closing_site.pdf import as_pdf, language_tag
from invoicing.documents import Document, document, documents
from invoicing.models import Invoice

KIND = "invoice"
PDF = "application/pdf"
TEMPLATE = "invoicing/pdf.html"

#: One maker of one document at a time: both would otherwise hand out bytes of their own.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('invoice pdf ' || %(name)s, %(company)s))"


def languages_of(company: Company) -> list[str]:
    """The company's own language first."""
    others = [code for code, _name in settings.LANGUAGES if code != company.language]
    return [company.language, *others]


def file_name(number: str, language: str) -> str:
    return f"{number}.{language_tag(language)}.pdf"


def page_of(found: Document, language: str) -> str:
    """The HTML that is drawn, in the language that is active."""
    title, seller = f"{found.title} {found.invoice.number}", found.seller.name_here
    context = {
        "title": title,
        "author": seller,
        "foot": f"{seller} · {title}",
        "document": found,
        "language_tag": language_tag(language),
        "has_capitals": language == "zh-hans",
        "dated": found.invoice.issued_at,
    }
    return render_to_string(TEMPLATE, context)


def drawn(found: Document, language: str) -> bytes:
    day = found.invoice.issued_on
    assert day  # law 1: it is issued
    return as_pdf(
        page_of(found, language),
        dated=datetime.combine(day, time(), UTC),
        language=language,
    )


def stored_pdf(invoice: Invoice, language: str, *, by: User) -> Attachment:
    """The document in this language: what was handed out before, else made now and kept."""
    number = invoice.number or ""
    name = file_name(number, language)
    if kept := _kept(invoice, name):
        return kept
    with translation.override(language):
        content = drawn(document(invoice), language)
    return keep(invoice, name, content, by=by)


def keep(invoice: Invoice, name: str, content: bytes, *, by: User) -> Attachment:
    """Store what was drawn, unless somebody was faster: then theirs is the document."""
    with acting(by.username):
        sql.value(LOCK, {"name": name, "company": invoice.company_id})
        if kept := _kept(invoice, name):
            return kept
        return Attachment.objects.create(
            company_id=invoice.company_id,
            document_kind=KIND,
            document_id=invoice.pk,
            document_number=invoice.number or "",
            name=name,
            content_type=PDF,
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            added_by=by,
        )


def draw_all(invoices: Iterable[int], *, company: int, language: str, by: User) -> Iterator[int]:
    """Make and keep these invoices' documents where they are missing; yields each one's key."""
    with translation.override(language):
        for found in documents(list(invoices), company=company):
            content = drawn(found, language)
            keep(found.invoice, file_name(found.invoice.number or "", language), content, by=by)
            yield found.invoice.pk


def _kept(invoice: Invoice, name: str) -> Attachment | None:
    return (
        Attachment.objects.filter(
            company=invoice.company_id, document_kind=KIND, document_id=invoice.pk, name=name
        )
        .order_by("id")
        .first()
    )
