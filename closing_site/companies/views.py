"""Signing in and out, the language, and the company a person works in."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from closing_site.companies import actions, recent_sign_in, second_step
from closing_site.companies.access import CHOSEN, CompanyRequest, SignedInRequest
from closing_site.companies.errors import WrongCode
from closing_site.companies.forms import CodeForm, ColumnsForm, SignInForm, ThemeForm
from closing_site.observing.context import note
from closing_site.pages.addresses import back_to
from closing_site.pages.company_addresses import to_page


class SignInView(LoginView):
    """Who has a second factor is not signed in yet with the password."""

    template_name = "companies/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        note(factors="password")
        if getattr(user, "second_factor_since", None) is None:
            return super().form_valid(form)
        second_step.begin(self.request, user, self.get_success_url())
        return redirect("sign_in_code")


class SignOutView(LogoutView):
    """Tells the browser to delete what it keeps of our pages. Cookies are left out: the browser
    would delete those of neighbouring subdomains too."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().post(request, *args, **kwargs)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer


sign_in = SignInView.as_view()
sign_out = SignOutView.as_view()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, or a recovery code."""
    user = second_step.pending_user(request)
    if user is None or request.user.is_authenticated:
        return redirect("sign_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        next_page = second_step.finish(request, user, form.cleaned_data["code"])
        if next_page is not None:
            return redirect(next_page)
        form.add_error("code", WrongCode().message)
    return render(request, "companies/sign_in_code.html", {"form": form})


def locked_out(request: HttpRequest, *_: Any) -> HttpResponse:
    """In place of the form, after too many wrong passwords."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    shown = {"minutes": minutes}
    if request.headers.get("HX-Request"):
        # htmx is told to show this status, and leaves the page as it is.
        part = "companies/locked_out_alert.html"
        answer = render(request, part, shown, status=HTTPStatus.UNAUTHORIZED)
        answer.headers["HX-Retarget"] = "#signed-out"
        answer.headers["HX-Reswap"] = "innerHTML show:#signed-out:top"
        return answer
    page = "companies/locked_out.html"
    return render(request, page, shown, status=HTTPStatus.TOO_MANY_REQUESTS)


@require_POST
@sensitive_post_parameters()
def confirm_password(request: SignedInRequest) -> HttpResponse:
    """The password is given again in an alert of a page: it says what comes next."""
    given = request.POST.get(recent_sign_in.FIELD, "")
    if not recent_sign_in.confirm_password(request, given):
        return recent_sign_in.password_alert(request, is_wrong=True)
    return render(request, "companies/password_confirmed.html")


@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        actions.choose_language(user=request.user, language=language)
    # Django's own keeps it in a cookie, for the sign-in page.
    return set_language(request)


@require_POST
def switch_theme(request: SignedInRequest) -> HttpResponse:
    form = ThemeForm(request.POST)
    if form.is_valid():
        actions.choose_theme(user=request.user, **form.cleaned_data)
    return redirect(back_to(request))


@require_POST
def choose_columns(request: SignedInRequest) -> HttpResponse:
    form = ColumnsForm(request.POST)
    if form.is_valid():
        actions.choose_columns(user=request.user, **form.cleaned_data)
    return redirect(back_to(request))


@require_POST
def choose_company(request: CompanyRequest, company: str) -> HttpResponse:
    """From now on addresses without a company are this one's. The middleware has entered it."""
    request.session[CHOSEN] = request.company.code
    return to_page("home")
