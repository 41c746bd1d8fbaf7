"""The first page: the months of a person's companies, and how each stands."""

from itertools import groupby

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from closing_site.companies.access import CompanyRequest, SignedInRequest
from closing_site.pages.addresses import back_to
from closing_site.periods import switcher
from closing_site.periods.models import Period
from closing_site.periods.querysets import newest_periods

#: More than these are shown on request, one company at a time.
MOST_MONTHS = 24


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    only = request.GET.get("company")
    members = [m for m in request.memberships if only in (None, m.company.code)]
    if only is not None and not members:
        raise Http404
    companies = {member.company_id: member.company for member in members}
    found = newest_periods(companies.values(), None if only else MOST_MONTHS)
    months = {key: list(group) for key, group in groupby(found, key=lambda p: p.company_id)}
    books = [
        {
            "membership": member,
            "company": member.company,
            "periods": months.get(member.company_id, []),
            "may_have_more": not only and len(months.get(member.company_id, [])) == MOST_MONTHS,
        }
        for member in members
    ]
    return render(request, "periods/home.html", {"books": books})


@require_POST
def choose_period(request: CompanyRequest, period: str) -> HttpResponse:
    found = get_object_or_404(Period, company=request.company, code=period)
    switcher.remember(request, request.company, found)
    return redirect(back_to(request))
