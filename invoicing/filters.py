"""Filters of the list of invoices. What is open or overdue is asked of the open items."""

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
from invoicing.models import InvoiceKind


class InvoiceFilterSet(SalesFilterSet):
    """``search`` (how the number begins, or the gross amount), ``kind`` (``invoice``,
    ``credit_note``), ``month`` (posted in it), ``since``/``until`` (issued on), ``customer``
    (code or name), ``amount_from``/``amount_to`` (gross; a credit note's is negative),
    ``findings=standing``. Whose they are is asked of the orders, which know their rep."""

    search = NumberSearch("number", "gross")
    kind = Choice(
        _("Kind"),
        choices=[(k.value, k.label) for k in (InvoiceKind.INVOICE, InvoiceKind.CREDIT_NOTE)],
    )
    month = MonthFilter()
    customer = CustomerFilter()
    since = FromDay("issued_on", _("Issued from"))
    until = ToDay("issued_on", _("Issued to"))
    amount_from = FromAmount("gross")
    amount_to = ToAmount("gross")
    findings = FindingsFilter("invoice")
