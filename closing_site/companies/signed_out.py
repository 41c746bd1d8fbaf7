"""What is asked for by who is not signed in, or no more: nothing that was typed is lost."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

#: Of Django's own fields, and ours: never written into a page.
SECRETS = ("csrfmiddlewaretoken", "password")


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """A page is asked for again after signing in. A part of a page is answered by an alert, which
    leaves the page as it is. What was posted is handed back, to be sent again.

    It comes from a form of ours: the token against forgery was looked at before.
    """
    if request.headers.get("HX-Request"):
        answer = render(request, "companies/signed_out_alert.html", status=HTTPStatus.UNAUTHORIZED)
        answer.headers["HX-Retarget"] = "#signed-out"
        answer.headers["HX-Reswap"] = "innerHTML"
        return answer
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    sent = sent_fields(request)
    if not sent:
        return redirect_to_login("/")
    return render(
        request,
        "companies/signed_out.html",
        {"sent": sent, "has_files": bool(request.FILES)},
        status=HTTPStatus.UNAUTHORIZED,
    )


def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's ``CSRF_FAILURE_VIEW``. Without JavaScript a page keeps the token of before its owner
    signed in again: what was typed there is handed back too, with the token of now.

    Only to who is signed in and sent it from a page of ours: of a forged form one press would be
    enough.
    """
    is_handed_back = request.user.is_authenticated and _is_from_us(request)
    sent = sent_fields(request) if is_handed_back else []
    context = {"sent": sent, "has_files": bool(sent and request.FILES)}
    return render(request, "403_csrf.html", context, status=HTTPStatus.FORBIDDEN)


def _is_from_us(request: HttpRequest) -> bool:
    """As the browser says, which lets no page say it in another's name."""
    origin = urlsplit(request.headers.get("Origin", ""))
    is_as_safe = origin.scheme == "https" or not request.is_secure()
    return origin.netloc == request.get_host() and is_as_safe


def sent_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What was posted, without secrets."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        if not any(secret in name for secret in SECRETS)
        for value in values
    ]
