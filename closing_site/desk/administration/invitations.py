"""Invitations to a company: the administrator's page of one, and the page of who is invited."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closing_site.companies.access import CHOSEN, CompanyRequest
from closing_site.companies.errors import InvitationClosed, NameTaken, NotAUsername
from closing_site.companies.invitations import (
    accept_as_new,
    accept_invitation,
    invitation_of,
    open_invitations,
    token_of,
    withdraw_invitation,
)
from closing_site.companies.models import Invitation, Membership
from closing_site.desk.administration.forms import NewPersonForm
from closing_site.desk.idempotency import once
from closing_site.pages.company_addresses import page_url

PASSWORD_BACKEND = "closing_site.companies.backends.PasswordBackend"


@require_safe
@never_cache
def member_invitation(request: CompanyRequest, invitation: int) -> HttpResponse:
    """The link, to be handed over: as long as it opens something."""
    found = _of_company(request, invitation)
    is_open = open_invitations().filter(pk=found.pk).exists()
    path = page_url("invitation", token=token_of(found))
    shown = {
        "invitation": found,
        "is_open": is_open,
        "address": request.build_absolute_uri(path) if is_open else "",
    }
    return render(request, "companies/member_invitation.html", shown)


@require_POST
def invitation_withdraw(request: CompanyRequest, invitation: int) -> HttpResponse:
    found = _of_company(request, invitation)

    def do() -> dict[str, int]:
        withdraw_invitation(invitation=found, by=request.user)
        return {"invitation": found.pk}

    once(request, f"withdraw invitation {found.pk}", do)
    said = _("The invitation for %(person)s is withdrawn.")
    messages.success(request, said % {"person": found.person})
    return redirect("members")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who is signed in accepts with one press; who is new chooses a name and a password."""
    try:
        found = invitation_of(token)
    except InvitationClosed as refusal:
        return _closed(request, refusal)
    if request.user.is_authenticated:
        return _accept(request, found)
    form = NewPersonForm(found.company, request.POST or None)
    if request.method == "POST" and form.is_valid():
        names = {n: form.cleaned_data[n] for n in ("username", "first_name", "last_name")}
        try:
            password = form.cleaned_data["password1"]
            member = accept_as_new(invitation=found, password=password, **names)
        except InvitationClosed as refusal:
            return _closed(request, refusal)
        except (NameTaken, NotAUsername) as refusal:
            form.add_error("username", refusal.message)
        else:
            login(request, member.user, backend=PASSWORD_BACKEND)
            return _welcome(request, member)
    shown = {"invitation": found, "form": form, "sign_in": _sign_in_first(request)}
    return render(request, "companies/invitation.html", shown)


def _accept(request: HttpRequest, found: Invitation) -> HttpResponse:
    if request.method == "POST":
        try:
            # A refusal of another kind is shown by its own page.
            member = accept_invitation(invitation=found, by=request.user)  # type: ignore[arg-type]
        except InvitationClosed as refusal:
            return _closed(request, refusal)
        return _welcome(request, member)
    return render(request, "companies/invitation.html", {"invitation": found})


def _welcome(request: HttpRequest, member: Membership) -> HttpResponse:
    request.session[CHOSEN] = member.company.code
    said = _("Welcome: you work in %(company)s as %(role)s.")
    told = {"company": member.company.name, "role": member.get_role_display()}
    messages.success(request, said % told)
    return redirect("home")


def _closed(request: HttpRequest, refusal: InvitationClosed) -> HttpResponse:
    """The same whether it never was, was used, withdrawn or is too old."""
    shown = {"refusal": refusal}
    return render(request, "companies/invitation_closed.html", shown, status=refusal.status)


def _sign_in_first(request: HttpRequest) -> str:
    return f"{reverse('sign_in')}?next={request.path}"


def _of_company(request: CompanyRequest, invitation: int) -> Invitation:
    found = Invitation.objects.select_related("company", "invited_by", "accepted_by")
    return get_object_or_404(found, company=request.company, pk=invitation)
