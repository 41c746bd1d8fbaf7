"""One's own two-step sign-in: set up, switched off, recovery codes. Each asks for the password."""

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from closing_site.companies.access import SignedInRequest
from closing_site.companies.errors import WrongCode
from closing_site.companies.forms import CodeForm
from closing_site.companies.recent_sign_in import note_sign_in, password_again
from closing_site.companies.second_factor import (
    SetUp,
    recovery_codes_left,
    renew_recovery_codes,
    switch_off,
    switch_on,
)


class SetUpForm(CodeForm):
    """The first code, with the key that it is of."""

    set_up = forms.CharField(widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def second_factor(request: SignedInRequest) -> HttpResponse:
    if (again := password_again(request)) is not None:
        return again
    if request.user.second_factor_since is not None:
        shown = {"left": recovery_codes_left(request.user)}
        return render(request, "companies/second_factor.html", shown)
    is_sent = "code" in request.POST
    form = SetUpForm(request.POST if is_sent else None)
    set_up = SetUp.of(request.POST.get("set_up", "")) if is_sent else None
    if set_up is None:
        # Also where the form was open too long: the next code is of another key.
        set_up, form = SetUp(), SetUpForm()
    elif form.is_valid():
        try:
            codes = switch_on(user=request.user, set_up=set_up, code=form.cleaned_data["code"])
        except WrongCode as refusal:
            form.add_error("code", refusal.message)
        else:
            _go_on(request)
            messages.success(request, _("Two-step sign-in is on."))
            return _codes_page(request, codes)
    form.initial["set_up"] = set_up.token
    picture = set_up.picture(request.user)
    return render(
        request,
        "companies/second_factor_set_up.html",
        {"form": form, "key": set_up.shown, "picture": picture},
    )


@require_POST
@never_cache
def recovery_codes(request: SignedInRequest) -> HttpResponse:
    """New ones in place of those of before."""
    if (again := password_again(request)) is not None:
        return again
    if request.user.second_factor_since is None:
        return redirect("second_factor")
    return _codes_page(request, renew_recovery_codes(user=request.user))


@require_POST
def second_factor_off(request: SignedInRequest) -> HttpResponse:
    if (again := password_again(request)) is not None:
        return again
    switch_off(user=request.user, by=request.user.username)
    _go_on(request)
    messages.success(request, _("Two-step sign-in is off."))
    return redirect("preferences")


def _go_on(request: SignedInRequest) -> None:
    """Their other sessions end; this one goes on."""
    update_session_auth_hash(request, request.user)
    note_sign_in(request)


def _codes_page(request: SignedInRequest, codes: list[str]) -> HttpResponse:
    """The only page that shows them."""
    return render(request, "companies/recovery_codes.html", {"codes": codes})
