"""A voucher on paper (记账凭证), with the names that it bears."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from closing_site.companies.templatetags.company_names import name_here
from closing_site.desk.documents.chain import Entry
from closing_site.pdf import as_pdf, language_tag
from reconciliation.models import Voucher
from reconciliation.month_names import company_of


def people_of_voucher(voucher: Voucher) -> list[tuple[str, str]]:
    """Title → name, of a voucher ``with_people``; a dash where nobody stands for it yet. Only
    money has a cashier."""
    named = [
        (_("Preparer"), voucher.prepared_by),
        (_("Reviewer"), voucher.reviewed_by),
        (_("Posted by"), voucher.posted_by),
    ]
    if voucher.cashier:
        named.append((_("Cashier"), voucher.cashier))
    return [(title, name or "–") for title, name in named]


def voucher_pdf(voucher: Voucher, entries: Sequence[Entry]) -> bytes:
    """In the language that is active, dated by the voucher."""
    language = translation.get_language() or "en"
    company = company_of(voucher.period)
    title, author = f"{voucher.get_kind_display()} {voucher.number}", name_here(company)
    dated = datetime.combine(voucher.posted_on, time(), UTC)
    context = {
        "title": title,
        "author": author,
        "foot": f"{author} · {title}",
        "voucher": voucher,
        "entries": entries,
        "people": people_of_voucher(voucher),
        "company": company,
        "language_tag": language_tag(language),
        "dated": dated,
    }
    html = render_to_string("reconciliation/voucher_pdf.html", context)
    return as_pdf(html, dated=dated, language=language)
