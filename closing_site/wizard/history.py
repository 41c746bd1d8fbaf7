"""What people did about a month: signed, asked, approved, locked, reopened."""

from django.utils.translation import gettext as _

from closing_site.desk.models import Approval
from closing_site.pages.history import Change
from closing_site.periods.models import Period
from closing_site.wizard.asked import LOCK, REOPEN
from closing_site.wizard.figure_names import title_of, written
from closing_site.wizard.steps import all_steps

#: Of each kind; older ones are in the audit.
MOST = 30


def history_of(period: Period) -> list[Change]:
    """The newest first."""
    found = [*_signed(period), *_asked(period), *_locked(period), *_reopened(period)]
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


def _locked(period: Period) -> list[Change]:
    currency = period.company.currency
    return [
        Change(
            seal.sealed_at,
            seal.sealed_by.username,
            _("locked"),
            [
                (title_of("gross"), None, written("gross", seal.totals.get("gross"), currency)),
                (_("Seal"), None, seal.digest[:16]),
            ],
        )
        for seal in period.seals.select_related("sealed_by").order_by("-position")[:MOST]
    ]


def _reopened(period: Period) -> list[Change]:
    return [
        Change(
            reopening.reopened_at,
            reopening.approved_by.username,
            _("reopened"),
            [(_("Reason"), None, reopening.reason), (_("Seal"), None, reopening.seal.digest[:16])],
        )
        for reopening in period.reopenings.select_related("approved_by", "seal").order_by("-id")[
            :MOST
        ]
    ]
