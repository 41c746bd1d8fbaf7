"""Filters of the lists of open items and vouchers."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import ExchangeRate
from closing_site.customers.filters import CustomerFilter, SalesFilterSet
from closing_site.customers.models import OpenItem, OpenItemKind, Side
from closing_site.desk.documents.filters import (
    Choice,
    DocumentFilterSet,
    FromAmount,
    FromDay,
    MonthFilter,
    NumberSearch,
    ToAmount,
    ToDay,
)
from reconciliation.models import VoucherKind

#: What customers owe, and what they are owed: invoices, and money placed on nothing.
GROUPS = {
    "owed": [OpenItemKind.INVOICE, OpenItemKind.OPENING_INVOICE],
    "credits": [OpenItemKind.CREDIT_NOTE, OpenItemKind.OPENING_CREDIT_NOTE],
    "money": [OpenItemKind.PAYMENT, OpenItemKind.OPENING_ADVANCE],
    "refunds": [OpenItemKind.REFUND],
}
#: The two balances of the roll-forward.
GROUPS["receivable"] = [*GROUPS["owed"], *GROUPS["credits"]]
GROUPS["advances"] = [*GROUPS["money"], *GROUPS["refunds"]]


class OpenItemFilterSet(SalesFilterSet):
    """Of what is not settled: ``kind`` (``receivable``: invoices and credit notes; ``owed``:
    invoices; ``credits``; ``advances``: unapplied money and refunds; ``refunds``), ``due``
    (``overdue``, ``not_due``), ``month`` (posted in it), ``customer`` (code or name), ``currency``,
    ``amount_from``/``amount_to`` (of the document), ``since``/``until`` (due on)."""

    search = NumberSearch("number", "amount")
    kind = Choice(
        _("Kind"),
        choices=[
            ("receivable", _("invoices and credit notes")),
            ("owed", _("invoices")),
            ("credits", _("credit notes")),
            ("advances", _("unapplied money and refunds")),
            ("refunds", _("refunds")),
        ],
        method="of_kind",
    )
    due = Choice(
        _("Due"),
        choices=[("overdue", _("overdue")), ("not_due", _("not due yet"))],
        method="on_day",
    )
    month = MonthFilter()
    customer = CustomerFilter()
    currency = Choice(_("Currency"), choices=[])
    since = FromDay("due_on", _("Due from"))
    until = ToDay("due_on", _("Due to"))
    amount_from = FromAmount("amount")
    amount_to = ToAmount("amount")

    def __init__(self, data: Any, queryset: QuerySet[OpenItem], **options: Any) -> None:
        super().__init__(data, queryset, **options)
        company = self.request.company
        # Whatever is in another currency has a rate; the items themselves may be many.
        rated = ExchangeRate.objects.filter(company=company).values_list("currency", flat=True)
        codes = sorted({company.currency, *rated.distinct()})
        self.filters["currency"].extra["choices"] = [(code, code) for code in codes]

    def of_kind(self, rows: QuerySet[OpenItem], _name: str, kind: str) -> QuerySet[OpenItem]:
        return rows.filter(kind__in=GROUPS[kind])

    def on_day(self, rows: QuerySet[OpenItem], _name: str, due: str) -> QuerySet[OpenItem]:
        today = timezone.localdate()
        if due == "overdue":
            return rows.filter(side=Side.DEBIT, due_on__lt=today)
        return rows.filter(side=Side.DEBIT, due_on__gte=today)


class VoucherFilterSet(DocumentFilterSet):
    """``search`` (how the number begins), ``month``, ``kind`` (``transfer``, ``receipt``,
    ``payment``)."""

    search = NumberSearch("number", "")
    month = MonthFilter()
    kind = Choice(_("Kind"), choices=VoucherKind.choices)
