"""One's own two-step sign-in: set up, switched off, recovery codes. Each asks for the password, and
once it is on for a code too: who finds a signed-in browser takes it away from nobody."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
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
from closing_site.companies.second_step import confirm_code


class OwnCodeForm(CodeForm):
    """A code of who is signed in, used by being checked."""

    def __init__(self, request: SignedInRequest, data: Any = None, *, auto_id: str) -> None:
        super().__init__(data, auto_id=auto_id)
        self.request = request
        self.fields["code"].widget.attrs.pop("autofocus", None)

    def clean_code(self) -> str:
        given: str = self.cleaned_data["code"]
        if not confirm_code(self.request, self.request.user, given):
            raise ValidationError(WrongCode().message)
        return given


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
        return _own_page(request)
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
    form = _code_form(request, "codes")
    if not form.is_valid():
        return _own_page(request, codes=form)
    return _codes_page(request, renew_recovery_codes(user=request.user))


@require_POST
def second_factor_off(request: SignedInRequest) -> HttpResponse:
    if (again := password_again(request)) is not None:
        return again
    form = _code_form(request, "off")
    if request.user.second_factor_since is not None and not form.is_valid():
        return _own_page(request, off=form)
    switch_off(user=request.user, by=request.user.username)
    _go_on(request)
    messages.success(request, _("Two-step sign-in is off."))
    return redirect("preferences")


def _code_form(request: SignedInRequest, name: str) -> OwnCodeForm:
    return OwnCodeForm(request, request.POST, auto_id=f"{name}_%s")


def _own_page(
    request: SignedInRequest, codes: OwnCodeForm | None = None, off: OwnCodeForm | None = None
) -> HttpResponse:
    shown = {
        "left": recovery_codes_left(request.user),
        "codes": codes or OwnCodeForm(request, auto_id="codes_%s"),
        "off": off or OwnCodeForm(request, auto_id="off_%s"),
    }
    return render(request, "companies/second_factor.html", shown)


def _go_on(request: SignedInRequest) -> None:
    """Their other sessions end; this one goes on."""
    update_session_auth_hash(request, request.user)
    note_sign_in(request)


def _codes_page(request: SignedInRequest, codes: list[str]) -> HttpResponse:
    """The only page that shows them."""
    return render(request, "companies/recovery_codes.html", {"codes": codes})
