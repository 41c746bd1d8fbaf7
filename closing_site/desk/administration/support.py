"""Support access: the page on which staff of the installation ask for it, and a company's pages on
which its administrators answer and end it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from closing_site.companies.access import CompanyRequest, SignedInRequest
from closing_site.companies.may import may_write
from closing_site.companies.models import MOST_SUPPORT_HOURS, SupportAccess
from closing_site.companies.support import (
    STATES,
    answer_of,
    ask_for_support,
    asked_by,
    companies_to_ask,
    end_own_support,
    end_support,
    grant_support,
    holding,
    refuse_support,
    state_of,
    to_answer,
)
from closing_site.desk.entering import Answer, entry_page
from closing_site.desk.idempotency import once
from closing_site.pages import entry_fields as fields
from closing_site.pages.addresses import keys_of
from closing_site.pages.columns import Column, DateColumn, StatusColumn
from closing_site.pages.listing import list_page
from closing_site.pages.table import Table
from closing_site.periods.reasons import reason_given
from closing_site.refusals import Refusal

#: A page shows no more of what was asked for.
MOST = 50
#: Of companies, while one types a code.
MOST_OFFERED = 200
USUAL_HOURS = 4


class HoursForm(forms.Form):
    hours = forms.IntegerField(
        label=gettext_lazy("Hours"),
        min_value=1,
        max_value=MOST_SUPPORT_HOURS,
        initial=USUAL_HOURS,
        help_text=gettext_lazy("Support access ends by itself after so many hours."),
    )


class AskForm(HoursForm):
    code = fields.listed(gettext_lazy("Company"), "companies", required=True)
    reason = fields.text(gettext_lazy("Reason"), required=True, rows=2)
    field_order = ("code", "reason", "hours")

    @property
    def lists(self) -> dict[str, list[tuple[str, str]]]:
        """Codes alone: who is whose customer is not support's to know."""
        return {"companies": [(code, "") for code in companies_to_ask(MOST_OFFERED)]}


def support(request: SignedInRequest) -> HttpResponse:
    """Asks a company for support access (POST), ends one's own (POST with ``end``)."""
    if request.method == "POST" and "end" in request.POST:
        return _end_own(request)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reason = reason_given(form.cleaned_data["reason"])
            ask_for_support(by=request.user, **{**form.cleaned_data, "reason": reason})
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Asked. An administrator of the company answers."))
            return redirect("support")
    asked, lost = asked_by(request.user, MOST)
    rows = [
        {
            "access": one,
            "state": state_of(one),
            "word": STATES[state_of(one)],
            "answer": answer_of(one),
            "is_held": holds,
        }
        for one, holds in asked
    ]
    context = {"form": form, "rows": rows, "lost": sorted(lost)}
    return render(request, "companies/support.html", context)


def _end_own(request: SignedInRequest) -> HttpResponse:
    """Keys are of one database: the company says of which."""
    (key,) = keys_of([request.POST["end"]]) or (0,)
    if end_own_support(code=request.POST.get("of", ""), key=key, by=request.user) is None:
        raise Http404
    messages.success(request, _("The support access is ended."))
    return redirect("support")


class SupportTable(Table):
    name = "support_accesses"
    default_sort = "-asked_at"
    asked_by = Column(gettext_lazy("Asked by"), "asked_by.username")
    asked_at = DateColumn(gettext_lazy("Asked at"), sort=True)
    reason = Column(gettext_lazy("Reason"))
    hours = Column(gettext_lazy("Hours"))
    state = StatusColumn(gettext_lazy("State"), lambda row: state_of(row), labels=STATES)
    decided_by = Column(gettext_lazy("Answered by"), lambda row: _name(row.decided_by))
    granted_until = DateColumn(gettext_lazy("Granted until"))
    ended_by = Column(gettext_lazy("Ended by"), lambda row: _name(row.ended_by))


def _name(user: Any) -> str:
    return user.username if user else ""


@require_safe
def support_accesses(request: CompanyRequest) -> HttpResponse:
    """Who asked to read this company's books, and what became of it."""
    found = SupportAccess.objects.filter(company=request.company)
    may = may_write(request, "support_grant")
    return list_page(  # type: ignore[return-value]
        request,
        table=SupportTable,
        queryset=found.select_related("asked_by", "decided_by", "ended_by"),
        title=_("Support access"),
        template="companies/support_accesses.html",
        empty=_("Nobody from support has asked to read this company's books."),
        context={
            "asked": to_answer(request.company, request.user) if may else (),
            "held": holding().filter(company=request.company).select_related("asked_by")
            if may
            else (),
        },
    )


def support_grant(request: CompanyRequest, support: int) -> HttpResponse:
    """The page on which an administrator answers: grants, or refuses."""
    access = _of_company(request, support)
    form = HoursForm(request.POST or None, initial={"hours": access.hours})

    def do() -> Answer:
        granted = grant_support(access=access, by=request.user, **form.cleaned_data)
        return {"user": access.asked_by.username, "access": granted.pk}

    says = {"user": access.asked_by.username, "company": request.company.code}
    return entry_page(
        request,
        form,
        do,
        action=f"grant support {access.pk}",
        title=_("Support access for %(user)s") % says,
        back=reverse("support_accesses"),
        said=_("%(user)s may read the books for a time. You can end it at once."),
        submit=_("Grant access"),
        template="companies/support_answer.html",
        context={"access": access},
    )


@require_POST
def support_refuse(request: CompanyRequest, support: int) -> HttpResponse:
    access = _of_company(request, support)
    once(
        request,
        f"refuse support {access.pk}",
        lambda: {"access": refuse_support(access=access, by=request.user).pk},
    )
    messages.success(request, _("The support access is refused."))
    return redirect("support_accesses")


@require_POST
def support_end(request: CompanyRequest, support: int) -> HttpResponse:
    access = _of_company(request, support)
    once(
        request,
        f"end support {access.pk}",
        lambda: {"access": end_support(access=access, by=request.user).pk},
    )
    messages.success(request, _("The support access is ended."))
    return redirect("support_accesses")


def _of_company(request: CompanyRequest, support: int) -> SupportAccess:
    found = SupportAccess.objects.select_related("company", "asked_by")
    return get_object_or_404(found, company=request.company, pk=support)
