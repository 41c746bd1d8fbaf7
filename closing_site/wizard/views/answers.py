"""Answering findings with a reason: letting them stand, or holding their orders back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from closing_site.companies.access import CompanyRequest
from closing_site.desk.actions import keep_answers
from closing_site.desk.idempotency import once
from closing_site.desk.registry import all_checks, title_of
from closing_site.pages.addresses import keys_of
from closing_site.pages.company_addresses import page_url, to_page
from closing_site.pages.formats import number_text
from closing_site.wizard.answering import Answer, answer_findings
from closing_site.wizard.beforehand import beforehand
from closing_site.wizard.close_shown import close_of
from closing_site.wizard.forms import ReasonForm


@require_POST
def keep(request: CompanyRequest, company: str, period: str, step: str, check: str) -> HttpResponse:
    """Give the answers of the month before again: to all that one check finds again, or to one."""
    close = close_of(request, period)
    known = all_checks().get(check)
    if known is None or known.step != step:
        raise Http404
    ids = keys_of(request.POST.getlist("keep")) or None
    kept = once(
        request,
        f"keep answers {period} {check}",
        lambda: {
            "count": keep_answers(period=close.period, check_slug=check, ids=ids, by=request.user)
        },
    )
    said = ngettext("%(count)s answer is kept.", "%(count)s answers are kept.", kept["count"])
    messages.success(request, said % {"count": number_text(kept["count"])})
    return to_page("wizard_step", company=company, period=period, step=step)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: CompanyRequest, company: str, period: str, step: str) -> HttpResponse:
    """GET shows what is about to be answered and asks why; POST does it."""
    close = close_of(request, period)
    stands = close.step(step)
    asked = request.POST if request.method == "POST" else request.GET
    how = Answer.of(asked.get("how", ""))
    if how is None:
        raise Http404
    check = asked.get("check", "")
    ids = keys_of(asked.getlist("finding"))
    back = page_url("wizard_step", company, period, step)
    if not (how.is_for_all or ids):
        messages.warning(request, _("Choose findings first, with the boxes before them."))
        return redirect(back)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        answered = once(
            request,
            f"answer {period} {step}",
            lambda: {
                "count": answer_findings(
                    close.period, step, how, check=check, ids=ids, reason=reason, by=request.user
                )
            },
        )
        messages.success(request, how.told(answered["count"]))
        return redirect(back)
    context = {
        "close": close,
        "here": step,
        "stands": stands,
        "title": how.title,
        "how": how,
        "check": check,
        "check_title": title_of(check) if check else "",
        "ids": ids,
        "beforehand": beforehand(close.period, step, how, check=check, ids=ids),
        "form": form,
        "back": back,
    }
    return render(request, "wizard/answer.html", context)
