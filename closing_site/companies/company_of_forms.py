"""The company that a form was opened for: what it sends is saved in no other."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import escape

from closing_site.pages.company_addresses import COMPANY
from closing_site.pages.refused import content_sent, refused
from closing_site.refusals import Refusal

#: What htmx sends for parts of pages that are no form.
HEADER: Final = "X-Company"
#: Whatever the view does now, nothing of it is written.
READ_ONLY: Final = "SET TRANSACTION READ ONLY"


class FormOfAnotherCompany(Refusal):
    """Nothing was saved. The form is for company %(sent)s, but was sent to company %(address)s.
    Check it and send it again: it is then saved in %(company)s."""

    can_resend = True


class FormOfUnknownCompany(Refusal):
    """Nothing was saved. The form does not say which company it is for.
    Check it and send it again: it is then saved in %(company)s."""

    can_resend = True


class FormOfCompanyWithoutRole(Refusal):
    """Nothing was saved. The form is for company %(sent)s, in which you have no role.
    Sign in as a person who works there. If you send it again here, it is saved in %(company)s."""

    can_resend = True


class PartOfAnotherCompany(Refusal):
    """Nothing was saved. This page is of company %(sent)s, but was sent to company %(address)s.
    Reload the page and try again."""


def company_sent(request: HttpRequest) -> str:
    """The code that the form carries, or the page of an htmx request; empty where it says none, or
    two that differ."""
    of_page = unquote(request.headers.get(HEADER, ""))
    said = {*request.POST.getlist(COMPANY), of_page} - {""}
    return said.pop() if len(said) == 1 else ""


def is_of_its_address(request: HttpRequest) -> bool:
    return company_sent(request) == code_of_address(request)


def code_of_address(request: HttpRequest) -> str:
    company = getattr(request, "company", None)
    return company.code if company else ""


def shown_again(
    request: HttpRequest,
    address: str,
    view: Callable[..., HttpResponse] | None,
    args: Any,
    kwargs: dict[str, Any],
) -> HttpResponse:
    """What was sent, shown as the form of ``request.company``, with nothing saved: 409.

    ``address``: the code of the company that it was sent to. ``view``: None where the person may
    not open the form in the company it is for.
    """
    sent = company_sent(request)
    if request.headers.get("HX-Request"):
        return refused(request, PartOfAnotherCompany(sent=sent or "–", address=address))
    company = code_of_address(request)
    names = {"sent": sent, "address": address, "company": company}
    if not sent:
        refusal: Refusal = FormOfUnknownCompany(**names)
    elif sent != company:
        refusal = FormOfCompanyWithoutRole(**names)
    else:
        refusal = FormOfAnotherCompany(**names)
    answer = _filled_in(request, refusal, view, args, kwargs) if view else None
    return answer or refused(request, refusal)


def _filled_in(
    request: HttpRequest,
    refusal: Refusal,
    view: Callable[..., HttpResponse],
    args: Any,
    kwargs: dict[str, Any],
) -> HttpResponse | None:
    """The form's own page with what was typed: its view is asked as for a GET, with the form's
    content, in a transaction that writes nothing. None where the page is no form."""
    request.method = "GET"
    request.form_refused = refusal  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(READ_ONLY)
            answer = view(request, *args, **kwargs)
            is_page = answer.status_code == HTTPStatus.OK and _keeps(request, answer)
            answer.status_code = refusal.status
    except (Http404, PermissionDenied, Refusal, DatabaseError):
        is_page = False
    finally:
        request.method = "POST"
    if not is_page:
        request.form_refused = None  # type: ignore[attr-defined]
        return None
    return answer


def _keeps(request: HttpRequest, answer: HttpResponse) -> bool:
    """Whether all that was typed stands in the page."""
    if answer.streaming:
        return False
    page = answer.content.decode()
    return all(escape(value) in page for _name, value in content_sent(request))
