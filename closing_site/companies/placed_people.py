"""People, where companies' books lie on several databases (closing_site/placing.py).

A person, their password, second factor and sessions are at home. A database that holds the books of
a company they work in has a copy of their row, under the same key, whose password opens nothing:
what they do there is shown, checked and audited under it.
"""

import logging
from collections.abc import Generator, Iterator
from typing import Any, Final

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import Max, QuerySet
from django.utils.crypto import salted_hmac

from closing_site.acting import acting
from closing_site.companies.errors import NameOfAnother
from closing_site.companies.models import Membership, User
from closing_site.placing import HOME, are_placed, at, everywhere, go, here, is_reachable, place_of
from closing_site.refusals import BooksUnreachable, Refusal

logger = logging.getLogger(__name__)

#: What stays at home. A copy's password changes with the person's, so that the audit tells of it.
AT_HOME: Final = ("password", "last_login")
COPIED: Final = tuple(
    field.attname for field in User._meta.concrete_fields if field.attname not in (*AT_HOME, "id")
)


def make_known(user: User) -> User:
    """Where the thread works now, who is at home is known; returns the row there.

    Raises NameOfAnother.
    """
    if here() == HOME:
        return user
    wanted = _copied(user)
    known = User.objects.filter(pk=user.pk)
    is_another = User.objects.filter(username=user.username).exclude(pk=user.pk).exists()
    if is_another or known.exclude(date_joined=user.date_joined).exists():
        raise NameOfAnother(user=user.username, place=here())
    is_known = known.values("password", *COPIED).first() == wanted
    # Where a copy changes, each company in which they work hears of it.
    if not is_known and not known.update(**wanted):
        User.objects.bulk_create([User(pk=user.pk, **wanted)])
    return known.get()


def _copied(user: User) -> dict[str, Any]:
    digest = salted_hmac("closing_site.companies.placed_people", user.password).hexdigest()
    return {"password": f"!{digest}", **{name: getattr(user, name) for name in COPIED}}


def refuse_away(sender: Any, instance: User, **_: Any) -> None:
    """Receiver of ``pre_save``: people are made and changed at home alone."""
    if are_placed() and here() != HOME:
        raise RuntimeError(f"A person is saved on '{here()}', not at home.")


def copies_follow(sender: Any, instance: User, **_: Any) -> None:
    """Receiver of ``post_save``. Signing in saves too: a copy that could not follow does then."""
    if are_placed():
        by = instance.username
        transaction.on_commit(lambda: _renew_copies(instance.pk, by))


def _renew_copies(pk: int, by: str) -> None:
    user = User.objects.get(pk=pk)
    for name in everywhere():
        if name == HOME or not is_reachable(name):
            continue
        try:
            with at(name):
                if User.objects.filter(pk=pk).exists():
                    with acting(by):
                        make_known(user)
        except (DatabaseError, Refusal) as error:
            logger.error("What is known of %s on '%s' is old: %s", by, name, error)


def memberships_everywhere(user: User) -> tuple[list[Membership], frozenset[str]]:
    """Where they can work, by the company's code; and the databases that did not answer.

    A company counts on the database where the setting places it, and nowhere else; and a copy of a
    person where it is theirs: after a restore of home their key may have been another's.
    """
    found = Membership.objects.filter(user=user, is_active=True)
    found = found.select_related("company").order_by("company__code")
    if not are_placed():
        return list(found), frozenset()
    found = found.filter(user__date_joined=user.date_joined)
    members: list[Membership] = []
    lost: set[str] = set()
    for name in everywhere():
        try:
            members += _held(name, found)
        except DatabaseError as error:
            if name == HOME:
                raise
            # Away, empty or of another version: its companies wait, the others do not.
            if not isinstance(error, NotUsed):
                logger.error("People cannot be looked up on '%s': %s", name, error)
            lost.add(name)
    return sorted(members, key=lambda member: member.company.code), frozenset(lost)


class NotUsed(OperationalError):
    """A database that did not answer a moment ago, or holds no books."""


def _held(name: str, members: QuerySet[Membership]) -> Iterator[Membership] | list[Membership]:
    if not is_reachable(name):
        raise NotUsed(name)
    with at(name):
        return [member for member in members.all() if place_of(member.company.code) == name]


def unknown_people(name: str) -> list[str]:
    """Who is named on that database and is not, or is somebody else, at home: after home was
    restored from a backup older than theirs."""
    with at(name):
        there = list(User.objects.values_list("pk", "username", "date_joined"))
    with at(HOME):
        here_too = dict(User.objects.values_list("pk", "date_joined"))
    return sorted(username for pk, username, joined in there if here_too.get(pk) != joined)


def last_key() -> int:
    """Of the people named where the thread works now."""
    return int(User.objects.aggregate(last=Max("pk"))["last"] or 0)


def places_elsewhere() -> Generator[str]:
    """The other databases, one after another; within an iteration the thread works there.

    Raises BooksUnreachable: what is asked of all must not be answered by some.
    """
    before = here()
    try:
        for name in everywhere():
            if name == before:
                continue
            if not is_reachable(name):
                raise BooksUnreachable(name=name)
            go(name)
            yield name
    finally:
        go(before)
