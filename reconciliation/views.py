"""Receivables: roll-forward, ageing, open items; and the vouchers."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.customers.models import OpenItem
from closing_site.desk.documents.page import About, document_page
from closing_site.desk.documents.tabs import tabs
from closing_site.pages.addresses import asking
from closing_site.pages.downloads import as_download
from closing_site.pages.listing import list_page
from closing_site.periods.models import Period
from closing_site.periods.querysets import month_before
from closing_site.periods.switcher import chosen_period, months_of
from reconciliation.cells import rows_of, titles, totals_of
from reconciliation.chain import entries_of
from reconciliation.completeness import completeness as proof_of
from reconciliation.completeness import differences
from reconciliation.filters import OpenItemFilterSet, VoucherFilterSet
from reconciliation.models import Voucher
from reconciliation.overview import AGE_COLUMNS, AGED_ROWS, FLOWS, ROLL_FORWARD, overview
from reconciliation.pdf import people_of_voucher, voucher_pdf
from reconciliation.tables import OpenItemTable, VoucherTable


def _tabs(here: str) -> list[dict[str, Any]]:
    return tabs(
        here,
        reconciliation=_("Roll-forward"),
        ageing=_("Ageing"),
        open_items=_("Open items"),
        completeness=_("Completeness"),
        voucher_list=_("Vouchers"),
    )


@require_safe
def roll_forward(request: CompanyRequest) -> HttpResponse:
    """``month``, ``customer`` (code)."""
    return _overview(request, "reconciliation", _("Receivables"), ROLL_FORWARD, FLOWS)


@require_safe
def ageing(request: CompanyRequest) -> HttpResponse:
    """``month``, ``customer`` (code)."""
    return _overview(request, "ageing", _("Ageing"), AGED_ROWS, AGE_COLUMNS)


def _overview(
    request: CompanyRequest, here: str, title: str, query: str, names: Sequence[str]
) -> HttpResponse:
    period = _month(request)
    context: dict[str, Any] = {"title": title, "tabs": _tabs(here), "period": period}
    if period:
        asked = request.GET
        after = (asked.get("after", ""), asked.get("currency", ""))
        customer = asked.get("customer", "")
        found = overview(period, query, after=after, customer=customer)
        earlier = month_before(period)
        before = earlier.code if earlier else ""
        context |= {
            "titles": titles(names),
            "rows": list(rows_of(found, names, period, before)),
            "totals": totals_of(found, names, period, before, customer),
            "customer": customer,
            "codes": [choice.period.code for choice in months_of(request).choices],
            "is_first": not asked.get("after"),
            "following": _following(request, found.following),
        }
    return render(request, "reconciliation/overview.html", context)


def _month(request: CompanyRequest) -> Period | None:
    """The one asked for, else the one that the person looks at."""
    code = request.GET.get("month", "")
    if not code:
        return chosen_period(request)
    months = Period.objects.filter(company=request.company).select_related("company")
    return get_object_or_404(months, code=code)


def _following(request: CompanyRequest, after: tuple[str, str] | None) -> str:
    return asking(request, {"after": after[0], "currency": after[1]}) if after else ""


@require_safe
def completeness(request: CompanyRequest) -> HttpResponse:
    """``month``: delivered against invoiced and deferred (ACCOUNTING 17)."""
    period = _month(request)
    context: dict[str, Any] = {
        "title": _("Completeness"),
        "tabs": _tabs("completeness"),
        "period": period,
    }
    if period:
        proofs = proof_of(period)
        context |= {
            "proofs": proofs,
            "differences": differences(period) if any(one.difference for one in proofs) else [],
            "codes": [choice.period.code for choice in months_of(request).choices],
        }
    return render(request, "reconciliation/completeness.html", context)


@require_safe
def open_items(request: CompanyRequest) -> HttpResponseBase:
    seen = OpenItem.objects.seen_by(request.membership).open().with_signs()
    return list_page(
        request,
        table=OpenItemTable,
        queryset=seen.select_related("customer"),
        title=_("Open items"),
        filterset=OpenItemFilterSet,
        template="documents/list.html",
        empty=_("Nothing is open."),
        context={"tabs": _tabs("open_items")},
    )


@require_safe
def voucher_list(request: CompanyRequest) -> HttpResponseBase:
    seen = Voucher.objects.seen_by(request.membership).with_people()
    return list_page(
        request,
        table=VoucherTable,
        queryset=seen.select_related("period", "company"),
        title=_("Vouchers"),
        filterset=VoucherFilterSet,
        template="documents/list.html",
        empty=_("No voucher has been written yet."),
        context={"tabs": _tabs("voucher_list")},
    )


@require_safe
def voucher(request: CompanyRequest, number: str) -> HttpResponse:
    found = _voucher(request, number)
    about = About(
        document=found,
        number=found.number,
        kinds=["voucher"],
        on=found.posted_on,
        periods=[found.period],
    )
    entries = entries_of(request.company.pk, [found.pk]).get(found.pk, [])
    context = {"voucher": found, "entries": entries, "people": people_of_voucher(found)}
    return document_page(request, "reconciliation/voucher.html", about, context)


@require_safe
def voucher_file(request: CompanyRequest, number: str) -> HttpResponse:
    """The voucher on paper, in the reader's language."""
    found = _voucher(request, number)
    entries = entries_of(request.company.pk, [found.pk]).get(found.pk, [])
    return as_download(voucher_pdf(found, entries), f"{number}.pdf", "application/pdf")


def _voucher(request: CompanyRequest, number: str) -> Voucher:
    seen = Voucher.objects.seen_by(request.membership).with_people().select_related("period")
    return get_object_or_404(seen, number=number)
