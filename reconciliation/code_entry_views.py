"""Giving a customer or an account another code, and what codes have changed."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.companies.may import may_write
from closing_site.companies.models import CodeChange
from closing_site.customers.models import Customer
from closing_site.desk.entering import Answer, answer_of, entry_page, page_of
from closing_site.pages import entry_fields as fields
from closing_site.pages.columns import Column, DateColumn
from closing_site.pages.listing import list_page
from closing_site.pages.table import Table
from closing_site.periods.actions import first_open_day
from reconciliation.changing_codes import change_code

KINDS = {"customer": gettext_lazy("Customer"), "account": gettext_lazy("Account")}


class CodeForm(forms.Form):
    kind = fields.choice(gettext_lazy("Code of"), list(KINDS.items()), required=True)
    old = fields.text(gettext_lazy("Code now"), required=True)
    new = fields.text(gettext_lazy("New code"), required=True)
    valid_from = fields.day(
        gettext_lazy("From"),
        required=True,
        help=gettext_lazy("The first open day at the earliest."),
    )
    reason = fields.text(gettext_lazy("Reason"), required=True, rows=2)

    def clean_valid_from(self) -> date:
        try:
            return date.fromisoformat(self.cleaned_data["valid_from"])
        except ValueError as error:
            raise forms.ValidationError(_("Enter a date as in 2026-10-31.")) from error


class CodeChangeTable(Table):
    name = "code_changes"
    default_sort = "-valid_from"
    valid_from = DateColumn(gettext_lazy("From"), sort=True)
    kind = Column(gettext_lazy("Code of"), lambda change: KINDS.get(change.kind, change.kind))
    old_code = Column(gettext_lazy("Former code"))
    new_code = Column(gettext_lazy("New code"))
    reason = Column(gettext_lazy("Reason"))
    changed_by = Column(gettext_lazy("Changed by"), "changed_by.username")
    changed_at = DateColumn(gettext_lazy("Changed at"), phone=False)


@require_safe
def code_changes(request: CompanyRequest) -> HttpResponseBase:
    changes = CodeChange.objects.filter(company=request.company).select_related("changed_by")
    return list_page(
        request,
        table=CodeChangeTable,
        queryset=changes,
        title=_("Changed codes"),
        template="parts/entry_list.html",
        empty=_("No code has been changed."),
        context={
            "new_url": "code_change",
            "new_title": _("Change a code"),
            "may_write": may_write(request, "code_change"),
        },
    )


def code_change(request: CompanyRequest) -> HttpResponse:
    return _page(request, "", reverse("code_changes"))


def customer_code_change(request: CompanyRequest, number: str) -> HttpResponse:
    """From the customer's page, which has another address afterwards."""
    get_object_or_404(Customer, company=request.company, code=number)
    return _page(request, number, page_of("customer", number))


def _page(request: CompanyRequest, old: str, back: str) -> HttpResponse:
    """``old``: of the customer whose code it is, where that is known."""
    begin: dict[str, Any] = {"kind": "customer", "old": old}
    begin["valid_from"] = first_open_day(request.company).isoformat()
    form = CodeForm(request.POST or None, initial=begin)
    if old:
        form.fields["kind"].disabled = form.fields["old"].disabled = True

    def do() -> Answer:
        change = change_code(
            company=request.company,
            **form.cleaned_data,
            answer=answer_of(request),
            by=request.user,
        )
        return {"old": change.old_code, "new": change.new_code}

    return entry_page(
        request,
        form,
        do,
        action="change code",
        title=_("Change a code"),
        back=back,
        to=lambda answer: reverse("code_changes"),
        said=_("The code %(old)s is now %(new)s."),
    )
