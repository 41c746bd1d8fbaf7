"""A month's close as a whole, and the list of months."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.pages.addresses import back_to
from closing_site.pages.company_addresses import page_url
from closing_site.periods.querysets import newest_periods
from closing_site.wizard.close_shown import close_of
from closing_site.wizard.figure_names import figures
from closing_site.wizard.history import history_of
from closing_site.wizard.stock import count_month

#: Of all a month's figures, those that say what kind of a month it was.
HEADLINES = ("orders_confirmed", "net", "received", "receivables_closing")


@require_safe
def month(request: CompanyRequest, company: str, period: str) -> HttpResponse:
    close = close_of(request, period)
    shown = figures(close.totals, close.totals_before, HEADLINES, close.period, close.before)
    context = {"close": close, "figures": shown, "history": history_of(close.period)}
    return render(request, "wizard/month.html", context)


@require_POST
def count(request: CompanyRequest, company: str, period: str) -> HttpResponse:
    """Its figures anew, and back to the page that asked. Where a run goes on, that counts them."""
    close = close_of(request, period)
    if not close.is_running:
        count_month(close.period, by=request.user)
    return redirect(back_to(request, page_url("wizard_month", company, period)))


@require_safe
def months(request: CompanyRequest, company: str) -> HttpResponse:
    found = list(newest_periods([request.company], None))
    return render(request, "wizard/months.html", {"periods": found})
