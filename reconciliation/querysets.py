"""Who sees which vouchers (law 15)."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.expressions import RawSQL

from closing_site.companies.models import Membership
from closing_site.desk.visibility import hidden_kinds
from reconciliation.people_sql import people_of

if TYPE_CHECKING:
    from reconciliation.models import Voucher  # noqa: F401 (named in quotes)


class VoucherQuerySet(models.QuerySet["Voucher"]):
    def seen_by(self, membership: Membership) -> Self:
        """The company's; a sales rep sees none."""
        rows = self.filter(company=membership.company_id)
        return rows.none() if "voucher" in hidden_kinds(membership) else rows

    def with_people(self) -> Self:
        """With ``prepared_by``, ``reviewed_by``, ``posted_by`` and ``cashier``, see people_sql."""
        people = people_of("reconciliation_voucher").items()
        return self.annotate(
            **{name: RawSQL(query, [], models.CharField()) for name, query in people}  # noqa: S611
        )
