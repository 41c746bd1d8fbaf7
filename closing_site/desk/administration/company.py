"""The company's settings, and how strict its checks are."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from closing_site.companies.access import CompanyRequest
from closing_site.companies.may import may_write
from closing_site.companies.models import Company
from closing_site.companies.settings_actions import change_settings, change_severities
from closing_site.desk.administration.forms import CompanyForm, SeveritiesForm, shown_of
from closing_site.desk.entering import enter, say_taken
from closing_site.desk.holding import checks_that_may_hold, holding_checks
from closing_site.desk.registry import all_checks
from closing_site.pages.entry_fields import remember


def company_settings(request: CompanyRequest) -> HttpResponse:
    form = CompanyForm(request.company, data=request.POST or None)
    remember(form, form.initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data

        def do() -> dict[str, str]:
            change_settings(company=request.company, values=values, by=request.user)
            return {"code": request.company.code}

        if answer := enter(
            request, "company settings", form, do, now=lambda: shown_of(_now(request.company))
        ):
            say_taken(request, _("The settings are kept."), answer)
            return redirect("company_settings")
    if not may_write(request, "company_settings"):
        for field in form.fields.values():
            field.disabled = True
    shown = {"form": form, "may_write": may_write(request, "company_settings")}
    return render(request, "companies/settings.html", {**shown, "fixed": _fixed(request.company)})


def check_settings(request: CompanyRequest) -> HttpResponse:
    """Only what may be let stand can be stricter or milder; what blocks by nature blocks."""
    checks = [check for check in all_checks().values() if check.can_be_acknowledged]
    form = SeveritiesForm(
        request.company,
        checks,
        may_hold=[(check.slug, _(check.title)) for check in checks_that_may_hold()],
        holding=holding_checks(request.company),
        data=request.POST or None,
    )
    remember(form, _checks_of(request.company))
    if request.method == "POST" and form.is_valid():
        severities = dict(form.cleaned_data)
        holding = severities.pop("holding")

        def do() -> dict[str, str]:
            change_severities(
                company=request.company, severities=severities, holding=holding, by=request.user
            )
            return {"code": request.company.code}

        if answer := enter(
            request, "check settings", form, do, now=lambda: _checks_of(_now(request.company))
        ):
            say_taken(request, _("The settings are kept."), answer)
            return redirect("check_settings")
    if not may_write(request, "check_settings"):
        for field in form.fields.values():
            field.disabled = True
    shown = {"form": form, "may_write": may_write(request, "check_settings")}
    return render(request, "companies/checks.html", shown)


def _checks_of(company: Company) -> list[Any]:
    """What the form shows of a company."""
    return [company.severities, sorted(holding_checks(company))]


def _now(company: Company) -> Company:
    return Company.objects.get(pk=company.pk)


def _fixed(company: Company) -> list[tuple[str, str]]:
    return [
        (_("Code"), company.code),
        (_("Base currency"), company.currency),
        (_("Country"), company.country),
        (_("Time zone"), company.time_zone),
        (_("First day of its books"), company.first_day.isoformat()),
    ]
