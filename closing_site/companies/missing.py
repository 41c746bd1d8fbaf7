"""What is not there, as a page of the house with the menu of whoever asks."""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views import defaults

from closing_site.companies.access import recognise
from closing_site.refusals import BooksUnreachable


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's ``handler404``. No view was found, so no one has asked who this is yet."""
    if request.user.is_authenticated and not hasattr(request, "memberships"):
        with suppress(Http404, BooksUnreachable):
            recognise(request)
    return defaults.page_not_found(request, exception)


class NotFoundMiddleware:
    """The house's page also where DEBUG would show Django's list of addresses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if settings.DEBUG and answer.status_code == HTTPStatus.NOT_FOUND:
            return not_found(request, Http404())
        return answer
