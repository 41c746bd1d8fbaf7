"""From when sales reps can add nothing to a month."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.companies.may import may_write
from closing_site.desk.entering import Answer, entry_page
from closing_site.periods.cut_off import set_cut_off
from closing_site.periods.models import Period, PeriodCutOff, PeriodStatus


class CutOffForm(forms.Form):
    cut_off_at = forms.DateTimeField(
        label=gettext_lazy("Cut-off"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )


@require_safe
def cut_offs(request: CompanyRequest) -> HttpResponse:
    """The open months; of locked ones nothing can be added anyway."""
    found = PeriodCutOff.objects.filter(company=request.company).select_related("period")
    at = {cut_off.period_id: cut_off.cut_off_at for cut_off in found}
    opened = Period.objects.filter(company=request.company, status=PeriodStatus.OPEN)
    now = timezone.now()
    shown = {
        "months": [(period, at.get(period.pk)) for period in opened.order_by("starts_on")],
        "passed": {key for key, moment in at.items() if moment <= now},
        "zone": request.company.time_zone,
        "may_write": may_write(request, "cut_off"),
    }
    return render(request, "companies/cut_offs.html", shown)


def cut_off(request: CompanyRequest, month: str) -> HttpResponse:
    period = get_object_or_404(
        Period.objects.select_related("company"),
        company=request.company,
        code=month,
        status=PeriodStatus.OPEN,
    )
    kept = PeriodCutOff.objects.filter(company=request.company, period=period)

    def now() -> dict[str, Any]:
        return {"cut_off_at": kept.values_list("cut_off_at", flat=True).first()}

    form = CutOffForm(request.POST or None, initial=now())
    text = _("In the time zone %(zone)s. Blank: reps may add to it until it is locked.")
    form.fields["cut_off_at"].help_text = text % {"zone": request.company.time_zone}

    def do() -> Answer:
        at = form.cleaned_data["cut_off_at"]
        set_cut_off(period=period, at=at, by=request.user.username)
        return {"month": period.code}

    return entry_page(
        request,
        form,
        do,
        action=f"cut off {period.pk}",
        title=_("Cut-off of %(month)s") % {"month": month},
        back=reverse("cut_offs"),
        said=_("The cut-off of %(month)s is set."),
        now=now,
    )
