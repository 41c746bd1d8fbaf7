"""Runs: what one would do, starting it, and how far it is."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.desk.idempotency import once
from closing_site.desk.models import Run
from closing_site.pages.company_addresses import page_url
from closing_site.wizard.close_shown import Close, close_of
from closing_site.wizard.running import CHECK, find_run, start_run, step_of_run, title_of_run
from closing_site.wizard.step import Step


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: CompanyRequest, company: str, period: str, kind: str) -> HttpResponse:
    """GET says what it would do, POST starts it."""
    close = close_of(request, period)
    step, found = find_run(kind)
    url = page_url("wizard_step", company, period, step.slug)
    if request.method == "POST":
        # A page asks for its checks by itself: where something goes on, it shows that.
        if found or not close.is_running:
            once(
                request,
                f"run {period} {kind}",
                lambda: {"run": start_run(close.period, kind, by=request.user).pk},
            )
        return redirect(f"{url}#runs")
    if found is None:
        return redirect(url)
    context = {
        "close": close,
        "here": step.slug,
        "run": found,
        "title": _(found.title),
        "explanation": _(found.explanation),
        "figures": [] if close.is_locked else found.preview(close.period),
        "back": url,
        "check_url": "" if close.step(step.slug).is_checked else _check_url(close, step),
    }
    return render(request, "wizard/run.html", context)


def _check_url(close: Close, step: Step) -> str:
    month = close.period
    return page_url("wizard_run", month.company.code, month.code, CHECK + step.slug)


@require_safe
def run_progress(request: CompanyRequest, company: str, period: str, run: int) -> HttpResponse:
    """The bar while it goes on; then the whole page again, with what it did."""
    found = get_object_or_404(Run, company=request.company, period__code=period, pk=run)
    url = page_url("wizard_step", company, period, step_of_run(found.kind) or "confirm")
    if not request.headers.get("HX-Request"):
        return redirect(url)
    if not found.goes_on:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"run": found, "title": title_of_run(found.kind), "url": request.path}
    return render(request, "wizard/run_progress.html", context)
