"""A report on paper: what one reads, and the whole of it attached."""

from datetime import UTC, datetime, time

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from closing_site.companies.templatetags.company_names import name_here
from closing_site.pdf import Attached, as_pdf, language_tag
from closing_site.periods.models import Period
from reconciliation.month_names import company_of
from reports.formats import as_csv, as_xlsx
from reports.readable import readable
from reports.report import Figures


def midnight_of(period: Period) -> datetime:
    """The day that a month's files bear: not the clock's, so that they are the same each time."""
    return datetime.combine(period.ends_on, time(), UTC)


def report_pdf(found: Figures, period: Period) -> bytes:
    """In the language that is active."""
    language = translation.get_language() or "en"
    company = company_of(period)
    report, author = readable(found), name_here(company)
    context = {
        "title": f"{report.title} {period.code}",
        "author": author,
        "foot": f"{author} · {report.title} · {period.code}",
        "report": report,
        "company": company,
        "period": period,
        "language_tag": language_tag(language),
        "dated": midnight_of(period),
    }
    html = render_to_string("reports/pdf.html", context)
    return as_pdf(html, dated=midnight_of(period), language=language, attached=whole(found))


def whole(found: Figures) -> list[Attached]:
    """The full table, as it is downloaded."""
    name, title = f"{found.report.slug}-{found.period}", _(found.report.title)
    return [
        Attached(f"{name}.csv", f"{title}, CSV", as_csv(found).encode()),
        Attached(f"{name}.xlsx", f"{title}, XLSX", as_xlsx(found)),
    ]
