"""The policy table, asked of every request before its view runs."""

import logging
from collections.abc import Callable, Iterator
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from closing_site.acting import PERSON, origin_of
from closing_site.companies.company_of_forms import (
    code_of_address,
    company_sent,
    is_of_its_address,
    shown_again,
)
from closing_site.companies.members import lacks_second_factor
from closing_site.companies.models import Company, Membership, Role, User
from closing_site.companies.placed_people import memberships_everywhere
from closing_site.companies.policy import Access, Roles, rule_for
from closing_site.companies.recent_sign_in import password_again
from closing_site.companies.sessions import SessionStore
from closing_site.companies.signed_out import to_sign_in
from closing_site.companies.support import note_visit, support_memberships
from closing_site.pages.company_addresses import COMPANY, stay_in_company
from closing_site.pages.refused import refused
from closing_site.placing import HOME, go, place_of
from closing_site.refusals import BooksUnreachable

logger = logging.getLogger(__name__)

#: Under this name the session keeps the code of the company a person works in.
CHOSEN = "company"
#: URLs of this ending are asked for by pages that stand open: no person did anything.
ASKED_BY_PAGES = "_progress"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Of what any role may send, what writes nothing of the company: all that support sends.
WRITES_NOTHING = frozenset({"choose_period"})


class SignedInRequest(HttpRequest):
    """What a view gets that is for people who are signed in."""

    user: User
    memberships: list[Membership]
    #: Databases that did not answer: what they hold of theirs is not among the memberships.
    lost: frozenset[str]


class CompanyRequest(SignedInRequest):
    """What a view gets whose rule names roles: every row it shows is ``company``'s."""

    company: Company
    membership: Membership


