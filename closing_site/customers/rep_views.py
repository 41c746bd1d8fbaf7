"""Who stands behind a sales rep's code."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.companies.may import may_write
from closing_site.companies.models import Company, Membership, User
from closing_site.customers.models import SalesRep
from closing_site.customers.sales_reps import assign_sales_rep
from closing_site.desk.entering import Answer, entry_page
from closing_site.pages.columns import Column
from closing_site.pages.listing import list_page
from closing_site.pages.table import Table
from closing_site.tabular import Cell


class RepForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("Code"), max_length=80)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    user = forms.ModelChoiceField(
        label=gettext_lazy("Signs in as"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("no one"),
        help_text=gettext_lazy("They see and enter the orders of this code."),
    )

    def __init__(self, company: Company, rep: SalesRep | None = None, **options: Any) -> None:
        super().__init__(initial=shown_of(rep) if rep else {}, **options)
        members = Membership.objects.filter(company=company, is_active=True).values("user")
        field: Any = self.fields["user"]
        field.queryset = User.objects.filter(pk__in=members, is_active=True).order_by("username")
        if rep:
            self.fields["code"].disabled = True


def shown_of(rep: SalesRep) -> dict[str, Any]:
    """What the form shows of a rep."""
    return {"code": rep.code, "name": rep.name, "user": rep.user_id}


class CodeColumn(Column):
    def html(self, row: SalesRep) -> SafeString:
        url = reverse("sales_rep_change", kwargs={"number": row.code})
        return format_html('<a href="{}">{}</a>', url, row.code)

    def export(self, row: SalesRep) -> Cell:
        return row.code


class RepTable(Table):
    name = "sales_reps"
    default_sort = "code"
    code = Column(gettext_lazy("Code"), sort=True)
    rep_name = Column(gettext_lazy("Name"), "name", sort="name")
    user = Column(gettext_lazy("Signs in as"), "user.username")


class RepTableOfAdmin(RepTable):
    code = CodeColumn(gettext_lazy("Code"), sort=True)


@require_safe
def sales_reps(request: CompanyRequest) -> HttpResponseBase:
    reps = SalesRep.objects.filter(company=request.company).select_related("user")
    may_change = may_write(request, "sales_rep_new")
    return list_page(
        request,
        table=RepTableOfAdmin if may_change else RepTable,
        queryset=reps,
        title=_("Sales representatives"),
        template="parts/entry_list.html",
        context={
            "new_url": "sales_rep_new",
            "new_title": _("New sales representative"),
            "may_write": may_change,
        },
    )


def sales_rep_new(request: CompanyRequest) -> HttpResponse:
    return _page(request, None, _("New sales representative"))


def sales_rep_change(request: CompanyRequest, number: str) -> HttpResponse:
    rep = get_object_or_404(
        SalesRep.objects.select_related("user"), company=request.company, code=number
    )
    return _page(request, rep, _("Sales representative %(code)s") % {"code": number})


def _page(request: CompanyRequest, rep: SalesRep | None, title: str) -> HttpResponse:
    form = RepForm(request.company, rep, data=request.POST or None)

    def do() -> Answer:
        kept = assign_sales_rep(
            company=request.company, is_new=rep is None, by=request.user, **form.cleaned_data
        )
        return {"rep": kept.pk}

    return entry_page(
        request,
        form,
        do,
        action=f"sales rep {rep.pk if rep else 'new'}",
        title=title,
        back=reverse("sales_reps"),
        said=_("The sales representative is kept."),
        now=(lambda: shown_of(SalesRep.objects.get(pk=rep.pk))) if rep else None,
    )
