"""Sessions in the database, each with its person (``SESSION_ENGINE``). One ends some time after the
last request, and some time after sign-in whatever happens."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from closing_site.companies.client_address import client_address
from closing_site.companies.models import User, UserSession
from closing_site.placing import at_home

#: Of requests that follow each other closely the first moves the end.
TOUCHED_EVERY: Final = timedelta(minutes=1)
#: How long the former key of a session holds.
ON_THEIR_WAY: Final = timedelta(seconds=10)
#: Under this name the session keeps when, from where and with what its person signed in.
SIGN_IN: Final = "sign_in"
MOST_OF_BROWSER: Final = 300


class SessionStore(db.SessionStore):
    """Django's own, which knows when the session ends. Moving the end leaves the data alone: what
    another request keeps in the session meanwhile is not overwritten."""

    _seen_at: datetime | None = None

    # A session is a person's, whatever company they work in: it lies at home.
    load = at_home(db.SessionStore.load)
    exists = at_home(db.SessionStore.exists)
    save = at_home(db.SessionStore.save)
    delete = at_home(db.SessionStore.delete)

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        made = cast(UserSession, super().create_model_instance(data))
        made.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        made.expire_date = min(made.expire_date, _latest_end(data))
        made.seen_at = timezone.now()
        return made

    def _get_session_from_db(self) -> Any:
        found = super()._get_session_from_db()  # type: ignore[misc]
        if found is not None:
            self._seen_at = found.seen_at
        return found

    @at_home
    def renew_key(self) -> None:
        """The same session under a new key. The old one holds for requests that are on their way,
        and for no others: a page that asks for its progress would else be signed out."""
        data, old = self._session, self.session_key  # type: ignore[attr-defined]
        self.create()
        self._session_cache = data
        self.modified = True
        ends_at = timezone.now() + ON_THEIR_WAY
        known = self.get_model_class().objects.filter(session_key=old)
        known.update(expire_date=ends_at, seen_at=timezone.now(), user_id=None)

    @at_home
    def touch(self) -> None:
        """The person did something now."""
        now = timezone.now()
        if self._seen_at is None or now - self._seen_at < TOUCHED_EVERY:
            return
        idle_end = now + timedelta(seconds=self.get_session_cookie_age())
        ends_at = min(idle_end, _latest_end(self._session))  # type: ignore[attr-defined]
        found = self.get_model_class().objects.filter(session_key=self.session_key)
        found.update(expire_date=ends_at, seen_at=now)
        self._seen_at = now


def _latest_end(data: dict[str, Any]) -> datetime:
    """However much its person does."""
    if SIGN_IN not in data:
        return datetime.max.replace(tzinfo=UTC)
    begun: datetime = datetime.fromtimestamp(data[SIGN_IN]["at"], tz=UTC)
    return begun + settings.SESSION_MOST


def note_session(request: HttpRequest, **_: Any) -> None:
    """Receiver of Django's ``user_logged_in``."""
    request.session[SIGN_IN] = {
        "at": int(time.time()),
        "address": client_address(request) or "",
        "browser": request.headers.get("User-Agent", "")[:MOST_OF_BROWSER],
    }


@dataclass(frozen=True)
class OpenSession:
    """One session of a person. ``handle``: stands for its key, which no page shows."""

    key: str
    handle: str
    begun_at: datetime
    seen_at: datetime
    address: str
    browser: str


@at_home
def open_sessions(user: User) -> list[OpenSession]:
    """Those that a request could use now, the latest first."""
    return list(_open_sessions(user))


def _open_sessions(user: User) -> Iterator[OpenSession]:
    kept = UserSession.objects.filter(user_id=user.pk, expire_date__gt=timezone.now())
    for one in kept.order_by("-seen_at", "session_key"):
        data = SessionStore().decode(one.session_data)
        # Of before the password or the second factor changed: the next request ends it.
        if not constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
            continue
        sign_in = data[SIGN_IN]
        yield OpenSession(
            key=one.session_key,
            handle=salted_hmac(__name__, one.session_key, algorithm="sha256").hexdigest()[:32],
            begun_at=datetime.fromtimestamp(sign_in["at"], tz=UTC),
            seen_at=one.seen_at,
            address=sign_in["address"],
            browser=sign_in["browser"],
        )


@at_home
def end_session(user: User, handle: str) -> bool:
    """Whether there was one of theirs of this handle."""
    keys = [one.key for one in _open_sessions(user) if constant_time_compare(one.handle, handle)]
    return bool(keys) and bool(UserSession.objects.filter(session_key__in=keys).delete()[0])


@at_home
def end_sessions(user: User | None, *, but: str = "") -> int:
    """Ends all of the person, or of everybody, but the one of the key ``but``. Returns how many."""
    found = UserSession.objects.exclude(session_key=but)
    found = found.filter(user_id__isnull=False) if user is None else found.filter(user_id=user.pk)
    return int(found.delete()[0])
