"""Deputies: an approver names another who stands in for them for a time (ACCOUNTING 15.4).

It lifts no bar: whoever prepared a part of a month or signed a step does not approve it, for
another neither. It says who is asked meanwhile, and stands on the seal.
"""

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from closing_site.acting import acting
from closing_site.companies.errors import (
    BeginsInThePast,
    EndsBeforeItBegins,
    NoDeputyToEnd,
    OwnDeputy,
)
from closing_site.companies.members import APPROVERS, require_role
from closing_site.companies.models import Company, Deputy, User
from closing_site.periods.reasons import reason_given


def today_in(company: Company) -> date:
    return timezone.localdate(timezone=ZoneInfo(company.time_zone))


def name_deputy(
    *, company: Company, deputy: str, starts_on: date, ends_on: date, reason: str, by: User
) -> Deputy:
    """``by`` names who stands in for them. Of two namings for a day the later one holds.

    Raises RoleMayNot, NotAMember, UnknownUser, OwnDeputy, EndsBeforeItBegins, BeginsInThePast,
    ReasonNeeded.
    """
    require_role(company, by.username, APPROVERS)
    named = require_role(company, deputy, APPROVERS)
    if named.pk == by.pk:
        raise OwnDeputy()
    if starts_on < today_in(company):
        raise BeginsInThePast(day=starts_on)
    if ends_on < starts_on:
        raise EndsBeforeItBegins(starts_on=starts_on, ends_on=ends_on)
    with acting(by.username):
        return Deputy.objects.create(
            company=company,
            approver=by,
            deputy=named,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason_given(reason),
        )


def end_deputy(*, company: Company, reason: str, by: User) -> Deputy:
    """From today on nobody stands in for ``by``. Raises NoDeputyToEnd, RoleMayNot, ReasonNeeded."""
    require_role(company, by.username, APPROVERS)
    today = today_in(company)
    with acting(by.username):
        last = Deputy.objects.filter(company=company, approver=by).order_by("-id").first()
        if last is None or last.ends_on is None or last.ends_on < today:
            raise NoDeputyToEnd(user=by.username)
        return Deputy.objects.create(
            company=company,
            approver=by,
            starts_on=today,
            reason=reason_given(reason),
        )


def deputies_on(company_id: int, day: date) -> list[Deputy]:
    """Who stands in for whom on that day, by the approver's name."""
    begun = Deputy.objects.filter(company=company_id, starts_on__lte=day).order_by("id")
    standing: dict[int, Deputy] = {}
    for one in begun.select_related("approver", "deputy"):
        if one.ends_on is None:
            standing.pop(one.approver_id, None)
        elif one.ends_on >= day:
            standing[one.approver_id] = one
    return sorted(standing.values(), key=lambda one: one.approver.username)


def stands_in_for(company_id: int, user_id: int, day: date) -> list[Deputy]:
    """Whom this person stands in for."""
    return [one for one in deputies_on(company_id, day) if one.deputy_id == user_id]
