"""The first page: the month that is open, how its close stands, and what waits for the person."""

from typing import cast

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest, SignedInRequest, enter_company
from closing_site.desk.runs import runs_going_on
from closing_site.desk.visibility import sees_whole_books
from closing_site.periods.switcher import chosen_period
from closing_site.wizard import waiting
from closing_site.wizard.close_shown import Close
from closing_site.wizard.figure_names import figures
from closing_site.wizard.past_months import chart_of, flows_of, past_months
from closing_site.wizard.running import step_of_run, title_of_run
from closing_site.wizard.views.month import HEADLINES


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    if (named := request.GET.get("company")) is not None:
        member = next((m for m in request.memberships if m.company.code == named), None)
        if member is None:
            raise Http404
        enter_company(request, member)
    if not hasattr(request, "company"):
        shown = {"waiting": waiting.of_support(None, request.user)}
        return render(request, "wizard/home_without_company.html", shown)
    return _of_company(cast(CompanyRequest, request))


def _of_company(request: CompanyRequest) -> HttpResponse:
    period = chosen_period(request)
    support = waiting.of_support(request.company, request.user, request.membership.role)
    if period is None:
        return render(request, "wizard/home.html", {"close": None, "waiting": support})
    period.company = request.company
    close = Close(request, period)
    if not sees_whole_books(request.membership):
        own = waiting.of_rep(close.period, request.membership)
        context = {"close": close, "waiting": support, **own}
        return render(request, "wizard/home_of_rep.html", context)
    return render(request, "wizard/home.html", _context(request, close, support))


def _context(
    request: CompanyRequest, close: Close, support: list[waiting.Item]
) -> dict[str, object]:
    going = runs_going_on(request.company).exclude(period=None).select_related("period")
    months, code = past_months(request.company), request.company.code
    return {
        "close": close,
        "figures": figures(
            close.totals, close.totals_before, HEADLINES, close.period, close.before
        ),
        "waiting": [
            *support,
            *waiting.for_person(close, request.user, request.membership.role),
        ],
        "with_others": waiting.with_others(close, request.membership.role),
        "runs": [(run, title_of_run(run.kind)) for run in going if step_of_run(run.kind)],
        "past_months": months,
        "flows": flows_of(months),
        "chart": chart_of(months, request.company.currency),
        "other_companies": [m for m in request.memberships if m.company.code != code],
    }
