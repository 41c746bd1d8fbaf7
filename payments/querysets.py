"""Who sees which payments (law 15)."""

from typing import TYPE_CHECKING, Self

from django.db import models

from closing_site.companies.models import Membership
from closing_site.customers.querysets import own_reps

if TYPE_CHECKING:
    from payments.models import Payment


class PaymentQuerySet(models.QuerySet["Payment"]):
    def seen_by(self, membership: Membership) -> Self:
        """The company's; of a sales rep those of the customers they look after."""
        rows = self.filter(company=membership.company_id)
        reps = own_reps(membership)
        return rows if reps is None else rows.filter(customer__sales_rep__in=reps)
