"""What people did about a month: signed, asked, approved, locked, reopened."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from closing_site.desk.models import Approval
from closing_site.pages.history import Change
from closing_site.periods.models import Period, Seal
from closing_site.periods.querysets import seals_of
from closing_site.wizard.asked import LOCK, REOPEN
from closing_site.wizard.figure_names import title_of, written
from closing_site.wizard.pressed import pressed
from closing_site.wizard.steps import all_steps

#: Of each kind; older ones are in the audit.
MOST = 30


def history_of(period: Period, seals: Sequence[Seal] | None = None) -> list[Change]:
    """The newest first. ``seals``: the month's, where they were asked for already."""
    seals = seals_of(period) if seals is None else seals
    by = pressed(period)
    found = [
        *_signed(period),
        *_asked(period),
        *_locked(period, seals, by["locked"]),
        *_reopened(period, by["reopened"]),
    ]
    return sorted(found, key=lambda change: change.at, reverse=True)[:MOST]


def _signed(period: Period) -> list[Change]:
    titles = {step.slug: _(step.title) for step in all_steps()}
    return [
        Change(
            sign_off.signed_at,
            sign_off.signed_by.username,
            _("signed off: %(step)s") % {"step": titles.get(sign_off.step, sign_off.step)},
        )
        for sign_off in period.sign_offs.select_related("signed_by").order_by("-id")[:MOST]
    ]


def _asked(period: Period) -> list[Change]:
    words = {
        (LOCK, None): _("asked for the lock"),
        (LOCK, True): _("approved the lock"),
        (LOCK, False): _("sent the lock back"),
        (REOPEN, None): _("asked for reopening"),
        (REOPEN, True): _("approved reopening"),
        (REOPEN, False): _("refused reopening"),
    }
    asked = Approval.objects.filter(
        company_id=period.company_id, period=period, kind__in=[LOCK, REOPEN]
    ).select_related("requested_by", "decided_by")
    found = []
    for approval in asked.order_by("-id")[:MOST]:
        said = [(_("Reason"), None, approval.reason)] if approval.reason else []
        found.append(
            Change(
                approval.requested_at,
                approval.requested_by.username,
                words[approval.kind, None],
                said,
            )
        )
        if approval.decided_by and approval.decided_at:
            why = approval.decision_reason
            found.append(
                Change(
                    approval.decided_at,
                    approval.decided_by.username,
                    words[approval.kind, approval.is_granted],
                    [(_("Reason"), None, why)] if why else [],
                )
            )
    return found


def _locked(period: Period, seals: Sequence[Seal], by: Sequence[str]) -> list[Change]:
    """``by``: who pressed the lock, as often as there are seals."""
    currency = period.company.currency
    return [
        Change(
            seal.sealed_at,
            actor,
            _("locked"),
            [
                (_("Prepared by"), None, seal.sealed_by.username),
                (_("Approved by"), None, seal.approved_by.username),
                (title_of("gross"), None, written("gross", seal.totals.get("gross"), currency)),
                (_("Seal"), None, seal.digest[:16]),
            ],
        )
        for seal, actor in zip(seals, by, strict=False)
    ]


def _reopened(period: Period, by: Sequence[str]) -> list[Change]:
    found = period.reopenings.select_related("requested_by", "seal").order_by("-id")[:MOST]
    return [
        Change(
            reopening.reopened_at,
            actor,
            _("reopened"),
            [
                (_("Asked for by"), None, reopening.requested_by.username),
                (_("Reason"), None, reopening.reason),
                (_("Seal"), None, reopening.seal.digest[:16]),
            ],
        )
        for reopening, actor in zip(found, by, strict=False)
    ]
