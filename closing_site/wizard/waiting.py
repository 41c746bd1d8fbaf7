"""What waits for one person: approvals, their steps, their orders."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from closing_site.companies.members import APPROVERS, PREPARERS
from closing_site.companies.models import Membership, User
from closing_site.customers.querysets import own_reps
from closing_site.desk.models import Approval, FollowUp
from closing_site.desk.shown import standing_of_orders
from closing_site.pages.documents import document_url
from closing_site.periods.models import Period
from closing_site.wizard.asked import LOCK, REOPEN
from closing_site.wizard.overview import StepStands, StepState
from orders.models import Order

if TYPE_CHECKING:
    from closing_site.wizard.views.frame import Close

#: The ids of the orders that are theirs.
ORDERS_OF_REPS = """
    SELECT id FROM orders_order
    WHERE company_id = %(company)s AND sales_rep_id = ANY (%(reps)s)
"""
MOST = 20


@dataclass(frozen=True)
class Item:
    """One thing to do: ``state`` gives the badge its colour."""

    title: str
    url: str
    detail: str = ""
    state: str = "waiting"
    badge: str = ""
    due_on: date | None = None


def for_person(close: "Close", user: User, role: str) -> list[Item]:
    return [
        *_approvals(close, user, role),
        *_lock(close, role),
        *_steps(close, role),
        *_follow_ups(close, user),
    ]


def of_rep(period: Period, membership: Membership) -> dict[str, Any]:
    """A rep's own orders: what the checks have found in them, and which are not delivered."""
    own = Order.objects.seen_by(membership).outstanding().filter(order_date__lte=period.ends_on)
    reps = own_reps(membership)
    return {
        "findings": standing_of_orders(period, ORDERS_OF_REPS, reps=reps),
        "not_delivered": list(own.select_related("customer").order_by("order_date", "id")[:MOST]),
    }


def _approvals(close: "Close", user: User, role: str) -> Iterator[Item]:
    """Requests of others. Few wait at any time."""
    if role not in APPROVERS:
        return
    asked = Approval.objects.filter(
        company_id=close.period.company_id, kind__in=[LOCK, REOPEN], decided_at=None
    ).exclude(requested_by=user)
    titles = {LOCK: _("Lock %(period)s"), REOPEN: _("Reopen %(period)s")}
    for approval in asked.select_related("period", "requested_by").order_by("id")[:MOST]:
        yield Item(
            titles[approval.kind] % {"period": approval.document_number},
            _page(close, approval.kind, approval.document_number),
            _("%(user)s asks for your approval.") % {"user": approval.requested_by.username},
            "requested",
            _("to approve"),
        )


def _lock(close: "Close", role: str) -> Iterator[Item]:
    """What the requester has to do next."""
    if close.is_locked or role not in PREPARERS:
        return
    period = close.period.code
    page = _page(close, LOCK, period)
    if close.granted:
        said = _("The lock is approved: it only has to be pressed.")
        yield Item(_("Lock %(period)s") % {"period": period}, page, said, "approved", _("approved"))
    elif close.refused and close.refused.decided_by:
        said = _("%(user)s sent it back: %(reason)s") % {
            "user": close.refused.decided_by.username,
            "reason": close.refused.decision_reason,
        }
        yield Item(_("Lock %(period)s") % {"period": period}, page, said, "refused", _("sent back"))
    elif close.are_all_signed and not close.requested:
        said = _("All five steps are signed: ask for the approval of another person.")
        yield Item(_("Lock %(period)s") % {"period": period}, page, said, "open", _("ready"))


def _steps(close: "Close", role: str) -> Iterator[Item]:
    """The steps whose owner the person is, as far as they are not signed."""
    if close.is_locked:
        return
    for stands in close.steps:
        is_theirs = stands.procedure and stands.procedure.owner_role == role
        if is_theirs and stands.state is not StepState.SIGNED:
            yield Item(
                stands.title,
                _page(close, stands.step.slug, close.period.code),
                _what_waits(stands),
                stands.state.slug,
                str(stands.state.label),
                stands.due_on,
            )


def _what_waits(stands: StepStands) -> str:
    if stands.waits:
        said = ngettext("%(count)s finding waits.", "%(count)s findings wait.", stands.waits)
        return said % {"count": stands.waits}
    return "; ".join(stands.told_changes)


def _follow_ups(close: "Close", user: User) -> Iterator[Item]:
    found = FollowUp.objects.filter(
        company_id=close.period.company_id, owner=user, done_at=None
    ).order_by("due_on", "id")
    for follow_up in found[:MOST]:
        yield Item(
            _("Follow up %(document)s") % {"document": follow_up.document_number},
            document_url(follow_up.document_kind, follow_up.document_number),
            follow_up.parameters.get("reason", ""),
            due_on=follow_up.due_on,
        )


def _page(close: "Close", kind: str, period: str) -> str:
    company = close.period.company.code
    if kind == REOPEN:
        return reverse("wizard_reopen", args=[company, period])
    return reverse("wizard_step", args=[company, period, kind])
