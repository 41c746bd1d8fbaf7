"""The reports of a month, each as a page and as files; and its close pack."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.companies.may import may_write
from closing_site.desk.models import Run
from closing_site.pages.company_addresses import to_page
from closing_site.pages.downloads import as_download
from closing_site.pdf import language_tag
from closing_site.periods.models import Period, PeriodStatus, Seal
from closing_site.periods.switcher import chosen_period
from reports import pack
from reports.figures import REPORTS
from reports.files import FORMATS, content_of
from reports.models import ClosePack
from reports.readable import readable
from reports.report import Report, figures

LANGUAGES = {code: str(name) for code, name in settings.LANGUAGES}


@dataclass(frozen=True)
class Offered:
    slug: str
    title: str
    about: str


@dataclass(frozen=True)
class PackOffer:
    """The pack in one language: kept, being rendered, or to be had."""

    language: str
    title: str
    kept: ClosePack | None
    run: Run | None


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
    """``?language=``: the one of the page where none is named."""
    if wanted not in FORMATS:
        raise Http404
    month = _month(request, period)
    with translation.override(_language(request, translation.get_language() or "")):
        content = content_of(figures(_report(name), month), month, wanted)
    return as_download(content, f"{name}-{company}-{period}.{wanted}", FORMATS[wanted].content_type)


@require_safe
def report_pack(request: CompanyRequest, company: str, period: str) -> HttpResponse:
    """``?language=``: the company's where none is named."""
    language = _language(request, request.company.language)
    handed_out = pack.pack_of(_month(request, period), language)
    name = f"close-pack-{company}-{period}.{language_tag(language)}.pdf"
    return as_download(bytes(handed_out.content), name, FORMATS["pdf"].content_type)


@require_POST
def report_packs(request: CompanyRequest, company: str, period: str) -> HttpResponse:
    """Has the worker render the pack in ``language``."""
    language = _language(request, request.company.language)
    pack.request_pack(_month(request, period), language, by=request.user.username)
    return to_page("reports_of_month", company, period)


@require_safe
def report_pack_progress(
    request: CompanyRequest, company: str, period: str, language: str
) -> HttpResponse:
    """The part of the month's page that shows one pack."""
    month = _month(request, period)
    if language not in LANGUAGES:
        raise Http404
    context = {
        "period": month,
        "offer": _pack_offer(month, pack.seal_of(month), language),
        "may_write": may_write(request, "report_packs"),
    }
    return render(request, "reports/pack_offer.html", context)


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
    languages = sorted(LANGUAGES, key=lambda code: code != request.company.language)
    context = {
        "period": period,
        "offered": _offered(),
        "seal": seal,
        "packs": [_pack_offer(period, seal, code) for code in languages] if period and seal else [],
        "may_write": may_write(request, "report_packs"),
        "old_packs": [kept for kept in packs if not seal or kept.seal_id != seal.pk],
    }
    return render(request, "reports/month.html", context)


def _pack_offer(period: Period, seal: Seal, language: str) -> PackOffer:
    return PackOffer(
        language,
        LANGUAGES[language],
        pack.stored_pack(seal, language),
        pack.last_run(period, language),
    )


def _language(request: CompanyRequest, otherwise: str) -> str:
    """The one asked for. Raises Http404 for one that there is not."""
    language = request.POST.get("language") or request.GET.get("language") or otherwise
    if language not in LANGUAGES:
        raise Http404
    return language


def _offered() -> list[Offered]:
    return [Offered(r.slug, gettext(r.title), gettext(r.about)) for r in REPORTS.values()]


def _report(name: str) -> Report:
    if name not in REPORTS:
        raise Http404
    return REPORTS[name]


def _month(request: CompanyRequest, code: str) -> Period:
    months = Period.objects.select_related("company")
    return get_object_or_404(months, company=request.company, code=code)
