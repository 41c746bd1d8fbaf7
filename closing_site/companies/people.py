"""Who works in a company, and as what: an administrator's acts."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from closing_site.acting import acting
from closing_site.companies.errors import (
    LastAdministrator,
    NotYourselfAlone,
    UnknownRole,
    WorksElsewhere,
)
from closing_site.companies.members import require_role
from closing_site.companies.models import Membership, Role, User
from closing_site.companies.placed_people import places_elsewhere
from closing_site.pages.company_addresses import page_url
from closing_site.placing import HOME, are_placed, at

ADMINISTRATORS = frozenset({Role.ADMIN})


def change_role(*, member: Membership, role: str, by: User) -> Membership:
    """Raises UnknownRole, LastAdministrator, RoleMayNot."""
    if role not in Role.values:
        raise UnknownRole(role=role, roles=", ".join(Role.values))
    require_role(member.company, by.username, ADMINISTRATORS)
    with acting(by.username):
        if role != Role.ADMIN:
            _require_other_administrator(member)
        member.role = role
        member.save(update_fields=["role"])
        return member


def remove_member(*, member: Membership, by: User) -> None:
    """They have no role here any more; what they did stays under their name.

    Raises LastAdministrator, RoleMayNot.
    """
    require_role(member.company, by.username, ADMINISTRATORS)
    with acting(by.username):
        _require_other_administrator(member)
        member.delete()


def set_active(*, member: Membership, is_active: bool, by: User) -> None:
    """Whether they can work in this company, whatever they do elsewhere.

    Raises NotYourselfAlone, RoleMayNot.
    """
    require_role(member.company, by.username, ADMINISTRATORS)
    if member.user_id == by.pk:
        raise NotYourselfAlone()
    with acting(by.username):
        member.is_active = is_active
        member.save(update_fields=["is_active"])


class FirstPasswordTokens(PasswordResetTokenGenerator):
    """A token opens nothing any more once its owner works in another company, or for support: no
    administrator of the first keeps a key to what they do there."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        companies = Membership.objects.filter(user=user).order_by("company")
        works_in: list[object] = list(companies.values_list("company", flat=True))
        for name in places_elsewhere():
            works_in += [f"{name} {of.company_id}" for of in Membership.objects.filter(user=user)]
        value = super()._make_hash_value(user, timestamp)
        return f"{value}{works_in}{user.is_staff}{user.is_superuser}"


first_password_tokens = FirstPasswordTokens()


def password_address(*, member: Membership, by: User) -> str:
    """The path of a page where they, once and within three days, set a password of their own.

    Raises WorksElsewhere, RoleMayNot.
    """
    require_role(member.company, by.username, ADMINISTRATORS)
    _require_only_here(member)
    with at(HOME):
        # Of a copy the password is not theirs.
        user = User.objects.get(pk=member.user_id) if are_placed() else member.user
        return _password_page(user)


def _password_page(user: User) -> str:
    key = urlsafe_base64_encode(force_bytes(user.pk))
    token = first_password_tokens.make_token(user)
    return page_url("first_password", uidb64=key, token=token)


def works_elsewhere(member: Membership) -> bool:
    """An administrator of one company has no power over another's people, nor over support."""
    user = member.user
    others = Membership.objects.filter(user=user).exclude(company=member.company_id)
    if user.is_staff or user.is_superuser or others.exists():
        return True
    return any(Membership.objects.filter(user=user).exists() for _name in places_elsewhere())


def _require_only_here(member: Membership) -> None:
    if works_elsewhere(member):
        raise WorksElsewhere(user=member.user.username)


def _require_other_administrator(member: Membership) -> None:
    """The rows are locked: two administrators who leave at once do not both succeed."""
    held = Membership.objects.select_for_update(of=("self",)).filter(
        company=member.company_id, role=Role.ADMIN, is_active=True, user__is_active=True
    )
    others = {one.pk for one in held} - {member.pk}
    if member.role == Role.ADMIN and not others:
        raise LastAdministrator(user=member.user.username)
