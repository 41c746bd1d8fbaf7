"""Choosing the month one looks at."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from closing_site.companies.access import CompanyRequest
from closing_site.pages.addresses import back_to
from closing_site.periods import switcher
from closing_site.periods.models import Period


@require_POST
def choose_period(request: CompanyRequest, period: str) -> HttpResponse:
    found = get_object_or_404(Period, company=request.company, code=period)
    switcher.remember(request, request.company, found)
    return redirect(back_to(request))
