"""Two-step sign-in: codes of an authenticator app (TOTP), and recovery codes for who lost it.

django-allauth computes the codes and keeps the keys. It remembers which code was used in the cache
of one process; here the counter of the last one is kept with the key, so that none is used twice.
"""

import base64
import hashlib
from datetime import timedelta
from typing import Any, Final

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from closing_site.acting import acting
from closing_site.companies.errors import SecondFactorNeeded, WrongCode
from closing_site.companies.members import APPROVERS
from closing_site.companies.models import Membership, User
from closing_site.companies.placed_people import places_elsewhere
from closing_site.placing import at_home

#: Under this name the key's row keeps the counter of the last code that was used.
LAST: Final = "last_counter"
#: How long a key that is being set up may wait for its first code.
SET_UP_WITHIN: Final = timedelta(minutes=15)


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keys lie encrypted in the database: a dump of it signs no one in."""

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())


def _fernet() -> MultiFernet:
    """With keys made of SECRET_KEY, and of those before it."""
    secrets = map(str, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    salted = (hashlib.sha256(b"second factor" + secret.encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in salted])


class SetUp:
    """A key that no one uses yet. It travels with the form, encrypted, and lies nowhere else."""

    def __init__(self, secret: str = "") -> None:
        self.secret: str = secret or generate_totp_secret()

    @classmethod
    def of(cls, token: str) -> "SetUp | None":
        """None where the form is too old, or not ours."""
        try:
            age = int(SET_UP_WITHIN.total_seconds())
            return cls(_fernet().decrypt(token.encode(), ttl=age).decode())
        except InvalidToken:
            return None

    @property
    def token(self) -> str:
        return Adapter().encrypt(self.secret)

    @property
    def shown(self) -> str:
        """In groups, to be typed."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))

    def picture(self, user: User) -> str:
        """The address of a picture for the app to read."""
        adapter = Adapter()
        svg = adapter.build_totp_svg(adapter.build_totp_url(user, self.secret))
        return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


@at_home
def switch_on(*, user: User, set_up: SetUp, code: str) -> list[str]:
    """From now on they sign in with a code too; returns the recovery codes. Raises WrongCode."""
    counter = _counter_of(set_up.secret, code)
    if counter is None:
        raise WrongCode()
    with acting(user.username):
        held = User.objects.select_for_update().get(pk=user.pk)
        Authenticator.objects.filter(user=held).delete()
        totp = TOTP.activate(held, set_up.secret).instance
        totp.data[LAST] = counter
        totp.save(update_fields=["data"])
        _keep(user, timezone.now())
        codes: list[str] = RecoveryCodes.activate(held).get_unused_codes()
        return codes


@at_home
def switch_off(*, user: User, by: str) -> None:
    """The password alone signs them in. ``by``: who acts; they themselves, or a command.

    Raises SecondFactorNeeded where they do it themselves and a company wants it of them.
    """
    with acting(by):
        wanting = Membership.objects.select_related("company").filter(
            user=user,
            is_active=True,
            role__in=APPROVERS,
            company__second_factor_for_approvers=True,
        )
        member = wanting.first()
        places = places_elsewhere()
        while member is None and next(places, None):
            member = wanting.all().first()
        places.close()
        if member and by == user.username:
            raise SecondFactorNeeded(company=member.company.code)
        Authenticator.objects.filter(user=user).delete()
        _keep(user, None)


@at_home
def renew_recovery_codes(*, user: User) -> list[str]:
    """Those of before open nothing any more."""
    with acting(user.username):
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
        codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
        return codes


@at_home
def recovery_codes_left(user: User) -> int:
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(kept).get_unused_codes()) if kept else 0


@at_home
@transaction.atomic
def use_code(user: User, code: str) -> str:
    """Of which kind their code is, ``totp`` or ``recovery_codes``; blank where it is not theirs.
    Each is used once."""
    kept = {one.type: one for one in Authenticator.objects.select_for_update().filter(user=user)}
    totp = kept.get(Authenticator.Type.TOTP)
    if totp is not None:
        secret = Adapter().decrypt(totp.data["secret"])
        counter = _counter_of(secret, code, after=totp.data.get(LAST, -1))
        if counter is not None:
            totp.data[LAST] = counter
            totp.last_used_at = timezone.now()
            totp.save(update_fields=["data", "last_used_at"])
            return str(Authenticator.Type.TOTP)
    recovery = kept.get(Authenticator.Type.RECOVERY_CODES)
    if recovery is not None and RecoveryCodes(recovery).validate_code(_digits(code)):
        return str(Authenticator.Type.RECOVERY_CODES)
    return ""


def _counter_of(secret: str, code: str, *, after: int = -1) -> int | None:
    """Of which moment it is the code; None where it is none, or not later than ``after``."""
    given = _digits(code)
    for counter in yield_hotp_counters_from_time():
        expected = format_hotp_value(hotp_value(secret, counter))
        if constant_time_compare(given, expected) and counter > after:
            return int(counter)
    return None


def _digits(code: str) -> str:
    """As people type it: with spaces or a hyphen."""
    return code.replace(" ", "").replace("-", "")


def _keep(user: User, since: Any) -> None:
    user.second_factor_since = since
    user.save(update_fields=["second_factor_since"])
