"""Invoices and credit notes, their number series, and the parties as they were when issued."""

from invoicing.models.invoices import Invoice, InvoiceKind, InvoiceProgress, InvoiceStatus
from invoicing.models.issuing import NumberSeries, PartySnapshot
from invoicing.models.lines import InvoiceLine, InvoiceTax

__all__ = [
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceProgress",
    "InvoiceStatus",
    "InvoiceTax",
    "NumberSeries",
    "PartySnapshot",
]
