"""What waits for one person: approvals, requests for support access, their steps, their orders."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from closing_site.companies.members import APPROVERS, PREPARERS
from closing_site.companies.models import Company, Membership, SupportAccess, User
from closing_site.companies.people import ADMINISTRATORS
from closing_site.companies.support import STATES, answer_of, answers_for, state_of, to_answer
from closing_site.customers.querysets import own_reps
from closing_site.desk.deputies import stands_in_for, today_in
from closing_site.desk.models import Approval, FollowUp
from closing_site.desk.shown import standing_of_orders
from closing_site.pages.company_addresses import page_url
from closing_site.pages.documents import document_url
from closing_site.pages.findings import ShownFinding
from closing_site.periods.models import Period, PeriodStatus
from closing_site.wizard.asked import LOCK, REOPEN
from closing_site.wizard.close_shown import Close
from closing_site.wizard.overview import StepStands
from closing_site.wizard.step_state import StepState
from orders.models import Order

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
    is_late: bool = False


def for_person(close: Close, user: User, role: str) -> list[Item]:
    return [
        *_stands_in(close, user, role),
        *_approvals(close, user, role),
        *_lock(close, role),
        *_steps(close, role),
        *_follow_ups(close, user),
    ]


def of_support(company: Company | None, user: User, role: str = "") -> list[Item]:
    """Requests for support access that the person answers, and how their own were answered."""
    items = []
    code = company.code if company else ""
    if company and role in ADMINISTRATORS:
        items = [_request(access) for access in to_answer(company, user)[:MOST]]
    if user.is_staff:
        items += [_answer(access) for access in answers_for(user) if access.company.code != code]
    return items


def with_others(close: Close, role: str) -> list[StepStands]:
    """The steps that are not signed and wait for people of another role."""
    if close.is_locked:
        return []
    return [step for step in close.steps if not _is_of(step, role) and not _is_done(step)]


def of_rep(period: Period, membership: Membership) -> dict[str, Any]:
    """A rep's own orders: what the checks have found in them, and which are not delivered. Of a
    locked month nothing waits any more."""
    own = Order.objects.seen_by(membership).outstanding().filter(order_date__lte=period.ends_on)
    is_open = period.status == PeriodStatus.OPEN
    reps = own_reps(membership)
    found = standing_of_orders(period, ORDERS_OF_REPS, reps=reps) if is_open else []
    return {
        "orders": _by_order(found),
        "not_delivered": list(own.select_related("customer").order_by("order_date", "id")[:MOST]),
    }


def _by_order(found: list[ShownFinding]) -> list[list[ShownFinding]]:
    """Each order once, with all that stands of it, in the order in which they come."""
    orders: dict[str, list[ShownFinding]] = {}
    for finding in found:
        orders.setdefault(finding.document_number, []).append(finding)
    return list(orders.values())


def _stands_in(close: Close, user: User, role: str) -> Iterator[Item]:
    """Whom an approver stands in for today."""
    if role not in APPROVERS:
        return
    company = close.period.company
    for one in stands_in_for(company.pk, user.pk, today_in(company)):
        yield Item(
            _("You stand in for %(user)s.") % {"user": one.approver.username},
            reverse("deputies"),
            one.reason,
            due_on=one.ends_on,
        )


def _request(access: SupportAccess) -> Item:
    says = {"user": access.asked_by.username, "hours": access.hours, "reason": access.reason}
    return Item(
        _("Support access for %(user)s") % says,
        page_url("support_grant", access.pk),
        ngettext(
            "%(user)s asks to read the books for %(hours)s hour: %(reason)s",
            "%(user)s asks to read the books for %(hours)s hours: %(reason)s",
            access.hours,
        )
        % says,
        "requested",
        _("to answer"),
    )


def _answer(access: SupportAccess) -> Item:
    state = state_of(access)
    title = _("Support access to %(company)s") % {"company": access.company.code}
    is_open = state == "active"
    books = f"{page_url('home')}?company={quote(access.company.code)}"
    return Item(
        title,
        books if is_open else page_url("support"),
        answer_of(access),
        state,
        str(STATES[state]),
    )


def _approvals(close: Close, user: User, role: str) -> Iterator[Item]:
    """Requests of others. Few wait at any time."""
    if role not in APPROVERS:
        return
    asked = Approval.objects.filter(
        company_id=close.period.company_id, kind__in=[LOCK, REOPEN], decided_at=None
    ).exclude(requested_by=user)
    titles = {LOCK: _("Lock %(period)s"), REOPEN: _("Reopen %(period)s")}
    for approval in asked.select_related("period", "requested_by").order_by("id")[:MOST]:
        if approval == close.requested and close.is_left_behind:
            # Whoever asked has to ask again first.
            continue
        yield Item(
            titles[approval.kind] % {"period": approval.document_number},
            _page(close, approval.kind, approval.document_number),
            _("%(user)s asks for your approval.") % {"user": approval.requested_by.username},
            "requested",
            _("to approve"),
        )


def _lock(close: Close, role: str) -> Iterator[Item]:
    """What the requester has to do next."""
    if close.is_locked or role not in PREPARERS:
        return
    period = close.period.code
    page = _page(close, LOCK, period)
    if close.is_left_behind:
        said = _("What was asked for has changed since: sign anew what changed, then ask again.")
        yield Item(_("Lock %(period)s") % {"period": period}, page, said, "stale", _("out of date"))
    elif close.granted:
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


def _steps(close: Close, role: str) -> Iterator[Item]:
    """The steps whose owner the person is, as far as they are not signed."""
    if close.is_locked:
        return
    for stands in close.steps:
        if _is_of(stands, role) and not _is_done(stands):
            yield Item(
                stands.title,
                _page(close, stands.step.slug, close.period.code),
                _what_waits(stands),
                stands.state.slug,
                str(stands.state.label),
                stands.due_on,
                stands.is_late,
            )


def _is_of(stands: StepStands, role: str) -> bool:
    return stands.procedure is not None and stands.procedure.owner_role == role


def _is_done(stands: StepStands) -> bool:
    return stands.state in (StepState.SIGNED, StepState.MAY_BE_OLD)


def _what_waits(stands: StepStands) -> str:
    if stands.waits:
        return stands.told_waits
    return "; ".join(stands.told_changes)


def _follow_ups(close: Close, user: User) -> Iterator[Item]:
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


def _page(close: Close, kind: str, period: str) -> str:
    company = close.period.company.code
    if kind == REOPEN:
        return page_url("wizard_reopen", company, period)
    return page_url("wizard_step", company, period, kind)