class AccessMiddleware:
    """Lets a request through to its view where the policy does.

    The company is the one that the address names (``/c/<code>/…``, or the URL's ``company``), else
    the one the person chose last, else their first. Of a company that they do not belong to they
    learn nothing: it is not found. Opening a page chooses nothing; a form is taken only where it
    carries the company of its address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            with origin_of(PERSON):
                return _not_kept(request, self.get_response(request))
        finally:
            # The thread serves another company's people next.
            timezone.deactivate()

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        _require_text(request, kwargs)
        match = request.resolver_match
        name = match.view_name if match else ""
        rule = rule_for(name)
        if rule is None:
            logger.error("No rule says who may open '%s': refused.", name or request.path)
            raise PermissionDenied
        if rule is Access.PUBLIC:
            return None
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if not name.endswith(ASKED_BY_PAGES):
            cast(SessionStore, request.session).touch()
        try:
            # /admin/ and the installation's page are of home.
            signed_in = recognise(request, kwargs.get(COMPANY), is_at_home=rule is Access.STAFF)
            if isinstance(rule, Roles) or name == "home":
                of_home = request.GET.get("company") if name == "home" else None
                _require_answer(signed_in, kwargs.get(COMPANY) or of_home)
        except BooksUnreachable as refusal:
            return refused(request, refusal)
        if rule is Access.STAFF and not signed_in.user.is_staff:
            raise Http404
        if name == "home" and (answer := _second_factor_first(signed_in, name)) is not None:
            return answer
        if not isinstance(rule, Roles):
            return None
        is_writing = request.method not in SAFE_METHODS
        if is_writing and not is_of_its_address(request):
            address = code_of_address(request)
            enter_company_of_form(signed_in)
            _second_factor_first(signed_in, name)
            may_read = _is_allowed(signed_in, rule.read)
            return shown_again(request, address, view if may_read else None, args, kwargs)
        _require(signed_in, rule)
        if (
            is_writing
            and cast(CompanyRequest, request).membership.support
            and name not in WRITES_NOTHING
        ):
            raise PermissionDenied(_("Support access reads and changes nothing."))
        if (answer := _second_factor_first(signed_in, name)) is not None:
            return answer
        if is_writing and rule.asks_password:
            return password_again(request)
        return None


def _not_kept(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """What a person sees who is signed in is kept by no cache, on the way or in the browser."""
    if hasattr(request, "memberships") and not answer.has_header("Cache-Control"):
        answer.headers["Cache-Control"] = "no-store, private"
    return answer


def _second_factor_first(request: SignedInRequest, name: str) -> HttpResponse | None:
    """Where the company of the page wants a second factor that the person lacks, the page to set it
    up. Raises PermissionDenied where a form or a part of a page was sent."""
    member = getattr(request, "membership", None)
    if name == "home" and (named := request.GET.get("company")):
        member = next((m for m in request.memberships if m.company.code == named), None)
    if member is None or not lacks_second_factor(member, request.user):
        return None
    said = _("%(company)s requires two-step sign-in of those who approve: set it up first.") % {
        "company": member.company.code
    }
    if request.method not in SAFE_METHODS or request.headers.get("HX-Request"):
        raise PermissionDenied(said)
    messages.warning(request, said)
    return redirect("second_factor")


def _require_text(request: HttpRequest, kwargs: dict[str, Any]) -> None:
    """No text has the sign NUL in it, no one can type it, and the database refuses it: asked here,
    no page need think of it. Raises Http404, BadRequest."""
    if any("\0" in str(value) for value in kwargs.values()):
        raise Http404
    if any("\0" in text for sent in (request.GET, request.POST) for text in _texts(sent)):
        raise BadRequest


def _texts(sent: QueryDict) -> Iterator[str]:
    for name, values in sent.lists():
        yield name
        yield from map(str, values)


def recognise(
    request: HttpRequest, company: str | None = None, *, is_at_home: bool = False
) -> SignedInRequest:
    """Who is signed in works in a company: the one named, else the chosen. Raises Http404,
    BooksUnreachable."""
    signed_in = cast(SignedInRequest, request)
    signed_in.memberships, signed_in.lost = memberships_everywhere(signed_in.user)
    if signed_in.user.is_staff:
        signed_in.memberships += support_memberships(
            signed_in.user, signed_in.memberships, signed_in.lost
        )
    _choose(signed_in, company, is_at_home=is_at_home)
    return signed_in


def _require_answer(request: SignedInRequest, named: str | None) -> None:
    """Raises BooksUnreachable where the person would work in a company whose database is away, and
    not in another one instead; and where the only ones they work in may lie there."""
    code = named or getattr(request, "address_company", None) or request.session.get(CHOSEN)
    if code and (place := place_of(code)) in request.lost:
        raise BooksUnreachable(name=place)
    if request.lost and not request.memberships:
        raise BooksUnreachable(name=min(request.lost))


def enter_company(request: SignedInRequest, member: Membership) -> None:
    """What follows in the request is of the member's company: its days and moments are told in that
    company's time zone, and its links lead to that company's addresses."""
    within = cast(CompanyRequest, request)
    go(place_of(member.company.code))
    if member.support:
        note_visit(member.support, request.user, request.session.session_key or "")
    within.membership, within.company = member, member.company
    timezone.activate(member.company.time_zone)
    stay_in_company(request, member.company.code)


def enter_company_of_form(request: SignedInRequest) -> None:
    """The company that a form was opened for, where the person works in it."""
    sent = company_sent(request)
    member = next((one for one in request.memberships if one.company.code == sent), None)
    if member:
        enter_company(request, member)


def _choose(request: SignedInRequest, named: str | None, *, is_at_home: bool) -> None:
    by_code = {
        member.company.code: member
        for member in request.memberships
        if not is_at_home or place_of(member.company.code) == HOME
    }
    names = {named, getattr(request, "address_company", None)} - {None}
    if len(names) > 1 or names - by_code.keys():
        if len(names) == 1:
            _require_answer(request, named)
        raise Http404
    code = next(iter(names), None) or request.session.get(CHOSEN)
    # Where they only support, they come in by its address or by choosing it, never by default.
    own = (member for member in by_code.values() if not member.support)
    member = by_code.get(code or "") or next(own, None)
    if member:
        enter_company(request, member)


def _is_allowed(request: SignedInRequest, roles: frozenset[Role]) -> bool:
    member = getattr(request, "membership", None)
    return member is not None and member.role in roles


def _require(request: SignedInRequest, rule: Roles) -> None:
    member = getattr(request, "membership", None)
    allowed = rule.read if request.method in SAFE_METHODS else rule.write
    if member is None:
        raise PermissionDenied(_("You have no role in a company yet."))
    if member.role not in allowed:
        raise PermissionDenied(
            _("As %(role)s of %(company)s you may not do this.")
            % {"role": member.get_role_display(), "company": member.company.code}
        )
