"""Where one is signed in: a person's own sessions, listed and ended."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from closing_site.companies.access import SignedInRequest
from closing_site.companies.browsers import browser_name
from closing_site.companies.recent_sign_in import password_again
from closing_site.companies.sessions import end_session, end_sessions, open_sessions


@require_safe
@never_cache
def own_sessions(request: SignedInRequest) -> HttpResponse:
    found = [
        {
            "session": one,
            "browser": browser_name(one.browser),
            "is_this": one.key == request.session.session_key,
        }
        for one in open_sessions(request.user)
    ]
    return render(request, "companies/own_sessions.html", {"sessions": found})


@require_POST
def session_end(request: SignedInRequest) -> HttpResponse:
    if (again := password_again(request)) is not None:
        return again
    if end_session(request.user, request.POST.get("session", "")):
        messages.success(request, _("The session is ended."))
    else:
        messages.info(request, _("The session had ended already."))
    return redirect("own_sessions")


@require_POST
def other_sessions_end(request: SignedInRequest) -> HttpResponse:
    if (again := password_again(request)) is not None:
        return again
    ended = end_sessions(request.user, but=request.session.session_key or "")
    said = ngettext(
        "%(count)s other session is ended.", "%(count)s other sessions are ended.", ended
    )
    messages.success(request, said % {"count": ended})
    return redirect("own_sessions")
