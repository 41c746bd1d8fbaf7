"""The columns of the lists of open items and vouchers."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closing_site.customers.models import OpenItem, Side
from closing_site.pages.columns import (
    Column,
    DateColumn,
    DocumentColumn,
    MoneyColumn,
    NumberColumn,
    StatusColumn,
)
from closing_site.pages.table import Table


def days_overdue(item: OpenItem) -> int | None:
    if item.due_on is None or item.side == Side.CREDIT:
        return None
    days = (timezone.localdate() - item.due_on).days
    return days if days > 0 else None


class OpenItemTable(Table):
    name = "open_items"
    default_sort = "issued_on"
    number = DocumentColumn(_("Number"), kind=lambda item: item.kind)
    customer = Column(_("Customer"), "customer.name")
    kind = StatusColumn(_("Kind"))
    issued_on = DateColumn(_("Issued on"), sort=True)
    due_on = DateColumn(_("Due on"), sort=True)
    overdue = NumberColumn(_("Days overdue"), days_overdue)
    amount = MoneyColumn(
        _("Amount"),
        "signed_amount",
        phone=False,
        total="signed_amount",
        base_total="signed_base_amount",
    )
    settled = MoneyColumn(
        _("Settled"),
        "signed_settled",
        phone=False,
        total="signed_settled",
        base_total="signed_base_settled",
    )
    open = MoneyColumn(_("Open"), "signed_open", total="signed_open", base_total="signed_base_open")
    currency = Column(_("Currency"))
    customer_code = Column(_("Customer code"), "customer.code", hidden=True)
    posted_on = DateColumn(_("Posted on"), hidden=True)


class VoucherTable(Table):
    name = "vouchers"
    default_sort = "-recorded"
    number = DocumentColumn(_("Number"), kind="voucher")
    kind = StatusColumn(_("Kind"))
    posted_on = DateColumn(_("Date"))
    recorded = NumberColumn(_("Recorded as"), "pk", sort="pk", hidden=True)
    document = DocumentColumn(
        _("Document"), "document_number", kind=lambda voucher: voucher.document_kind
    )
    period = Column(_("Month"), "period.code")
    total = MoneyColumn(_("Total"), currency="company.currency", total="total")
    prepared_by = Column(_("Preparer"), phone=False)
    reviewed_by = Column(_("Reviewer"), phone=False)
    posted_by = Column(_("Posted by"), phone=False)
    cashier = Column(_("Cashier"), phone=False)
