"""What is drawn: invoices, reports and the pack, beside the bare engine, one process, or bare SQL.

A plain way is made ready first, and only the function it returns is timed.
"""

from collections.abc import Callable

from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.utils import translation

from bench.books import PREPARER, Month
from closing_site import sql
from closing_site.companies.access import CompanyRequest
from closing_site.companies.models import Membership, User
from closing_site.pdf import bare_pdf
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from invoicing.documents import documents
from invoicing.drawing import artists, draw_on_cores
from invoicing.models import Invoice
from invoicing.pdf import draw_all, drawn, page_of
from reports import pack, views
from reports.figures import REPORTS
from reports.pdf import report_pdf
from reports.report import figures

LANGUAGE = "zh-hans"
FEW, MANY = 20, 400
#: The reports whose rows grow with the month.
LARGE = ("customers", "products", "receivables", "exceptions")


def draw_invoices(month: Month) -> int:
    """As a download has it drawn: read, written as a page, laid out."""
    with translation.override(LANGUAGE):
        found = documents(_invoices(month, FEW), company=month.company.pk)
        return sum(1 for one in found if drawn(one, LANGUAGE))


def draw_pages(month: Month) -> Callable[[], None]:
    """The same pages by WeasyPrint alone, its fonts and style loaded already."""
    with translation.override(LANGUAGE):
        found = documents(_invoices(month, FEW), company=month.company.pk)
        pages = [page_of(one, LANGUAGE) for one in found]
        bare_pdf(pages[0])

    def draw() -> None:
        with translation.override(LANGUAGE):
            for page in pages:
                bare_pdf(page)

    return draw


def draw_batch(month: Month) -> int:
    """By as many processes as there are cores, their start among it."""
    invoices = _invoices(month, MANY)
    with artists() as pool:
        return sum(
            draw_on_cores(pool, invoices, company=month.company.pk, language=LANGUAGE, by=PREPARER)
        )


def draw_alone(month: Month) -> Callable[[], None]:
    """The same invoices in this process."""
    invoices, company = _invoices(month, MANY), month.company.pk
    by = User.objects.get(username=PREPARER)
    return lambda: list(draw_all(invoices, company=company, language=LANGUAGE, by=by)).clear()


def report_pages(month: Month) -> int:
    """Each report that grows with the month, as its page."""
    request = asked_by(PREPARER, month)
    for name in LARGE:
        answer = views.report(request, month.company.code, month.period.code, name)
        assert answer.status_code == 200
    return len(LARGE)


def asked_by(username: str, month: Month) -> CompanyRequest:
    """A request as the middleware hands it on: who, in which company."""
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.user = User.objects.get(username=username)
    within: CompanyRequest = request  # type: ignore[assignment]
    found = Membership.objects.select_related("company")
    within.memberships = list(found.filter(company=month.company, user__username=username))
    within.membership, within.company = within.memberships[0], within.memberships[0].company
    return within


def report_queries(month: Month) -> Callable[[], None]:
    """Their queries alone, each row read."""
    parameters = period_parameters(month.period)

    def ask() -> None:
        for name in LARGE:
            sql.rows(REPORTS[name].query, parameters)

    return ask


def report_papers(month: Month) -> int:
    """Every report as PDF, its whole table attached."""
    period = Period.objects.select_related("company").get(pk=month.period.pk)
    for report in REPORTS.values():
        report_pdf(figures(report, period), period)
    return len(REPORTS)


def render_pack(month: Month) -> int:
    pack.rendered(pack.seal_of(month.period))
    return 1


def _invoices(month: Month, most: int) -> list[int]:
    own = Invoice.objects.filter(company=month.company, period=month.period).order_by("id")
    return list(own.values_list("pk", flat=True)[:most])
