"""Who sees which customers and open items (law 15)."""

from typing import TYPE_CHECKING, Any, Final, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, Expression, F, OuterRef, Q, When

from closing_site.companies.models import Membership
from closing_site.customers.open_amounts_sql import UNAPPLIED
from closing_site.desk.visibility import sees_whole_books, visible_rows
from closing_site.fields import MoneyField

if TYPE_CHECKING:
    from closing_site.customers.models import Customer, OpenItem  # noqa: F401 (named in quotes)


#: Kind of document → the kinds of its open items.
DOCUMENTS: Final = {"invoice": ("invoice", "credit_note"), "payment": ("payment", "refund")}


def own_reps(membership: Membership) -> list[int] | None:
    """The reps' codes that are this member's own; None for the roles that see everyone's.

    They are asked for first, so that the database knows the keys when it chooses an index.
    """
    if sees_whole_books(membership):
        return None
    reps = apps.get_model("customers", "SalesRep").objects.filter(
        company=membership.company_id, user=membership.user_id
    )
    return list(reps.values_list("pk", flat=True))


class CustomerQuerySet(models.QuerySet["Customer"]):
    def seen_by(self, membership: Membership) -> Self:
        """The company's; of a sales rep those they look after."""
        rows = self.filter(company=membership.company_id)
        reps = own_reps(membership)
        return rows if reps is None else rows.filter(sales_rep__in=reps)


class OpenItemQuerySet(models.QuerySet["OpenItem"]):
    def seen_by(self, membership: Membership) -> Self:
        """The company's; of a sales rep those whose document they see, and what was open before the
        books of the customers they look after."""
        rows = self.filter(company=membership.company_id)
        reps = own_reps(membership)
        if reps is None:
            return rows
        seen = Q(document_id=0, customer__sales_rep__in=reps)
        for kind, item_kinds in DOCUMENTS.items():
            documents = visible_rows(membership, kind).filter(pk=OuterRef("document_id"))
            seen |= Q(Exists(documents), kind__in=item_kinds, document_id__gt=0)
        return rows.filter(seen)

    def open(self) -> Self:
        """The first condition is the indexes' own, the second what the planner has statistics
        of."""
        rows = self.filter(settled__lt=F("amount"))
        return rows.alias(left=UNAPPLIED).filter(left__gt=0)

    def with_signs(self) -> Self:
        """With ``signed_amount``, ``signed_settled`` and ``signed_open``: what the customer owes is
        positive, what they are owed negative. The same with ``base_`` may be summed."""
        left, base_left = UNAPPLIED, F("base_amount") - F("base_settled")
        return self.annotate(
            signed_amount=_signed(F("amount")),
            signed_settled=_signed(F("settled")),
            signed_open=_signed(left),
        ).alias(
            signed_base_amount=_signed(F("base_amount")),
            signed_base_settled=_signed(F("base_settled")),
            signed_base_open=_signed(base_left),
        )


def _signed(amount: Any) -> Expression:
    return Case(When(side="debit", then=amount), default=-amount, output_field=MoneyField())
