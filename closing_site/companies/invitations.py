"""Invitations: how people come to work in a company. Who invites learns nothing of who exists."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from closing_site.acting import acting
from closing_site.companies.errors import (
    InvitationClosed,
    MemberAlready,
    NameTaken,
    NotAUsername,
    UnknownRole,
)
from closing_site.companies.members import require_role
from closing_site.companies.models import Company, Invitation, Membership, Role, User
from closing_site.companies.people import ADMINISTRATORS
from closing_site.companies.placed_people import make_known, places_elsewhere
from closing_site.free_text import seen_text
from closing_site.placing import at, here, place_of

VALID_FOR: Final = timedelta(days=7)
#: An invitation is no way to find out which names there are.
MOST_TAKEN_NAMES: Final = 5

_SIGNER: Final = signing.Signer(salt="closing_site.companies.invitation")


def invite(*, company: Company, person: str, role: str, by: User) -> Invitation:
    """Invites whoever gets the link. ``person``: whom it is for, as the administrator calls them.

    Raises UnknownRole, RoleMayNot.
    """
    require_role(company, by.username, ADMINISTRATORS)
    if role not in Role.values:
        raise UnknownRole(role=role, roles=", ".join(Role.values))
    with acting(by.username):
        return Invitation.objects.create(
            company=company,
            person=seen_text(person),
            role=role,
            invited_by=by,
            expires_at=timezone.now() + VALID_FOR,
        )


def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """Raises InvitationClosed where it was accepted, RoleMayNot."""
    require_role(invitation.company, by.username, ADMINISTRATORS)
    with acting(by.username):
        held = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if held.accepted_at:
            raise InvitationClosed()
        if held.withdrawn_at is None:
            held.withdrawn_by, held.withdrawn_at = by, timezone.now()
            held.save(update_fields=["withdrawn_by", "withdrawn_at"])


def open_invitations() -> QuerySet[Invitation]:
    """Those that can be accepted. Who invited is an administrator of the company still: who leaves
    leaves no door open behind them."""
    inviting = Membership.objects.filter(role=Role.ADMIN, is_active=True, user__is_active=True)
    return Invitation.objects.filter(
        Q(invited_by__memberships__in=inviting, invited_by__memberships__company=F("company")),
        accepted_at=None,
        withdrawn_at=None,
        expires_at__gt=timezone.now(),
        taken_names__lt=MOST_TAKEN_NAMES,
    )


def token_of(invitation: Invitation) -> str:
    """What its link ends with. It is nowhere in the database."""
    return _SIGNER.sign(invitation.key.hex)


def invitation_of(token: str) -> Invitation:
    """Raises InvitationClosed where this opens nothing, or nothing any more."""
    try:
        key = UUID(_SIGNER.unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise InvitationClosed() from error
    found = open_invitations().select_related("company", "invited_by")
    invitation = found.filter(key=key).first()
    places = places_elsewhere()
    while invitation is None and next(places, None):
        invitation = found.filter(key=key).first()
    places.close()
    if invitation is None:
        raise InvitationClosed()
    return invitation


def accept_invitation(*, invitation: Invitation, by: User) -> Membership:
    """Who is signed in joins the company. Raises InvitationClosed, MemberAlready."""
    with at(_place(invitation)), acting(by.username):
        return _join(_held(invitation), make_known(by))


def accept_as_new(
    *,
    invitation: Invitation,
    username: str,
    first_name: str,
    last_name: str,
    password: str,
) -> Membership:
    """A new person joins the company, with a name and a password of their own; whether it is a good
    one is for the caller to check. Raises InvitationClosed, NameTaken, NotAUsername."""
    user = User(username=username, first_name=seen_text(first_name), last_name=seen_text(last_name))
    user.set_password(password)
    try:
        user.clean_fields()
    except ValidationError as error:
        raise NotAUsername(user=username) from error
    try:
        with acting(username):
            if _place(invitation) == here():
                held = _held(invitation)
            # Names that differ in capitals alone are one for a reader.
            if User.objects.filter(username__iexact=username).exists():
                raise NameTaken(user=username)
            _save_new(user)
            if _place(invitation) == here():
                return _join(held, user)
            # Kept there first: who is at home alone could sign in, and would belong nowhere.
            with at(_place(invitation)), acting(username):
                member = _join(_held(invitation), make_known(user))
            member.user = user
            return member
    except NameTaken:
        with at(_place(invitation)):
            taken = Invitation.objects.filter(pk=invitation.pk)
            taken.update(taken_names=F("taken_names") + 1)
        raise


def _place(invitation: Invitation) -> str:
    return place_of(invitation.company.code)


def _save_new(user: User) -> None:
    """Of two who choose the same name at once the second is refused. Raises NameTaken."""
    try:
        user.save()
    except IntegrityError as error:
        raise NameTaken(user=user.username) from error


def _held(invitation: Invitation) -> Invitation:
    """As it is now, until the transaction ends: of two who accept at once the second is refused."""
    Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    held = open_invitations().filter(pk=invitation.pk).select_related("company").first()
    if held is None:
        raise InvitationClosed()
    return held


def _join(invitation: Invitation, user: User) -> Membership:
    company = invitation.company
    member = Membership.objects.filter(company=company, user=user).first()
    if member and member.is_active:
        raise MemberAlready(user=user.username, company=company.code)
    invitation.accepted_by, invitation.accepted_at = user, timezone.now()
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    if member is None:
        return Membership.objects.create(company=company, user=user, role=invitation.role)
    member.role, member.is_active = invitation.role, True
    member.save(update_fields=["role", "is_active"])
    return member
