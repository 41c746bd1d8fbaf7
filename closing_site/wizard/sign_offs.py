"""Sign-offs: a person's word that a step is done, and what has changed since they gave it."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext

from closing_site.acting import acting
from closing_site.companies.models import User
from closing_site.periods import sealing
from closing_site.periods.actions import take_periods
from closing_site.periods.errors import EarlierPeriodOpen
from closing_site.periods.models import Period, PeriodStatus, SignOff
from closing_site.wizard.checking import require_nothing_waits
from closing_site.wizard.errors import (
    DocumentsCameLate,
    FiguresChanged,
    SignedThemselves,
    StepWaits,
)
from closing_site.wizard.figure_names import title_of, written
from closing_site.wizard.late_documents import documents_since
from closing_site.wizard.step import Step
from closing_site.wizard.steps import all_steps
from closing_site.wizard.stock import keep_step
from closing_site.wizard.totals import Totals, all_totals


class Changed(NamedTuple):
    """A figure that is no longer what was signed."""

    name: str
    before: Any
    after: Any

    def told(self, currency: str) -> str:
        """``Orders confirmed 12 → 13``, in the reader's language."""
        return (
            f"{title_of(self.name)} {written(self.name, self.before, currency)}"
            f" → {written(self.name, self.after, currency)}"
        )


def figures_digest(figures: Mapping[str, Any]) -> str:
    return hashlib.sha256(sealing.canonical(dict(figures))).hexdigest()


def changes(signed: Mapping[str, Any], now: Mapping[str, Any]) -> list[Changed]:
    """What of the signed figures is another by now."""
    return [
        Changed(name, value, now.get(name))
        for name, value in signed.items()
        if value != now.get(name)
    ]


def sign_off(period: Period, step: str, figures: Totals, *, by: User) -> SignOff:
    """A person's word that a step is done, with the figures they saw."""
    with acting(by.username):
        return SignOff.objects.create(
            company_id=period.company_id,
            period=period,
            step=step,
            signed_by=by,
            figures=figures,
            digest=figures_digest(figures),
        )


def sign_step(
    period: Period, step: Step, *, by: User, seen: str = "", is_checked: bool = False
) -> SignOff:
    """Sign a step of which nothing waits, and keep what was counted for its page.

    ``seen``: the digest of the figures the person saw. ``is_checked``: its checks were asked just
    now.

    Raises EarlierPeriodOpen, StepBlocked, FiguresChanged, and LawBroken where the month is locked.
    """
    with acting(by.username):
        take_periods(period)
        require_earlier_locked(period)
        require_nothing_waits(period, step)
        figures = step.signed(keep_step(period, step, is_checked=is_checked))
        if seen and seen != figures_digest(figures):
            raise FiguresChanged(step=gettext(step.title))
        return sign_off(period, step.slug, figures, by=by)


def latest_sign_offs(period: Period) -> dict[str, SignOff]:
    """Step → the last word on it."""
    found = period.sign_offs.select_related("signed_by").order_by("step", "-id").distinct("step")
    return {sign_off.step: sign_off for sign_off in found}


def require_signed(
    period: Period, totals: Totals | None = None, *, late: Sequence[str] = ()
) -> None:
    """Each step's last sign-off names the figures as they are; else it is stale.

    ``late``: numbers of documents that are known to have come since. Raises StepWaits,
    DocumentsCameLate.
    """
    totals = all_totals(period) if totals is None else totals
    signed = latest_sign_offs(period)
    for step in all_steps():
        last = signed.get(step.slug)
        if last is None:
            raise StepWaits(step=gettext(step.title), what="–")
        if found := changes(last.figures, totals):
            told = ", ".join(changed.told(period.company.currency) for changed in found)
            if came := late or documents_since(period, last.signed_at):
                raise DocumentsCameLate(
                    step=gettext(step.title), documents=", ".join(came), what=told
                )
            raise StepWaits(step=gettext(step.title), what=told)


def require_no_signer(period: Period, approver: User) -> None:
    """Law 11: whose word a step stands by has prepared the close. Raises SignedThemselves."""
    signed = latest_sign_offs(period)
    for step in all_steps():
        last = signed.get(step.slug)
        if last and last.signed_by == approver:
            raise SignedThemselves(user=approver.username, step=gettext(step.title))


def require_earlier_locked(period: Period) -> None:
    """Raises EarlierPeriodOpen."""
    earlier = (
        Period.objects.filter(
            company_id=period.company_id, status=PeriodStatus.OPEN, starts_on__lt=period.starts_on
        )
        .order_by("starts_on")
        .first()
    )
    if earlier:
        raise EarlierPeriodOpen(earlier=earlier.code, period=period.code)
