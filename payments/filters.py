"""Filters of the list of payments. Money that is placed on nothing is asked of the open items."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from closing_site.customers.filters import CustomerFilter, SalesFilterSet
from closing_site.desk.documents.filters import (
    Choice,
    FindingsFilter,
    FromAmount,
    FromDay,
    MonthFilter,
    NumberSearch,
    ToAmount,
    ToDay,
)
from payments.models import Payment, PaymentMethod


class PaymentFilterSet(SalesFilterSet):
    """``search`` (how the reference begins, or the amount), ``method``, ``kind`` (``refund``,
    ``unidentified``: without a customer), ``month`` (posted in it), ``since``/``until`` (received
    on), ``customer`` (code or name), ``amount_from``/``amount_to``, ``findings=standing``."""

    search = NumberSearch("reference", "amount")
    method = Choice(_("Method"), choices=PaymentMethod.choices)
    kind = Choice(
        _("Kind"),
        choices=[("refund", _("refunds")), ("unidentified", _("without a customer"))],
        method="of_kind",
    )
    month = MonthFilter()
    customer = CustomerFilter()
    since = FromDay("received_on", _("Received from"))
    until = ToDay("received_on", _("Received to"))
    amount_from = FromAmount("amount")
    amount_to = ToAmount("amount")
    findings = FindingsFilter("payment")

    def of_kind(self, rows: QuerySet[Payment], _name: str, kind: str) -> QuerySet[Payment]:
        return rows.filter(amount__lt=0) if kind == "refund" else rows.filter(customer=None)
