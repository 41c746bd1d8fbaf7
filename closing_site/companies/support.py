"""Support access: staff of the installation read a company's books for a time that its
administrator grants. They read what an auditor reads, and write nothing."""

import hashlib
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from closing_site.acting import acting
from closing_site.companies.errors import (
    AnsweredAlready,
    AskedAlready,
    NotSoManyHours,
    NotSupport,
    NotYoursToEnd,
    OwnSupportAccess,
    WorksHereAlready,
)
from closing_site.companies.members import company_by_code, membership_of, require_role
from closing_site.companies.models import (
    MOST_SUPPORT_HOURS,
    Company,
    Membership,
    Role,
    SupportAccess,
    SupportVisit,
    User,
)
from closing_site.companies.people import ADMINISTRATORS
from closing_site.companies.placed_people import make_known
from closing_site.placing import HOME, are_placed, at, everywhere, here, is_reachable, place_of
from closing_site.refusals import BooksUnreachable

#: What they read is what this role reads.
READS_AS: Final = Role.AUDITOR
#: Slug → word.
STATES: Final = {
    "waiting": gettext_lazy("pending"),
    "refused": gettext_lazy("refused"),
    "active": gettext_lazy("granted"),
    "ended": gettext_lazy("ended"),
    "lapsed": gettext_lazy("lapsed"),
}
#: For so long whoever asked sees on their first page how they were answered.
SHOWN_HOURS: Final = MOST_SUPPORT_HOURS


def ask_for_support(*, code: str, reason: str, hours: int, by: User) -> SupportAccess:
    """On the database that holds the company's books, where they are known from now on.

    Raises UnknownCompany, NotSupport, NotSoManyHours, WorksHereAlready, AskedAlready,
    BooksUnreachable, NameOfAnother.
    """
    if not (by.is_active and by.is_staff):
        raise NotSupport(user=by.username)
    _require_hours(hours)
    place = place_of(code)
    if not is_reachable(place):
        raise BooksUnreachable(name=place)
    with at(place):
        return _ask(code, reason, hours, by)


def _ask(code: str, reason: str, hours: int, by: User) -> SupportAccess:
    company = company_by_code(code)
    if membership_of(company, by):
        raise WorksHereAlready(company=company.code)
    known = _known_here(by)
    try:
        with acting(by.username), transaction.atomic():
            return SupportAccess.objects.create(
                company=company, asked_by=known, reason=reason, hours=hours
            )
    except IntegrityError as error:
        if "companies_supportaccess_open_once" not in str(error):
            raise
        raise AskedAlready(company=company.code) from error


def _known_here(by: User) -> User:
    """Before they act: the audit asks the database who they are."""
    if here() == HOME:
        return by
    with acting(by.username):
        return make_known(by)


def grant_support(*, access: SupportAccess, hours: int, by: User) -> SupportAccess:
    """From now on, for so many hours.

    Raises NotSoManyHours, OwnSupportAccess, AnsweredAlready, RoleMayNot.
    """
    _require_hours(hours)
    return _answer(access, by, timedelta(hours=hours))


def refuse_support(*, access: SupportAccess, by: User) -> SupportAccess:
    """Raises OwnSupportAccess, AnsweredAlready, RoleMayNot."""
    return _answer(access, by, None)


def end_support(*, access: SupportAccess, by: User) -> SupportAccess:
    """At once; ended twice it is ended once. Raises NotYoursToEnd, NotAMember, RoleMayNot."""
    if by.pk != access.asked_by_id:
        require_role(access.company, by.username, ADMINISTRATORS)
    with acting(by.username):
        held = _held(access)
        if held.granted_until is None:
            raise NotYoursToEnd()
        if held.ended_at is None:
            held.ended_by, held.ended_at = by, timezone.now()
            held.save(update_fields=["ended_by", "ended_at"])
        return held


def to_answer(company: Company, user: User) -> QuerySet[SupportAccess]:
    """Requests that this person may answer, the oldest first."""
    found = SupportAccess.objects.filter(company=company, decided_at=None)
    return found.exclude(asked_by=user).select_related("asked_by").order_by("pk")


def answers_for(user: User) -> list[SupportAccess]:
    """The last answer of each company to what this person asked, on all databases that answer: as
    long as a grant lasts, and for some days after a refusal or an early end."""
    since = timezone.now() - timedelta(hours=SHOWN_HOURS)
    found = SupportAccess.objects.filter(
        Q(decided_at__gt=since) | Q(granted_until__gt=timezone.now())
    ).exclude(decided_at=None)
    answered = _of_person(found.select_related("decided_by", "ended_by"), user)
    return list({access.company.code: access for access in reversed(answered)}.values())


def state_of(access: SupportAccess) -> str:
    """One of ``STATES``."""
    if access.decided_at is None:
        return "waiting"
    if access.granted_until is None:
        return "refused"
    if access.ended_at:
        return "ended"
    return "lapsed" if access.granted_until <= timezone.now() else "active"


def answer_of(access: SupportAccess) -> str:
    """How it was answered, as a sentence for whoever asked."""
    state = state_of(access)
    until = access.granted_until and timezone.localtime(access.granted_until)
    says = {"user": access.decided_by, "until": f"{until:%Y-%m-%d %H:%M}" if until else ""}
    sentences = {
        "waiting": _("An administrator of the company will answer your request."),
        "refused": _("%(user)s refused your request."),
        "active": _("%(user)s granted access until %(until)s."),
    }
    ended = _("This access has ended. Ask again if you need more time.")
    return sentences.get(state, ended) % says


