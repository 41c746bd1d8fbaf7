"""Who sees which invoices and credit notes (law 15)."""

from decimal import Decimal
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
    from invoicing.models import Invoice  # noqa: F401 (named in quotes)


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def seen_by(self, membership: Membership) -> Self:
        """What the company has issued; of a sales rep what bills one of their own orders.

        An invoice of a customer's month may bill other reps' orders too: it is not theirs.
        """
        # A draft has no number; asked for by it, the database may use the numbers' index.
        rows = self.filter(company=membership.company_id, issued_on__isnull=False)
        reps = own_reps(membership)
        return rows if reps is None else rows.filter(order__sales_rep__in=reps)

    def with_open_amount(self) -> Self:
        """With ``open_amount``, what of it is not settled (positive), and ``signed_open``, the same
        with the document's sign."""
        items = apps.get_model("customers", "OpenItem").objects.filter(
            company=OuterRef("company"),
            kind__in=["invoice", "credit_note"],
            document_id=OuterRef("pk"),
            # The index of documents leaves opening items out.
            document_id__gt=0,
        )

        def left(unapplied: CombinedExpression) -> Coalesce:
            found = items.values(left=unapplied)[:1]
            return Coalesce(Subquery(found), Decimal(0))

        def signed(name: str) -> Case:
            negative = When(gross__lt=0, then=-F(name))
            return Case(negative, default=F(name), output_field=MoneyField())

        rows = self.annotate(open_amount=left(UNAPPLIED))
        rows = rows.annotate(signed_open=signed("open_amount"))
        # For sums alone: no row shows it.
        rows = rows.alias(base_open=left(F("base_amount") - F("base_settled")))
        return rows.alias(signed_base_open=signed("base_open"))
