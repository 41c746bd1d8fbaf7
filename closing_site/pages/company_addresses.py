"""The company in an address: ``/c/<code>/orders/`` is the page ``/orders/`` of that company.

Each tab so stays in its own company, whatever another tab opens. Addresses without a company
(CONTRACT) work too; the links and forms of their pages carry the company that they show.
Pages whose own address names the company (``/closing/<company>/…``) have no second name in it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import get_resolver, get_script_prefix, reverse, set_script_prefix

from closing_site import placing

OF_COMPANY: Final = re.compile(r"/c/(?P<code>[^/]+)(?P<page>/.*)?", re.DOTALL)
#: The parameter of a URL that names the company.
COMPANY: Final = "company"
#: Pages of no company: who opens them signs in, proves who they are, or is leaving.
OF_NO_COMPANY: Final = frozenset(
    {
        *("healthz", "sign_in", "sign_in_code", "sign_out", "switch_language"),
        *("first_password", "invitation", "confirm_password"),
    }
)


class CompanyAddressMiddleware:
    """Takes the company out of the address before the page is looked for.

    ``request.address_company`` is its code, or None. Links get it back from ``stay_in_company``,
    once it is known that the person belongs to it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = get_script_prefix()
        found = OF_COMPANY.fullmatch(request.path_info)
        if found and not found["page"]:
            return HttpResponseRedirect(request.get_full_path(force_append_slash=True))
        request.address_company = found["code"] if found else None  # type: ignore[attr-defined]
        if found:
            request.path_info = found["page"]
        try:
            answer = self.get_response(request)
            placing.answered_here(answer)
            return answer
        finally:
            # The thread serves another company's people next.
            set_script_prefix(before)
            placing.go_back()


def stay_in_company(request: HttpRequest, code: str) -> None:
    """Makes this request's links, forms and own address those of this company's pages."""
    match = request.resolver_match
    if match and (match.namespaces or match.view_name in OF_NO_COMPANY):
        return
    base = _base()
    set_script_prefix(f"{base}c/{code}/")
    if match and COMPANY in match.kwargs:
        match.kwargs[COMPANY] = code
        request.path = unquote(page_url(match.view_name, *match.args, **match.kwargs))
    else:
        request.path = f"{base}c/{code}/{request.path_info.removeprefix('/')}"


def page_url(name: str, /, *args: Any, **kwargs: Any) -> str:
    """The address of a page: of this request's company, unless it names a company itself or is of
    no company. Raises NoReverseMatch."""
    with addresses_of(name):
        return reverse(name, args=args, kwargs=kwargs)


def to_page(name: str, /, *args: Any, **kwargs: Any) -> HttpResponseRedirect:
    """A redirect to ``page_url``."""
    return HttpResponseRedirect(page_url(name, *args, **kwargs))


@contextmanager
def addresses_of(name: str) -> Iterator[None]:
    """Within, ``reverse`` of this URL name gives the address that ``page_url`` says."""
    before = get_script_prefix()
    if _has_no_prefix(name):
        set_script_prefix(_base())
    try:
        yield
    finally:
        set_script_prefix(before)


def _has_no_prefix(name: str) -> bool:
    if ":" in name or name in OF_NO_COMPANY:
        return True
    found = get_resolver().reverse_dict.getlist(name)
    return any(COMPANY in parameters for (patterns, *_) in found for (_, parameters) in patterns)


def _base() -> str:
    """Where the program is served, without a company."""
    return re.sub(r"/c/[^/]+/$", "/", get_script_prefix())
