"""What the totals of a month, and the documents that its seal holds, are called: on pages as in the
pack."""

from typing import Final

from django.utils.translation import gettext_noop as _

#: CONTRACT's names, in its order.
TOTALS: Final = {
    "orders_confirmed": _("Orders confirmed"),
    "orders_deferred": _("Orders deferred"),
    "orders_open": _("Orders not delivered"),
    "orders_cancelled": _("Orders cancelled"),
    "invoices_issued": _("Invoices issued"),
    "first_number": _("First invoice number"),
    "last_number": _("Last invoice number"),
    "net": _("Invoiced, net"),
    "tax": _("Invoiced, tax"),
    "gross": _("Invoiced, gross"),
    "credit_notes": _("Credit notes issued"),
    "credited": _("Credited, gross"),
    "payments": _("Receipts"),
    "received": _("Received"),
    "allocated": _("Placed on invoices"),
    "advances": _("Advances at the month's end"),
    "deductions": _("Deductions"),
    "receivables_opening": _("Receivables, opening"),
    "receivables_closing": _("Receivables, closing"),
    "vouchers": _("Vouchers"),
}
#: Totals that are neither a count nor an amount.
NUMBERS: Final = frozenset({"first_number", "last_number"})

#: Kinds of documents in a seal, along the way of a sale.
SEALED: Final = {
    "opening_item": _("Opening items"),
    "confirmation": _("Confirmed deliveries"),
    "held_back": _("Deferred deliveries"),
    "invoice": _("Invoices and credit notes"),
    "payment": _("Payments"),
    "allocation": _("Allocations"),
    "deduction": _("Deductions"),
    "voucher": _("Vouchers"),
    "balance": _("Balances of customers"),
    "series": _("Number series"),
    "attachment": _("Attached files"),
    "name": _("Names of customers, products and people"),
    "finding": _("Open findings"),
    "approval": _("Approvals"),
    "sign_off": _("Sign-offs"),
    "period": _("Days of the month"),
}
