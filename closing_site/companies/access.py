"""The policy table, asked of every request before its view runs."""

import logging
from collections.abc import Callable, Iterator
from typing import Any, cast

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from closing_site.acting import PERSON, origin_of
from closing_site.companies.models import Company, Membership, User
from closing_site.companies.policy import Access, Roles, rule_for
from closing_site.companies.recent_sign_in import password_again
from closing_site.companies.sessions import SessionStore
from closing_site.companies.signed_out import to_sign_in

logger = logging.getLogger(__name__)

#: Under this name the session keeps the code of the company a person works in.
CHOSEN = "company"
#: URLs of this ending are asked for by pages that stand open: no person did anything.
ASKED_BY_PAGES = "_progress"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SignedInRequest(HttpRequest):
    """What a view gets that is for people who are signed in."""

    user: User
    memberships: list[Membership]


class CompanyRequest(SignedInRequest):
    """What a view gets whose rule names roles: every row it shows is ``company``'s."""

    company: Company
    membership: Membership


class AccessMiddleware:
    """Lets a request through to its view where the policy does.

    The company is the one that the URL names as ``company``, else the one the person chose last,
    else their first. Of a company that they do not belong to they learn nothing: it is not found.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            with origin_of(PERSON):
                return self.get_response(request)
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
        signed_in = recognise(request, kwargs.get("company"))
        if rule is Access.STAFF and not signed_in.user.is_staff:
            raise Http404
        if isinstance(rule, Roles):
            _require(signed_in, rule)
            if rule.asks_password and request.method not in SAFE_METHODS:
                return password_again(request)
        return None


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


def recognise(request: HttpRequest, company: str | None = None) -> SignedInRequest:
    """Who is signed in works in a company: the one named, else the chosen. Raises Http404."""
    signed_in = cast(SignedInRequest, request)
    signed_in.memberships = list(
        Membership.objects.filter(user=signed_in.user)
        .select_related("company")
        .order_by("company__code")
    )
    _choose(signed_in, company)
    return signed_in


def enter_company(request: SignedInRequest, member: Membership) -> None:
    """What follows in the request is of the member's company, and its days and moments are told in
    that company's time zone."""
    within = cast(CompanyRequest, request)
    within.membership, within.company = member, member.company
    timezone.activate(member.company.time_zone)


def _choose(request: SignedInRequest, named: str | None) -> None:
    by_code = {member.company.code: member for member in request.memberships}
    if named is not None and named not in by_code:
        raise Http404
    code = named or request.session.get(CHOSEN)
    member = by_code.get(code or "") or next(iter(request.memberships), None)
    if member:
        enter_company(request, member)
        if named and request.session.get(CHOSEN) != named:
            request.session[CHOSEN] = named


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
