"""Between the password and the code: who is half signed in, in a session of no one yet."""

import time
from typing import Any, Final

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_credentials
from django.contrib.auth import login, user_login_failed
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from closing_site.companies.models import User
from closing_site.companies.second_factor import use_code
from closing_site.observing.context import note
from closing_site.placing import at_home

#: Under this name the session keeps who gave their password, and when.
PENDING: Final = "second_step"
WITHIN_SECONDS: Final = 5 * 60


def begin(request: HttpRequest, user: Any, next_page: str) -> None:
    request.session[PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "backend": user.backend,
        "next": next_page,
        "at": int(time.time()),
    }


def pending_user(request: HttpRequest) -> User | None:
    """Who gave their password a short while ago, and has it still."""
    kept = request.session.get(PENDING)
    if not kept or not 0 <= time.time() - kept["at"] < WITHIN_SECONDS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return None
    return user


def finish(request: HttpRequest, user: User, code: str) -> str | None:
    """Signs them in and returns where they wanted to go; None where the code is wrong."""
    kind = confirm_code(request, user, code)
    note(factors=f"password, {kind or 'wrong code'}")
    if not kind:
        return None
    kept = request.session.pop(PENDING)
    login(request, user, backend=kept["backend"])
    return str(kept["next"])


@at_home
def confirm_code(request: HttpRequest, user: User, code: str) -> str:
    """Of which kind their code is; blank where it is wrong. Wrong codes count like wrong passwords,
    and where there were too many the answer is the lockout's."""
    credentials = get_credentials(user.get_username())
    if not AxesProxyHandler.is_allowed(request, credentials):
        request.axes_locked_out = True  # type: ignore[attr-defined]
        return ""
    kind = use_code(user, code)
    if not kind:
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    return kind
