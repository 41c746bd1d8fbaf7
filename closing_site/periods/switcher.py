"""The month a person looks at, and the others they may change to: in every page's head."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import ResolverMatch
from django.utils.functional import SimpleLazyObject

from closing_site.companies.models import Company
from closing_site.pages.company_addresses import page_url
from closing_site.periods.models import Period, PeriodStatus
from closing_site.periods.querysets import earliest_open, shown_periods

#: Under this name the session keeps the month chosen last, for each company.
CHOSEN = "periods"
MOST_MONTHS = 24


@dataclass(frozen=True)
class Choice:
    """``url`` is the page shown, of this month; empty where it is not a page of one month."""

    period: Period
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Months:
    """``chosen`` is None where the company has no month yet."""

    choices: list[Choice]
    chosen: Period | None


def months(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``months``, asked for once a page and only where it is shown."""
    if not hasattr(request, "company"):
        return {}
    return {"months": SimpleLazyObject(lambda: months_of(request))}


def months_of(request: HttpRequest) -> Months:
    """The newest months of the request's company that are shown, and which the person looks at.

    That is the one the URL names as ``period``, else the one chosen last, else the first that is
    open, else the newest.
    """
    found: Months | None = getattr(request, "_months", None)
    if found is None:
        found = _months(request)
        request._months = found  # type: ignore[attr-defined]
    return found


def chosen_period(request: HttpRequest) -> Period | None:
    return months_of(request).chosen


def remember(request: HttpRequest, company: Company, period: Period) -> None:
    kept = request.session.get(CHOSEN, {})
    request.session[CHOSEN] = {**kept, company.code: period.code}


def _months(request: HttpRequest) -> Months:
    company: Company = request.company  # type: ignore[attr-defined]
    found = list(shown_periods([company]).order_by("-starts_on")[:MOST_MONTHS])
    match = request.resolver_match
    named = match.kwargs.get("period") if match else None
    wanted = named or request.session.get(CHOSEN, {}).get(company.code)
    chosen = _wanted(company, found, wanted) or _first_open(company, found)
    if chosen and chosen not in found:
        found = sorted([*found, chosen], key=lambda period: period.starts_on, reverse=True)
    return Months([Choice(p, _address(match, p), p == chosen) for p in found], chosen)


def _wanted(company: Company, found: list[Period], code: str | None) -> Period | None:
    """One that is not shown by itself is, where it is asked for by its name."""
    if not code:
        return None
    shown = next((period for period in found if period.code == code), None)
    return shown or Period.objects.filter(company=company, code=code).first()


def _first_open(company: Company, found: list[Period]) -> Period | None:
    """The one that is closed next, else the newest."""
    opened = [period for period in found if period.status == PeriodStatus.OPEN]
    if opened and len(opened) == MOST_MONTHS:
        # Of so many months that are open the first may be an older one.
        return earliest_open(company.pk)
    return opened[-1] if opened else next(iter(found), None)


def _address(match: ResolverMatch | None, period: Period) -> str:
    if match is None or "period" not in match.kwargs:
        return ""
    return page_url(match.view_name, **{**match.kwargs, "period": period.code})
