"""The close pack: what a lock hands out. Rendered once, after the lock; its bytes are kept."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from closing_site import sql
from closing_site.companies.templatetags.company_names import name_here
from closing_site.desk.models import Run, RunState
from closing_site.desk.progress import Progress, Unwatched, watched
from closing_site.pages.formats import money_text
from closing_site.pdf import as_pdf, language_tag
from closing_site.periods.days_left import early_text
from closing_site.periods.duties_shown import deputy_texts, review_texts, single_person_text
from closing_site.periods.models import Period, PeriodStatus, Seal
from reconciliation.month_names import company_of
from reports.errors import NotLockedYet
from reports.figures import REPORTS
from reports.models import ClosePack
from reports.month_words import NUMBERS, SEALED, TOTALS
from reports.pdf import whole
from reports.readable import readable
from reports.report import figures

NAME = "pack"
#: Layout takes about as long as reading and attaching all reports.
LAYOUT = 2 * len(REPORTS)

Result = TypeVar("Result")

#: Title and figure.
Total = tuple[str, str]

#: The reports in the pack, in their order: all there are.
PARTS = tuple(REPORTS)


@dataclass(frozen=True)
class SealedDocuments:
    title: str
    count: str
    digest: str


def run_kind(language: str) -> str:
    return f"pack {language}"


def request_pack(period: Period, language: str = "", *, by: str = "") -> Run:
    """Have the worker render the month's pack, in the company's language where none is named: in
    the transaction of its lock, so that there is a job exactly when there is a lock. Requested
    again before it is done, it is the same run."""
    from reports.tasks import render_pack  # noqa: PLC0415 (the job calls this module)

    seal = seal_of(period)
    language = language or period.company.language
    kind = run_kind(language)
    with transaction.atomic():
        sql.value(
            "SELECT pg_advisory_xact_lock(hashtextextended(%(kind)s, %(period)s))",
            {"kind": kind, "period": period.pk},
        )
        if (run := last_run(period, language)) and run.goes_on:
            return run
        run = Run.objects.create(
            company_id=period.company_id,
            period=period,
            kind=kind,
            started_by=by or seal.sealed_by.username,
            state=RunState.QUEUED,
        )
        render_pack.defer(seal=seal.pk, language=language, run=run.pk)
        return run


def last_run(period: Period, language: str) -> Run | None:
    found = Run.objects.filter(company=period.company_id, period=period, kind=run_kind(language))
    return found.order_by("-id").first()


def render_requested(seal: Seal, language: str, run: int) -> None:
    """Does a requested run. One that a killed worker left is done again."""
    with watched(seal.period, run_kind(language), seal.sealed_by.username, run) as progress:
        keep_pack(seal, language, progress)


def seal_of(period: Period) -> Seal:
    """The seal that the month is under. Raises NotLockedYet."""
    if period.status != PeriodStatus.LOCKED:
        raise NotLockedYet(period=period.code)
    related = ("company", "period", "previous__period", "sealed_by", "approved_by")
    return period.seals.select_related(*related).latest("position")


def stored_pack(seal: Seal, language: str) -> ClosePack | None:
    """A pack of before there were languages is in the company's."""
    languages = {language, ""} if language == seal.company.language else {language}
    found = ClosePack.objects.filter(company=seal.company_id, seal=seal, language__in=languages)
    return found.defer("content").order_by("id").first()


def pack_of(period: Period, language: str = "") -> ClosePack:
    """The pack of the month's lock in this language, else in the company's; rendered where the
    worker has not come to it yet.

    Raises NotLockedYet.
    """
    return keep_pack(seal_of(period), language or period.company.language)


def keep_pack(seal: Seal, language: str = "", progress: Progress | None = None) -> ClosePack:
    """The pack under this seal, rendered and kept where it is not there: once, for good."""
    language = language or seal.company.language
    if kept := stored_pack(seal, language):
        return kept
    content = rendered(seal, language, progress)
    try:
        with transaction.atomic():
            return ClosePack.objects.create(
                company_id=seal.company_id,
                period_id=seal.period_id,
                seal=seal,
                language=language,
                sha256=hashlib.sha256(content).hexdigest(),
                content=content,
            )
    except IntegrityError:
        # Somebody else was faster: theirs is the pack.
        return ClosePack.objects.get(company=seal.company_id, seal=seal, language=language)


def rendered(seal: Seal, language: str = "", progress: Progress | None = None) -> bytes:
    """In this language, else in the company's. A step of the progress is a report read or attached,
    or the layout of all of them."""
    period = Period.objects.select_related("company").get(pk=seal.period_id)
    company = company_of(period)
    language = language or company.language
    steps = _Steps(progress or Unwatched(), 2 * len(PARTS) + LAYOUT)
    with translation.override(language), timezone.override(ZoneInfo(company.time_zone)):
        found = [steps.after(figures(REPORTS[name], period)) for name in PARTS]
        title, author = f"{gettext('Close pack')} {period.code}", name_here(company)
        context = {
            "title": f"{title} {author}",
            "author": author,
            "foot": f"{author} · {title} · {seal.digest[:16]}",
            "company": company,
            "period": period,
            "seal": seal,
            "early": early_text(seal),
            "single_person": single_person_text(seal),
            "reviews": review_texts(seal),
            "deputy_of": deputy_texts(seal),
            "language_tag": language_tag(language),
            "dated": seal.sealed_at,
            "totals": _side_by_side(list(_totals(seal, company.currency))),
            "documents": list(_documents(seal)),
            "parts": [readable(part) for part in found],
        }
        html = render_to_string("reports/pack.html", context)
        attached = [file for part in found for file in steps.after(whole(part))]
        return as_pdf(html, dated=seal.sealed_at, attached=attached, language=language)


class _Steps:
    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0
        progress.tell(0, total)

    def after(self, result: Result) -> Result:
        self.done += 1
        self.progress.tell(self.done, self.total)
        return result


def _totals(seal: Seal, currency: str) -> Iterator[Total]:
    """In CONTRACT's order, whatever the database made of it."""
    names = [*TOTALS, *(name for name in seal.totals if name not in TOTALS)]
    for name in names:
        if (value := seal.totals.get(name)) not in (None, ""):
            yield gettext(TOTALS.get(name, name)), _told(name, value, currency)


def _side_by_side(totals: list[Total]) -> list[tuple[Total, Total]]:
    half = (len(totals) + 1) // 2
    return list(zip_longest(totals[:half], totals[half:], fillvalue=("", "")))


def _told(name: str, value: Any, currency: str) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return value if name in NUMBERS else money_text(Decimal(value), currency)


def _documents(seal: Seal) -> Iterator[SealedDocuments]:
    for kind, found in seal.documents.items():
        title = gettext(SEALED[kind]) if kind in SEALED else kind
        yield SealedDocuments(title, f"{found['count']:,}", found["digest"])
