"""Who works in the company; one's own preferences and password."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from closing_site.companies.access import CompanyRequest, SignedInRequest
from closing_site.companies.actions import change_password, change_preferences
from closing_site.companies.invitations import invite, open_invitations
from closing_site.companies.models import Membership
from closing_site.companies.people import (
    change_role,
    first_password_tokens,
    password_address,
    remove_member,
    set_active,
    works_elsewhere,
)
from closing_site.desk.administration.forms import (
    FirstPasswordForm,
    InvitationForm,
    OwnPasswordForm,
    PreferencesForm,
    RoleForm,
)
from closing_site.desk.entering import enter, say_taken
from closing_site.desk.idempotency import once
from closing_site.pages.entry_fields import remember


def members(request: CompanyRequest) -> HttpResponse:
    """Everyone with a role here, who is invited, and a form for one more."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def do() -> dict[str, int]:
            return {"invitation": invite(company=request.company, by=request.user, **data).pk}

        if answer := enter(request, "invite", form, do):
            return redirect("member_invitation", invitation=answer["invitation"])
    found = Membership.objects.filter(company=request.company).select_related("user")
    invited = open_invitations().filter(company=request.company).select_related("invited_by")
    shown = {
        "members": found.order_by("role", "user__username"),
        "invitations": invited.order_by("pk"),
        "form": form,
    }
    return render(request, "companies/members.html", shown)


def member(request: CompanyRequest, member: int) -> HttpResponse:
    found = _member(request, member)
    form = RoleForm(request.POST or None, initial={"role": found.role})
    remember(form, form.initial)
    if request.method == "POST" and form.is_valid():
        role = form.cleaned_data["role"]

        def do() -> dict[str, int]:
            return {"member": change_role(member=found, role=role, by=request.user).pk}

        if answer := enter(
            request, f"role of {found.pk}", form, do, now=lambda: {"role": _role(found)}
        ):
            say_taken(request, _("The role is changed."), answer)
            return redirect("members")
    return _member_page(request, found, form)


@require_POST
def member_password(request: CompanyRequest, member: int) -> HttpResponse:
    """Shows the address once: whoever has it sets the password."""
    found = _member(request, member)
    path = password_address(member=found, by=request.user)
    form = RoleForm(initial={"role": found.role})
    remember(form, form.initial)
    return _member_page(request, found, form, address=request.build_absolute_uri(path))


@require_POST
def member_active(request: CompanyRequest, member: int) -> HttpResponse:
    found = _member(request, member)
    is_active = request.POST.get("active") == "1"

    def do() -> dict[str, bool]:
        set_active(member=found, is_active=is_active, by=request.user)
        return {"active": is_active}

    once(request, f"active {found.pk}", do)
    said = _("%(user)s is active again.") if is_active else _("%(user)s is inactive here.")
    messages.success(request, said % {"user": found.user.username})
    return redirect("member", member=found.pk)


def member_remove(request: CompanyRequest, member: int) -> HttpResponse:
    found = _member(request, member)
    form = forms.Form(request.POST or None)
    says = {"user": found.user.username, "company": request.company.code}
    if request.method == "POST" and form.is_valid():

        def do() -> dict[str, str]:
            remove_member(member=found, by=request.user)
            return {"user": found.user.username}

        if enter(request, f"remove {found.pk}", form, do):
            messages.success(request, _("%(user)s has no role here any more.") % says)
            return redirect("members")
    shown = {
        "title": _("Take %(user)s out of %(company)s") % says,
        "consequences": [
            _("They see nothing of this company any more."),
            _("What they did stays under their name."),
        ],
        "form": form,
        "submit": _("Take out"),
        "back": reverse("member", kwargs={"member": found.pk}),
        "is_danger": True,
    }
    return render(request, "parts/confirm_page.html", shown)


@sensitive_post_parameters()
def preferences(request: SignedInRequest) -> HttpResponse:
    """One's own name, language, theme and password."""
    is_password = "old_password" in request.POST
    data = request.POST or None
    form = PreferencesForm(None if is_password else data, instance=request.user)
    password = OwnPasswordForm(request, data if is_password else None)
    if form.is_bound and form.is_valid():
        change_preferences(user=request.user, **form.cleaned_data)
        messages.success(request, _("Your preferences are kept."))
        return redirect("preferences")
    if password.is_bound and password.is_valid():
        change_password(user=request.user, password=password.cleaned_data["new_password1"])
        # Their other sessions end; this one goes on.
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password is changed."))
        return redirect("preferences")
    shown = {"form": form, "password": password}
    return render(request, "companies/preferences.html", shown)


first_password = PasswordResetConfirmView.as_view(
    form_class=FirstPasswordForm,
    token_generator=first_password_tokens,
    template_name="companies/first_password.html",
    success_url=reverse_lazy("sign_in"),
)


def _role(member: Membership) -> str:
    """As it is now."""
    return Membership.objects.values_list("role", flat=True).get(pk=member.pk)


def _member(request: CompanyRequest, member: int) -> Membership:
    found = Membership.objects.select_related("company", "user")
    return get_object_or_404(found, company=request.company, pk=member)


def _member_page(
    request: CompanyRequest, found: Membership, form: Any, address: str = ""
) -> HttpResponse:
    shown = {
        "member": found,
        "form": form,
        "address": address,
        "works_elsewhere": works_elsewhere(found),
        "is_oneself": found.user_id == request.user.pk,
    }
    return render(request, "companies/member.html", shown)