def holding() -> QuerySet[SupportAccess]:
    """What holds now. Who granted it is an administrator of the company still, and who asked still
    supports the installation."""
    granting = Membership.objects.filter(role=Role.ADMIN, is_active=True, user__is_active=True)
    return SupportAccess.objects.filter(
        Q(decided_by__memberships__in=granting, decided_by__memberships__company=F("company")),
        granted_until__gt=timezone.now(),
        ended_at=None,
        asked_by__is_active=True,
        asked_by__is_staff=True,
    )


def support_memberships(
    user: User, own: list[Membership], lost: frozenset[str] = frozenset()
) -> list[Membership]:
    """What the person reads as support, as memberships that no table holds. Where they work
    themselves, their own membership says what they may. ``lost``: databases that do not answer."""
    reading = []
    mine = {member.company.code for member in own}
    for access in _of_person(holding(), user, lost):
        if access.company.code not in mine:
            mine.add(access.company.code)
            member = Membership(company=access.company, user=user, role=READS_AS)
            member.support = access
            reading.append(member)
    return sorted(reading, key=lambda member: member.company.code)


def asked_by(user: User, most: int) -> tuple[list[tuple[SupportAccess, bool]], frozenset[str]]:
    """What they asked for last, on all databases, and whether it holds; and those databases that
    did not answer."""
    lost = lost_places()
    asked = _of_person(SupportAccess.objects.select_related("decided_by"), user, lost, most)
    asked = sorted(asked, key=lambda one: one.asked_at, reverse=True)
    held = {(one.company.code, one.pk) for one in _of_person(holding(), user, lost)}
    return [(one, (one.company.code, one.pk) in held) for one in asked[:most]], lost


def companies_to_ask(most: int) -> list[str]:
    """Their codes, on all databases that answer."""
    codes: list[str] = []
    for name in everywhere():
        if is_reachable(name):
            with at(name):
                there = Company.objects.order_by("code").values_list("code", flat=True)
                codes += [code for code in there[:most] if place_of(code) == name]
    return sorted(codes)[:most]


def lost_places() -> frozenset[str]:
    """The databases that do not answer."""
    return frozenset(name for name in everywhere() if not is_reachable(name))


def end_own_support(*, code: str, key: int, by: User) -> SupportAccess | None:
    """Of what they asked for themselves; None where there is no such access. Raises
    BooksUnreachable, NotYoursToEnd."""
    place = place_of(code)
    if not is_reachable(place):
        raise BooksUnreachable(name=place)
    with at(place):
        mine = _theirs(SupportAccess.objects.select_related("company"), by)
        access = mine.filter(pk=key, company__code=code).first()
        return end_support(access=access, by=by) if access else None


def _of_person(
    found: QuerySet[SupportAccess],
    user: User,
    lost: frozenset[str] | None = None,
    most: int | None = None,
) -> list[SupportAccess]:
    """A company's on the database where the setting places it, the newest first on each."""
    theirs = _theirs(found.select_related("company").order_by("-asked_at", "-pk"), user)
    away = lost_places() if lost is None else lost
    listed: list[SupportAccess] = []
    for name in everywhere():
        if name not in away:
            with at(name):
                rows = list(theirs.all()[:most])
            listed += [one for one in rows if place_of(one.company.code) == name]
    return listed


def _theirs(found: QuerySet[SupportAccess], user: User) -> QuerySet[SupportAccess]:
    """On each database the copy of the person, and nobody who had their key before."""
    theirs = found.filter(asked_by=user)
    return theirs.filter(asked_by__date_joined=user.date_joined) if are_placed() else theirs


def note_visit(access: SupportAccess, user: User, session_key: str) -> None:
    """The company's audit says that they came in, once for each session."""
    session = hashlib.sha256(session_key.encode()).hexdigest()
    visits = SupportVisit.objects.filter(company=access.company_id, access=access, session=session)
    if not visits.exists():
        with acting(user.username):
            SupportVisit.objects.bulk_create(
                [SupportVisit(company_id=access.company_id, access=access, session=session)],
                ignore_conflicts=True,
            )


def _answer(access: SupportAccess, by: User, granted: timedelta | None) -> SupportAccess:
    require_role(access.company, by.username, ADMINISTRATORS)
    if by.pk == access.asked_by_id:
        raise OwnSupportAccess()
    with acting(by.username):
        held = _held(access)
        if held.decided_at is not None:
            raise AnsweredAlready()
        held.decided_by, held.decided_at = by, timezone.now()
        held.granted_until = held.decided_at + granted if granted else None
        held.save(update_fields=["decided_by", "decided_at", "granted_until"])
        return held


def _held(access: SupportAccess) -> SupportAccess:
    return SupportAccess.objects.select_for_update(of=("self",)).get(pk=access.pk)


def _require_hours(hours: int) -> None:
    if not 1 <= hours <= MOST_SUPPORT_HOURS:
        raise NotSoManyHours(most=MOST_SUPPORT_HOURS)
