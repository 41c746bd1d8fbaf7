"""Who stands in for which approver, and the forms by which approvers say so."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.companies.may import may_write
from closing_site.companies.members import APPROVERS
from closing_site.companies.models import Deputy, Membership
from closing_site.desk.deputies import end_deputy, name_deputy, today_in
from closing_site.desk.entering import Answer, entry_page
from closing_site.pages import entry_fields as fields
from closing_site.pages.columns import Column, DateColumn
from closing_site.pages.listing import list_page
from closing_site.pages.table import Table


class DeputyForm(forms.Form):
    deputy = fields.choice(gettext_lazy("Deputy"), (), required=True)
    starts_on = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Until"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    reason = fields.text(gettext_lazy("Reason"), required=True, rows=2)

    def __init__(self, request: CompanyRequest, **options: Any) -> None:
        super().__init__(**options)
        field: Any = self.fields["deputy"]
        field.choices = _other_approvers(request)


class EndForm(forms.Form):
    reason = fields.text(gettext_lazy("Reason"), required=True, rows=2)


def _deputy(row: Deputy) -> str:
    return row.deputy.username if row.deputy else _("none any more")


class DeputyTable(Table):
    name = "deputies"
    default_sort = "-named_at"
    approver = Column(gettext_lazy("Approver"), "approver.username")
    deputy = Column(gettext_lazy("Deputy"), _deputy)
    starts_on = DateColumn(gettext_lazy("From"), sort=True)
    ends_on = DateColumn(gettext_lazy("Until"))
    reason = Column(gettext_lazy("Reason"))
    named_at = DateColumn(gettext_lazy("Named at"), sort=True, phone=False)


@require_safe
def deputies(request: CompanyRequest) -> HttpResponseBase:
    found = Deputy.objects.filter(company=request.company).select_related("approver", "deputy")
    return list_page(
        request,
        table=DeputyTable,
        queryset=found,
        title=_("Deputies"),
        template="companies/deputies.html",
        empty=_("No deputy has been named."),
        context={
            "new_url": "deputy_new",
            "new_title": _("Name a deputy"),
            "may_write": may_write(request, "deputy_new"),
        },
    )


def deputy_new(request: CompanyRequest) -> HttpResponse:
    form = DeputyForm(request, data=request.POST or None, initial={"starts_on": _today(request)})

    def do() -> Answer:
        made = name_deputy(company=request.company, by=request.user, **form.cleaned_data)
        return {"deputy": made.deputy.username if made.deputy else ""}

    return entry_page(
        request,
        form,
        do,
        action="name deputy",
        title=_("Name a deputy"),
        back=reverse("deputies"),
        said=_("%(deputy)s stands in for you."),
    )


def deputy_end(request: CompanyRequest) -> HttpResponse:
    form = EndForm(request.POST or None)

    def do() -> Answer:
        ended = end_deputy(company=request.company, by=request.user, **form.cleaned_data)
        return {"ended": ended.pk}

    return entry_page(
        request,
        form,
        do,
        action="end deputy",
        title=_("End my deputy"),
        back=reverse("deputies"),
        said=_("Nobody stands in for you any more."),
    )


def _today(request: CompanyRequest) -> date:
    return today_in(request.company)


def _other_approvers(request: CompanyRequest) -> list[tuple[str, str]]:
    found = Membership.objects.filter(
        company=request.company, role__in=APPROVERS, is_active=True, user__is_active=True
    ).exclude(user=request.user)
    names = found.select_related("user").order_by("user__username")
    return [
        (one.user.username, f"{one.user.username} {one.user.get_full_name()}".strip())
        for one in names
    ]
