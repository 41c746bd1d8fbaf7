"""The columns of the list of payments."""

from django.db.models import ExpressionWrapper, F, Func, IntegerField
from django.utils.translation import gettext_lazy as _

from closing_site.fields import MoneyField
from closing_site.pages.columns import (
    Column,
    DateColumn,
    DocumentColumn,
    MoneyColumn,
    StatusColumn,
)
from closing_site.pages.table import Table

#: As its voucher books it.
BASE_FEE = Func(
    ExpressionWrapper(F("fee") * F("exchange_rate"), output_field=MoneyField()),
    Func(F("company__currency"), function="currency_digits", output_field=IntegerField()),
    function="round",
    output_field=MoneyField(),
)


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
    fee = MoneyColumn(_("Fee"), hidden=True, total="fee", base_total=BASE_FEE)
    customer_code = Column(_("Customer code"), "customer.code", hidden=True)
