"""Who sees which payments (law 15)."""

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, F, OuterRef, Subquery, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from closing_site.companies.models import Membership
from closing_site.customers.open_amounts_sql import UNAPPLIED
from closing_site.customers.querysets import own_reps
from closing_site.fields import MoneyField

if TYPE_CHECKING:
    from payments.models import Payment  # noqa: F401 (named in quotes)


class PaymentQuerySet(models.QuerySet["Payment"]):
    def seen_by(self, membership: Membership) -> Self:
        """The company's; of a sales rep those of the customers they look after."""
        rows = self.filter(company=membership.company_id)
        reps = own_reps(membership)
        return rows if reps is None else rows.filter(customer__sales_rep__in=reps)

    def with_unplaced(self) -> Self:
        """With ``signed_unplaced``: what of it is placed on nothing, with the payment's sign.
        Without a customer that is all of it."""
        items = apps.get_model("customers", "OpenItem").objects.filter(
            company=OuterRef("company"),
            kind__in=["payment", "refund"],
            document_id=OuterRef("pk"),
            # The index of documents leaves opening items out.
            document_id__gt=0,
        )

        def left(unapplied: CombinedExpression) -> Subquery:
            return Subquery(items.values(left=unapplied)[:1])

        def signed(name: str, amount: str) -> Coalesce:
            found = Case(When(amount__lt=0, then=-F(name)), default=F(name))
            return Coalesce(found, F(amount), output_field=MoneyField())

        rows = self.annotate(left=left(UNAPPLIED))
        rows = rows.annotate(signed_unplaced=signed("left", "amount"))
        # For sums alone: no row shows it.
        rows = rows.alias(base_left=left(F("base_amount") - F("base_settled")))
        return rows.alias(signed_base_unplaced=signed("base_left", "base_amount"))
