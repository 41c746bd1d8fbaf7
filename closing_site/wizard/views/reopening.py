"""Reopening: asked for with a reason, shown beforehand, decided by a second person."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from closing_site.companies.access import CompanyRequest
from closing_site.companies.members import PREPARERS
from closing_site.desk.idempotency import once
from closing_site.pages.company_addresses import to_page
from closing_site.periods.models import Period, PeriodStatus
from closing_site.refusals import Refusal
from closing_site.wizard.approvals import decide, withdraw
from closing_site.wizard.asked import REOPEN, waiting_for
from closing_site.wizard.close_shown import Close, close_of
from closing_site.wizard.figure_names import figures
from closing_site.wizard.forms import DecisionForm, ReasonForm
from closing_site.wizard.history import history_of
from closing_site.wizard.reopening import grant_reopening, request_reopening, require_last_locked
from closing_site.wizard.seal_shown import shown_seal
from closing_site.wizard.totals import NAMES
from closing_site.wizard.views.requests import own_request_named, request_named


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: CompanyRequest, company: str, period: str) -> HttpResponse:
    """GET shows what would change and what stays; POST asks for it."""
    close = close_of(request, period)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        once(
            request,
            f"reopen {period}",
            lambda: {
                "approval": request_reopening(close.period, reason=reason, by=request.user).pk
            },
        )
        messages.success(request, _("The reopening waits for another person's approval."))
        return to_page("wizard_reopen", company=company, period=period)
    return render(request, "wizard/reopen.html", _context(close, form))


@require_POST
def decide_reopening(
    request: CompanyRequest, company: str, period: str, approval: int
) -> HttpResponse:
    asked = request_named(request, REOPEN, period, approval)
    is_granted = request.POST.get("decision") == "approve"
    reason, seen = request.POST.get("reason", ""), request.POST.get("seen", "")

    def decided() -> dict[str, int]:
        if is_granted:
            return {"id": grant_reopening(asked, reason=reason, seen=seen, by=request.user).pk}
        return {"id": decide(asked, is_granted=False, reason=reason, seen=seen, by=request.user).pk}

    once(request, f"decide {approval}", decided)
    done = _("%(period)s is open again.") if is_granted else _("Reopening %(period)s was refused.")
    messages.success(request, done % {"period": period})
    return to_page("wizard_month", company=company, period=period)


@require_POST
def withdraw_reopening(
    request: CompanyRequest, company: str, period: str, approval: int
) -> HttpResponse:
    """Withdraw one's own request; another's is not found."""
    asked = own_request_named(request, REOPEN, period, approval)
    withdraw(asked, by=request.user)
    messages.success(request, _("The request is withdrawn."))
    return to_page("wizard_month", company=company, period=period)


def _context(close: Close, form: ReasonForm) -> dict[str, object]:
    """``refusal`` says why it cannot be asked for, where it cannot."""
    asked = waiting_for(REOPEN, close.period) if close.is_locked else None
    try:
        require_last_locked(close.period)
        refusal = ""
    except Refusal as refused:
        refusal = refused.message
    is_sealed = close.period.seals.exists()
    return {
        "close": close,
        "form": form,
        "refusal": refusal,
        "asked": asked,
        "here": "",
        "may_ask": close.request.membership.role in PREPARERS,
        "is_own": asked is not None and asked.requested_by == close.request.user,
        "decision_form": DecisionForm(digest=asked.digest if asked else ""),
        "seal": shown_seal(close.period) if is_sealed else None,
        "figures": figures(close.totals, {}, NAMES, close.period, None),
        "later": _months_after(close.period),
        "history": history_of(close.period),
    }


def _months_after(period: Period) -> list[str]:
    """Open months whose opening balances come from this one."""
    found = Period.objects.filter(
        company_id=period.company_id, starts_on__gt=period.starts_on, status=PeriodStatus.OPEN
    )
    return list(found.order_by("starts_on").values_list("code", flat=True))
