"""The columns of the list of invoices."""

from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closing_site.pages.columns import (
    Column,
    DateColumn,
    DocumentColumn,
    MoneyColumn,
    StatusColumn,
)
from closing_site.pages.table import Table
from invoicing.models import InvoiceKind

SETTLED_STATES: Final = {
    "settled": _("settled"),
    "part_paid": _("partly paid"),
    "overdue": _("overdue"),
    "open": _("unpaid"),
}


def settled_state(invoice: Any, today: date | None = None) -> str:
    """Of an invoice with ``open_amount``, positive for credit notes too."""
    if not invoice.open_amount:
        return "settled"
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        return "open"
    if invoice.due_on and invoice.due_on < (today or timezone.localdate()):
        return "overdue"
    return "part_paid" if invoice.open_amount < invoice.gross else "open"


class InvoiceTable(Table):
    name = "invoices"
    default_sort = "-issued_on"
    number = DocumentColumn(_("Number"), kind="invoice")
    customer = Column(_("Customer"), "customer.name")
    issued_on = DateColumn(_("Issued on"), sort=True)
    due_on = DateColumn(_("Due on"), phone=False)
    order = DocumentColumn(_("Order"), "order.number", kind="order")
    kind = StatusColumn(_("Kind"), phone=False)
    net = MoneyColumn(_("Net"), hidden=True, total="net", base_total="base_net")
    tax = MoneyColumn(_("Tax"), hidden=True, total="tax", base_total="base_tax")
    gross = MoneyColumn(_("Gross"), sort=True, total="gross", base_total="base_gross")
    open_amount = MoneyColumn(
        _("Open"), "signed_open", total="signed_open", base_total="signed_base_open"
    )
    currency = Column(_("Currency"))
    state = StatusColumn(_("State"), settled_state, labels=SETTLED_STATES)
    posted_on = DateColumn(_("Posted on"), hidden=True)
    supplied_on = DateColumn(_("Supplied on"), hidden=True)
    customer_code = Column(_("Customer code"), "customer.code", hidden=True)
