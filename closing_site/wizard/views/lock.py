"""The lock: what is approved, the second person's word, and the seal it leaves."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from closing_site.companies.access import CompanyRequest
from closing_site.companies.models import User
from closing_site.desk.idempotency import once
from closing_site.pages.company_addresses import to_page
from closing_site.periods.querysets import seals_of
from closing_site.wizard.approvals import decide, request_lock, withdraw
from closing_site.wizard.asked import LOCK
from closing_site.wizard.close_shown import Close, close_of
from closing_site.wizard.duties import preparers_of, review_preparation, reviews_of
from closing_site.wizard.figure_names import figures
from closing_site.wizard.forms import DecisionForm, EarlyForm, NoteForm
from closing_site.wizard.history import history_of
from closing_site.wizard.locking import lock_approved
from closing_site.wizard.seal_shown import shown_seal
from closing_site.wizard.totals import NAMES
from closing_site.wizard.unbilled import (
    AGES,
    acknowledged,
    unbilled_of,
    unbilled_sums,
    unbilled_totals,
)
from closing_site.wizard.views.requests import own_request_named, request_named

#: What a button of the decision did.
DECIDED = {
    "approve": gettext_lazy("The lock is approved."),
    "lock": gettext_lazy("%(period)s is locked."),
    "refuse": gettext_lazy("The lock was sent back."),
}


def lock_page(close: Close) -> HttpResponse:
    """What is approved, by whom it waits, or the seal of a month that is locked."""
    approval = close.requested or close.granted
    seals = seals_of(close.period)
    context = {
        "close": close,
        "here": LOCK,
        "figures": figures(close.totals, close.totals_before, NAMES, close.period, close.before),
        **_unbilled(close),
        "acknowledged": acknowledged(close.period, close.steps),
        "approval": approval,
        "is_own": approval is not None and approval.requested_by == close.request.user,
        "consequences": consequences(close.period.code),
        "note_form": EarlyForm() if close.end_text else NoteForm(),
        "decision_form": DecisionForm(digest=close.requested.digest if close.requested else ""),
        "preparers": [] if close.is_locked else preparers_of(close.period),
        "reviews": [] if close.is_locked else reviews_of(close.period),
        "seal": shown_seal(close.period, seals) if close.is_locked else None,
        "earlier_seals": [] if close.is_locked else seals,
        "history": history_of(close.period, seals),
    }
    return render(close.request, "wizard/lock.html", context)


def _unbilled(close: Close) -> dict[str, Any]:
    found, sums = unbilled_of(close.period), unbilled_sums(close.period)
    return {
        "unbilled": found,
        "unbilled_sums": sums,
        "unbilled_totals": unbilled_totals(sums, close.period.company.currency),
        "unbilled_ages": AGES,
        "unbilled_more": sum(one.count for one in sums) - len(found),
        "may_estimate": close.may_approve and not close.is_locked and not close.granted,
    }


def consequences(period: str) -> list[str]:
    """What a lock does, before it is done."""
    return [
        _("No document of %(period)s is added or changed any more.") % {"period": period},
        _("A seal is made over every document, chained to the seal before, and signed."),
        _("What is deferred is approved with its reasons, and asked for again next month."),
        _("Later corrections are documents of an open month; late payments find their place."),
    ]


@require_POST
def ask_for_lock(request: CompanyRequest, company: str, period: str) -> HttpResponse:
    close = close_of(request, period)
    form = NoteForm(request.POST)
    note = form.cleaned_data["reason"] if form.is_valid() else ""
    once(
        request,
        f"ask for lock {period}",
        lambda: {"approval": request_lock(close.period, note=note, by=request.user).pk},
    )
    messages.success(request, _("The lock waits for another person's approval."))
    return to_page("wizard_step", company=company, period=period, step=LOCK)


@require_POST
def decide_lock(request: CompanyRequest, company: str, period: str, approval: int) -> HttpResponse:
    """A yes, a no, or a yes and the lock at once: which button was pressed."""
    asked = request_named(request, LOCK, period, approval)
    decision = request.POST.get("decision", "")
    if decision not in DECIDED:
        raise Http404
    is_granted = decision != "refuse"
    seen, reason = request.POST.get("seen", ""), request.POST.get("reason", "")

    def decided() -> dict[str, str]:
        decide(asked, is_granted=is_granted, reason=reason, seen=seen, by=request.user)
        is_locked_too = decision == "lock"
        return {
            "seal": lock_approved(asked.period, by=request.user).digest if is_locked_too else ""
        }

    once(request, f"decide {approval}", decided)
    messages.success(request, DECIDED[decision] % {"period": period})
    return to_page("wizard_step", company=company, period=period, step=LOCK)


@require_POST
def lock_now(request: CompanyRequest, company: str, period: str) -> HttpResponse:
    month = close_of(request, period).period
    once(
        request,
        f"lock {period}",
        lambda: {"seal": lock_approved(month, by=request.user).digest},
    )
    messages.success(request, _("%(period)s is locked.") % {"period": period})
    return to_page("wizard_step", company=company, period=period, step=LOCK)


@require_POST
def review(request: CompanyRequest, company: str, period: str, user: int) -> HttpResponse:
    """Another preparer has looked at what this person prepared."""
    close = close_of(request, period)
    prepared = get_object_or_404(User, pk=user, memberships__company=request.company)
    once(
        request,
        f"review {period} {user}",
        lambda: {"review": review_preparation(close.period, prepared, by=request.user).pk},
    )
    said = _("Reviewed: what %(user)s prepared.") % {"user": prepared.username}
    messages.success(request, said)
    return to_page("wizard_step", company=company, period=period, step=LOCK)


@require_POST
def withdraw_request(
    request: CompanyRequest, company: str, period: str, approval: int
) -> HttpResponse:
    asked = own_request_named(request, LOCK, period, approval)
    withdraw(asked, by=request.user)
    messages.success(request, _("The request was taken back."))
    return to_page("wizard_month", company=company, period=period)
