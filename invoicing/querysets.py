"""Who sees which invoices and credit notes (law 15)."""

from typing import TYPE_CHECKING, Self

from django.db import models

from closing_site.companies.models import Membership
from closing_site.customers.querysets import own_reps

if TYPE_CHECKING:
    from invoicing.models import Invoice


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def seen_by(self, membership: Membership) -> Self:
        """What the company has issued; of a sales rep what bills one of their own orders.

        An invoice of a customer's month may bill other reps' orders too: it is not theirs.
        """
        # A draft has no number; asked for by it, the database may use the numbers' index.
        rows = self.filter(company=membership.company_id, issued_on__isnull=False)
        reps = own_reps(membership)
        return rows if reps is None else rows.filter(order__sales_rep__in=reps)
