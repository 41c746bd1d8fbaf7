"""Each customer's balances, as a lock froze them."""

from django.db import models
from django.db.models import F, Q

from closing_site.customers.models import Customer
from closing_site.fields import (
    CompanyForeignKey,
    CurrencyField,
    MoneyField,
)
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow


class CustomerBalance(CompanyRow):
    """The roll-forward of one customer and currency, frozen when its month was locked.

    All flows are positive as the columns of CONTRACT's ``receivables`` name them; with ``base_`` in
    the company's currency, where the exchange difference has a column. The next month opens with
    the closing ones, so that no close reads more than its own month.
    """

    period = CompanyForeignKey(Period)
    customer = CompanyForeignKey(Customer)
    currency = CurrencyField()
    opening = MoneyField()
    invoiced = MoneyField()
    credited = MoneyField()
    allocated = MoneyField()
    deducted = MoneyField()
    written_off = MoneyField()
    closing = MoneyField()
    advances_opening = MoneyField()
    received = MoneyField()
    refunded = MoneyField()
    placed = MoneyField()
    advances_closing = MoneyField()
    notes_opening = MoneyField()
    notes_received = MoneyField()
    notes_closing = MoneyField()
    base_opening = MoneyField()
    base_invoiced = MoneyField()
    base_credited = MoneyField()
    base_allocated = MoneyField()
    base_deducted = MoneyField()
    base_written_off = MoneyField()
    base_exchange = MoneyField()
    base_closing = MoneyField()
    base_advances_opening = MoneyField()
    base_received = MoneyField()
    base_refunded = MoneyField()
    base_placed = MoneyField()
    base_advances_closing = MoneyField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "period", "customer", "currency"],
                name="reconciliation_customerbalance_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    closing=F("opening")
                    + F("invoiced")
                    - F("credited")
                    - F("allocated")
                    - F("deducted")
                    - F("written_off")
                )
                & Q(
                    base_closing=F("base_opening")
                    + F("base_invoiced")
                    - F("base_credited")
                    - F("base_allocated")
                    - F("base_deducted")
                    - F("base_written_off")
                    + F("base_exchange")
                ),
                name="reconciliation_customerbalance_receivable",
            ),
            models.CheckConstraint(
                condition=Q(
                    advances_closing=F("advances_opening")
                    + F("received")
                    - F("refunded")
                    - F("placed")
                )
                & Q(
                    base_advances_closing=F("base_advances_opening")
                    + F("base_received")
                    - F("base_refunded")
                    - F("base_placed")
                )
                & Q(notes_closing=F("notes_opening") + F("notes_received")),
                name="reconciliation_customerbalance_advances",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.customer_id} {self.currency}"
