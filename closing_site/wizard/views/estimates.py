"""The approver's estimate of an unknown amount on the unbilled list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from closing_site.companies.access import CompanyRequest
from closing_site.desk.entering import enter
from closing_site.pages.company_addresses import page_url
from closing_site.wizard.asked import LOCK
from closing_site.wizard.close_shown import close_of
from closing_site.wizard.estimating import estimate_unbilled
from closing_site.wizard.forms import EstimateForm
from orders.models import DeferralKind, Unbilled


@require_http_methods(["GET", "HEAD", "POST"])
def estimate(request: CompanyRequest, company: str, period: str, unbilled: int) -> HttpResponse:
    close = close_of(request, period)
    listed = Unbilled.objects.select_related("delivery__order", "period__company").filter(
        company=request.company, period=close.period, kind=DeferralKind.AMOUNT_UNKNOWN
    )
    row = get_object_or_404(listed, pk=unbilled)
    back = page_url("wizard_step", company, period, LOCK)
    form = EstimateForm(request.POST or None, initial={"estimate": row.estimate})
    if request.method == "POST" and form.is_valid():
        amount = form.cleaned_data["estimate"]

        def do() -> dict[str, str]:
            done = estimate_unbilled(unbilled=row, estimate=amount, by=request.user)
            return {"estimate": str(done.estimate)}

        if enter(request, f"estimate {row.pk}", form, do):
            messages.success(request, _("The estimate is saved."))
            return redirect(back)
    number = row.delivery.order.number
    shown = {
        "title": _("Estimate for order %(number)s") % {"number": number},
        "explanation": row.reason,
        "consequences": [
            _("The month accrues this amount as recognised, not invoiced."),
            _("It is approved with the lock."),
        ],
        "form": form,
        "submit": _("Save"),
        "back": back,
    }
    return render(request, "parts/confirm_page.html", shown)
