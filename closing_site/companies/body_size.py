"""How much a request may send, asked before any of it is read."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from closing_site.pages.refused import refused
from closing_site.refusals import Refusal

#: A form of a thousand order lines has about a tenth of it.
MOST_OF_FORM: Final = 2 * 2**20
#: Pages that take files: as much as CLOSING_MAX_UPLOAD_MB says.
TAKE_FILES: Final = frozenset({"import_new"})


class BodyTooLarge(Refusal):
    """What you sent is larger than %(megabytes)s MB. Nothing was saved: send less at once, or a smaller file."""  # noqa: E501

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class BodySizeMiddleware:
    """Before whatever reads the body, the token against forged forms among them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        match = request.resolver_match
        takes_files = match is not None and match.view_name in TAKE_FILES
        most = settings.CLOSING_MAX_UPLOAD_MB * 2**20 if takes_files else MOST_OF_FORM
        sent = request.META.get("CONTENT_LENGTH") or "0"
        if not sent.isdecimal() or int(sent) > most:
            return refused(request, BodyTooLarge(megabytes=most >> 20))
        return None
