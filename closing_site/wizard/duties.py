"""Who prepared a month, who may still approve it, and another's review (invariant 11).

ACCOUNTING 15: whoever asked for the lock, signed a step it rests on, or prepared a part of the
month that nobody else reviewed does not approve it. Runs over others' data, looking, approving and
refusing prepare nothing.
"""

from typing import Any, Final, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from closing_site import sql
from closing_site.acting import acting
from closing_site.companies.members import APPROVERS, PREPARERS, require_role
from closing_site.companies.models import Company, User
from closing_site.desk.deputies import stands_in_for, today_in
from closing_site.periods.actions import take_periods
from closing_site.periods.models import Period, PreparationReview
from closing_site.wizard.errors import NothingToReview, PreparedThemselves, ReviewedByThemselves
from closing_site.wizard.sign_offs import latest_sign_offs

#: What a preparer did, as the database names it.
ACTS: Final = {
    "payment": _("recorded or changed payments"),
    "allocation": _("allocated payments"),
    "deduction": _("recorded deductions"),
    "invoice": _("issued invoices or credit notes"),
    "confirmation": _("confirmed orders one by one"),
    "deferral": _("deferred orders"),
    "acknowledgement": _("accepted findings"),
    "import": _("imported files"),
    "order": _("entered or changed orders"),
    "delivery": _("entered or changed deliveries"),
}

PREPARED = """
    SELECT act, count(*) AS how_many, max(at) AS last_at, max(id) AS last_id
    FROM closing_preparations(%(period)s, %(user)s) GROUP BY act ORDER BY min(id)
"""
#: Active members with an approving role who prepared nothing.
FREE = """
    SELECT u.id, u.username FROM companies_membership AS m
    JOIN companies_user AS u ON u.id = m.user_id
    WHERE m.company_id = %(company)s AND m.role = ANY (%(roles)s)
        AND m.is_active AND u.is_active
        AND NOT EXISTS (SELECT FROM closing_preparations(%(period)s, u.id))
    ORDER BY u.username
"""


#: What each person did, for all who prepared something of the month.
ALL_PREPARED = """
    SELECT who.id AS user_id, p.act, count(*) AS how_many, max(p.at) AS last_at,
        max(p.id) AS last_id
    FROM (
        SELECT u.id, u.username FROM companies_user AS u WHERE u.id IN (
            SELECT user_id FROM periods_preparation
            WHERE company_id = %(company)s AND period_id = %(period)s)
    ) AS who
    CROSS JOIN LATERAL closing_preparations(%(period)s, who.id) AS p
    GROUP BY who.id, who.username, p.act ORDER BY who.username, min(p.id)
"""


class Prepared(NamedTuple):
    """What one person did in a month that nobody else reviewed."""

    act: str
    how_many: int
    last_at: Any
    last_id: int

    @property
    def title(self) -> str:
        return gettext(ACTS.get(self.act, self.act))


def prepared_by(period: Period, user: User) -> list[Prepared]:
    return [Prepared(**row) for row in sql.rows(PREPARED, {"period": period.pk, "user": user.pk})]


def is_single_person(period: Period) -> bool:
    """Whether the company lets one person prepare and approve."""
    return Company.objects.filter(pk=period.company_id, single_person_since__isnull=False).exists()


def could_approve(period: Period, *, requester: User | None = None) -> list[str]:
    """The names of approvers who neither prepared, signed a step, nor asked."""
    roles = [str(role) for role in APPROVERS]
    found = sql.rows(FREE, {"company": period.company_id, "period": period.pk, "roles": roles})
    barred = {sign_off.signed_by_id for sign_off in latest_sign_offs(period).values()}
    if requester:
        barred.add(requester.pk)
    return [row["username"] for row in found if row["id"] not in barred]


def require_not_prepared(period: Period, approver: User, *, requester: User | None = None) -> None:
    """Raises PreparedThemselves, which lists the acts and who could approve."""
    if found := prepared_by(period, approver):
        others = could_approve(period, requester=requester)
        raise PreparedThemselves(
            user=approver.username,
            period=period.code,
            acts=", ".join(one.title for one in found),
            others=", ".join(others) or "–",
        )


def review_preparation(period: Period, user: User, *, by: User) -> PreparationReview:
    """Another preparer (``by``) has looked at what ``user`` prepared in the month.

    Raises ReviewedByThemselves, RoleMayNot, NotAMember, NothingToReview, and LawBroken where the
    month is locked.
    """
    if user.pk == by.pk:
        raise ReviewedByThemselves(user=user.username)
    require_role(period.company, by.username, PREPARERS)
    with acting(by.username):
        take_periods(period)
        found = prepared_by(period, user)
        if not found:
            raise NothingToReview(user=user.username, period=period.code)
        return PreparationReview.objects.create(
            company_id=period.company_id,
            period=period,
            user=user,
            reviewed_by=by,
            last_id=max(one.last_id for one in found),
        )


def reviews_of(period: Period) -> list[PreparationReview]:
    """Since the month was locked last, the oldest first."""
    found = period.preparation_reviews.select_related("user", "reviewed_by").order_by("id")
    last = period.seals.order_by("-position").values_list("sealed_at", flat=True).first()
    return list(found.filter(reviewed_at__gt=last) if last else found)


def preparers_of(period: Period) -> list[tuple[User, list[Prepared]]]:
    """Everyone who prepared a part that nobody else reviewed, with what it was, by name."""
    found: dict[int, list[Prepared]] = {}
    for row in sql.rows(ALL_PREPARED, {"company": period.company_id, "period": period.pk}):
        found.setdefault(row.pop("user_id"), []).append(Prepared(**row))
    users = User.objects.in_bulk(found)
    return [(users[key], acts) for key, acts in found.items()]


def duties_of(period: Period, *, is_single: bool, approver: User) -> dict[str, Any]:
    """What a seal says of who did what: reviews, whom the approver stands in for, and that one
    person did both, with why."""
    found: dict[str, Any] = {
        "reviews": [
            {
                "prepared_by": review.user.username,
                "reviewed_by": review.reviewed_by.username,
                "reviewed_at": review.reviewed_at.isoformat(),
            }
            for review in reviews_of(period)
        ]
    }
    today = today_in(period.company)
    if deputies := stands_in_for(period.company_id, approver.pk, today):
        found["deputy_of"] = [
            {
                "user": one.approver.username,
                "until": one.ends_on.isoformat() if one.ends_on else "",
                "reason": one.reason,
            }
            for one in deputies
        ]
    since = period.company.single_person_since
    if is_single and since is not None:
        reason = period.company.single_person_reason
        found["single_person"] = {"since": since.isoformat(), "reason": reason}
    return found
