"""The close pack: what a lock hands out. Rendered once, after the lock; its bytes are kept."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from closing_site.companies.templatetags.company_names import name_here
from closing_site.pages.formats import money_text
from closing_site.pdf import as_pdf, language_tag
from closing_site.periods.days_left import early_text
from closing_site.periods.duties_shown import review_texts, single_person_text
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

#: Title and figure.
Total = tuple[str, str]

#: The reports in the pack, in their order. A part more is a name more.
PARTS = ("revenue",)


@dataclass(frozen=True)
class SealedDocuments:
    title: str
    count: str
    digest: str


def request_pack(period: Period) -> None:
    """Have the worker render the month's pack: in the transaction of its lock, so that there is a
    job exactly when there is a lock."""
    from reports.tasks import render_pack  # noqa: PLC0415 (the job calls this module)

    render_pack.defer(seal=seal_of(period).pk)


def seal_of(period: Period) -> Seal:
    """The seal that the month is under. Raises NotLockedYet."""
    if period.status != PeriodStatus.LOCKED:
        raise NotLockedYet(period=period.code)
    return period.seals.select_related("previous__period", "sealed_by", "approved_by").latest(
        "position"
    )


def stored_pack(seal: Seal) -> ClosePack | None:
    return ClosePack.objects.filter(company=seal.company_id, seal=seal).first()


def pack_of(period: Period) -> ClosePack:
    """The pack of the month's lock, rendered where the worker has not come to it yet.

    Raises NotLockedYet.
    """
    return keep_pack(seal_of(period))


def keep_pack(seal: Seal) -> ClosePack:
    """The pack under this seal, rendered and kept where it is not there: once, for good."""
    if kept := stored_pack(seal):
        return kept
    content = rendered(seal)
    try:
        with transaction.atomic():
            return ClosePack.objects.create(
                company_id=seal.company_id,
                period_id=seal.period_id,
                seal=seal,
                sha256=hashlib.sha256(content).hexdigest(),
                content=content,
            )
    except IntegrityError:
        # Somebody else was faster: theirs is the pack.
        return ClosePack.objects.get(company=seal.company_id, seal=seal)


def rendered(seal: Seal) -> bytes:
    """In the company's language."""
    period = Period.objects.select_related("company").get(pk=seal.period_id)
    company = company_of(period)
    with translation.override(company.language), timezone.override(ZoneInfo(company.time_zone)):
        found = [figures(REPORTS[name], period) for name in PARTS]
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
            "language_tag": language_tag(company.language),
            "dated": seal.sealed_at,
            "totals": _side_by_side(list(_totals(seal, company.currency))),
            "documents": list(_documents(seal)),
            "parts": [readable(part) for part in found],
        }
        html = render_to_string("reports/pack.html", context)
        attached = [file for part in found for file in whole(part)]
        return as_pdf(html, dated=seal.sealed_at, attached=attached, language=company.language)


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
