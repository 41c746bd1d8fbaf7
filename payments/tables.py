"""The columns of the list of payments."""

from django.utils.translation import gettext_lazy as _

from closing_site.pages.columns import (
    Column,
    DateColumn,
    DocumentColumn,
    MoneyColumn,
    StatusColumn,
)
from closing_site.pages.table import Table


class PaymentTable(Table):
    name = "payments"
    default_sort = "-received_on"
    reference = DocumentColumn(_("Reference"), kind="payment")
    customer = Column(_("Customer"), "customer.name")
    received_on = DateColumn(_("Received on"), sort=True)
    method = StatusColumn(_("Method"))
    amount = MoneyColumn(_("Amount"), sort=True, total="amount", base_total="base_amount")
    unplaced = MoneyColumn(
        _("Unapplied"),
        "signed_unplaced",
        total="signed_unplaced",
        base_total="signed_base_unplaced",
    )
    currency = Column(_("Currency"))
    payer = Column(_("Payer"), hidden=True)
    memo = Column(_("Memo"), hidden=True)
    order_number = DocumentColumn(_("Order"), kind="order", hidden=True)
    invoice_number = DocumentColumn(_("Invoice"), kind="invoice", hidden=True)
    refund_of = Column(_("Refund of"), hidden=True)
    posted_on = DateColumn(_("Posted on"), hidden=True)
    fee = MoneyColumn(_("Fee"), hidden=True, total="fee")
    customer_code = Column(_("Customer code"), "customer.code", hidden=True)
