"""What weighs heavily is done by who gave their password a short while ago, in this session."""

import time
from http import HTTPStatus
from typing import Any, Final, cast

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_credentials
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from closing_site.companies.sessions import SessionStore
from closing_site.companies.signed_out import sent_fields
from closing_site.placing import at_home

#: Under this name the session keeps when the password was given, in seconds.
GIVEN_AT: Final = "password_given_at"
#: The field of the form that asks for it again; no form of a page has one of this name.
FIELD: Final = "password_again"


def note_sign_in(request: HttpRequest, **_: Any) -> None:
    """The password was given now. Receiver of Django's ``user_logged_in``, which every way of
    signing in sends."""
    request.session[GIVEN_AT] = int(time.time())


def is_recent(request: HttpRequest) -> bool:
    age = time.time() - request.session.get(GIVEN_AT, 0)
    return bool(0 <= age < settings.PASSWORD_AGAIN_AFTER.total_seconds())


@at_home
def confirm_password(request: HttpRequest, password: str) -> bool:
    """Whether this is the password of who is signed in. Counts like an attempt to sign in, and
    where there were too many the answer is the lockout's, whatever the view says."""
    name = request.user.get_username()
    if authenticate(request, username=name, password=password) != request.user:
        return False
    AxesProxyHandler.get_implementation().reset_user_attempts(request, get_credentials(name))
    cast(SessionStore, request.session).renew_key()
    note_sign_in(request)
    return True


def password_again(request: HttpRequest) -> HttpResponse | None:
    """None where the password was given a short while ago, or is given with this request, which
    then goes on. Else the page that asks for it and carries all that was sent; a part of a page is
    answered by an alert that leaves the page as it is."""
    if is_recent(request):
        return None
    given = _take(request)
    if given and confirm_password(request, given):
        return None
    if request.headers.get("HX-Request"):
        return password_alert(request)
    context = {
        "sent": sent_fields(request),
        "has_files": bool(request.FILES),
        "is_wrong": given is not None,
        "field": FIELD,
    }
    return render(request, "companies/password_again.html", context, status=HTTPStatus.UNAUTHORIZED)


def password_alert(request: HttpRequest, *, is_wrong: bool = False) -> HttpResponse:
    """Of a part of a page: the password is given in the alert, then the button pressed again."""
    context = {"is_wrong": is_wrong, "field": FIELD}
    answer = render(
        request,
        "companies/password_again_alert.html",
        context,
        status=HTTPStatus.UNAUTHORIZED,
    )
    answer.headers["HX-Retarget"] = "#signed-out"
    answer.headers["HX-Reswap"] = "innerHTML show:#signed-out:top"
    return answer


def _take(request: HttpRequest) -> str | None:
    """The password that came with the request, which the view does not see."""
    if FIELD not in request.POST:
        return None
    posted = request.POST.copy()
    given = str(posted.pop(FIELD)[-1])
    request.POST = posted  # type: ignore[assignment]
    return given
