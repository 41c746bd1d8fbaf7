"""The language of a person's pages: what they chose, wherever they sign in."""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class UserLanguageMiddleware:
    """After Django's own, which knows the cookie and the browser's wishes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if language := chosen_language(request):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)


def reads_chinese() -> bool:
    """Of whoever this is written for: pages, and documents in a language of their own."""
    return (translation.get_language() or "").startswith("zh")


def chosen_language(request: HttpRequest) -> str:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    try:
        language = request.user.language if request.user.is_authenticated else ""
    except DatabaseError:
        # The page will say so itself, and /healthz can answer without.
        return ""
    return language if language in dict(settings.LANGUAGES) else ""
