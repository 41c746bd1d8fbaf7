"""One page for every step: what it is for, its figures, findings, runs and sign-off."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.desk import shown
from closing_site.desk.idempotency import once
from closing_site.desk.registry import all_checks
from closing_site.pages.addresses import keys_of
from closing_site.pages.company_addresses import to_page
from closing_site.wizard.asked import LOCK
from closing_site.wizard.checking import recheck
from closing_site.wizard.close_shown import Close, close_of
from closing_site.wizard.figure_names import figures
from closing_site.wizard.overview import StepStands
from closing_site.wizard.running import CHECK, title_of_run, told_of_run
from closing_site.wizard.sign_offs import figures_digest, sign_step
from closing_site.wizard.unbilled import confirmed_orders, open_deferrals_of
from closing_site.wizard.views.lock import lock_page
from orders.deferrals_shown import deferred_totals, shown_deferrals


@require_safe
def step(request: CompanyRequest, company: str, period: str, step: str) -> HttpResponse:
    close = close_of(request, period)
    if step == LOCK:
        return lock_page(close)
    stands = close.step(step)
    names = stands.step.shown or stands.step.names
    standing = shown.groups(close.period, stands.tally, answered=False)
    context = {
        "close": close,
        "here": step,
        "stands": stands,
        "figures": figures(stands.figures, close.totals_before, names, close.period, close.before),
        "standing": standing,
        "answered": shown.groups(close.period, stands.tally, answered=True),
        "digest": figures_digest(_signed_for(stands)),
        "confirmed": confirmed_orders(close.period, standing) if step == "confirm" else set(),
        "is_outdated": stands.may_be_old.findings,
        **_deferred(close, step),
        "runs": [(run, _(run.title)) for run in stands.step.runs],
        "check_kind": f"{CHECK}{step}",
        "last_run_title": title_of_run(stands.run.kind) if stands.run else "",
        "run_result": told_of_run(stands.run) if stands.run else "",
    }
    return render(request, "wizard/step.html", context)


def _deferred(close: Close, step: str) -> dict[str, Any]:
    """A locked month has its unbilled list instead."""
    if step != "confirm" or close.is_locked:
        return {}
    found, more = open_deferrals_of(close.period)
    deferred = shown_deferrals(close.request.membership, found)
    totals = [] if more else deferred_totals(deferred)
    return {"deferred": deferred, "deferred_more": more, "deferred_totals": totals}


@require_POST
def sign(request: CompanyRequest, company: str, period: str, step: str) -> HttpResponse:
    """The checks are asked first, and stay asked where the signature is refused."""
    close = close_of(request, period)
    signed = close.step(step).step
    seen = request.POST.get("seen", "")
    recheck(close.period, signed, by=request.user)
    once(
        request,
        f"sign {period} {step}",
        lambda: {"sign_off": sign_step(close.period, signed, by=request.user, seen=seen).pk},
    )
    messages.success(request, _("Signed off: %(step)s.") % {"step": _(signed.title)})
    return to_page("wizard_step", company=company, period=period, step=following(close, step))


def following(close: Close, slug: str) -> str:
    """The next step of the list, the lock after the last."""
    slugs = [step.step.slug for step in close.steps]
    return [*slugs, LOCK][slugs.index(slug) + 1]


@require_safe
def findings(
    request: CompanyRequest, company: str, period: str, step: str, check: str
) -> HttpResponse:
    """All that one check found, page by page."""
    close = close_of(request, period)
    stands = close.step(step)
    known = all_checks().get(check)
    if known is None or known.step != step:
        raise Http404
    after = next(iter(keys_of([request.GET.get("after", "")])), 0)
    page, following = shown.page_of(close.period, check, after)
    counted = stands.tally.get(check, {})
    severity = counted.get("severity", known.severity)
    context = {
        "close": close,
        "stands": stands,
        "group": shown.group_of(check, severity, page, counted.get("standing", 0)),
        "following": following,
        "here": step,
    }
    return render(request, "wizard/findings_of_check.html", context)


def _signed_for(stands: StepStands) -> dict[str, Any]:
    """Of the figures on the page those that a signature names."""
    return {name: stands.figures[name] for name in stands.step.names if name in stands.figures}
