"""The reports of a month, each as a page and as files; and its close pack."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.pages.downloads import as_download
from closing_site.periods.models import Period, PeriodStatus
from closing_site.periods.switcher import chosen_period
from reports import pack
from reports.figures import REPORTS
from reports.files import FORMATS, content_of
from reports.models import ClosePack
from reports.readable import readable
from reports.report import Report, figures


@dataclass(frozen=True)
class Offered:
    slug: str
    title: str
    about: str


@require_safe
def reports(request: CompanyRequest) -> HttpResponse:
    """Of the month that the person looks at."""
    return _month_page(request, chosen_period(request))


@require_safe
def reports_of_month(request: CompanyRequest, company: str, period: str) -> HttpResponse:
    return _month_page(request, get_object_or_404(Period, company=request.company, code=period))


@require_safe
def report(request: CompanyRequest, company: str, period: str, name: str) -> HttpResponse:
    found, month = _report(name), _month(request, period)
    context = {
        "report": readable(figures(found, month)),
        "period": month,
        "formats": ["pdf", "xlsx", "csv", "json"],
        "others": _offered(),
    }
    return render(request, "reports/report.html", context)


@require_safe
def report_file(
    request: CompanyRequest, company: str, period: str, name: str, wanted: str
) -> HttpResponse:
    if wanted not in FORMATS:
        raise Http404
    month = _month(request, period)
    content = content_of(figures(_report(name), month), month, wanted)
    return as_download(content, f"{name}-{company}-{period}.{wanted}", FORMATS[wanted].content_type)


@require_safe
def report_pack(request: CompanyRequest, company: str, period: str) -> HttpResponse:
    handed_out = pack.pack_of(_month(request, period))
    name = f"close-pack-{company}-{period}.pdf"
    return as_download(bytes(handed_out.content), name, FORMATS["pdf"].content_type)


@require_safe
def old_pack(request: CompanyRequest, company: str, period: str, pack: int) -> HttpResponse:
    """The pack of a lock that was taken back."""
    kept = get_object_or_404(
        ClosePack, company=request.company, period__code=period, seal__position=pack
    )
    name = f"close-pack-{company}-{period}-{pack}.pdf"
    return as_download(bytes(kept.content), name, FORMATS["pdf"].content_type)


def _month_page(request: CompanyRequest, period: Period | None) -> HttpResponse:
    packs = (
        ClosePack.objects.filter(company=request.company, period=period)
        .select_related("seal")
        .defer("content")
        .order_by("-seal__position")
        if period
        else []
    )
    is_locked = bool(period and period.status == PeriodStatus.LOCKED)
    seal = pack.seal_of(period) if period and is_locked else None
    current = next((kept for kept in packs if seal and kept.seal_id == seal.pk), None)
    context = {
        "period": period,
        "offered": _offered(),
        "seal": seal,
        "current": current,
        "old_packs": [kept for kept in packs if kept != current],
    }
    return render(request, "reports/month.html", context)


def _offered() -> list[Offered]:
    return [Offered(r.slug, gettext(r.title), gettext(r.about)) for r in REPORTS.values()]


def _report(name: str) -> Report:
    if name not in REPORTS:
        raise Http404
    return REPORTS[name]


def _month(request: CompanyRequest, code: str) -> Period:
    months = Period.objects.select_related("company")
    return get_object_or_404(months, company=request.company, code=code)
