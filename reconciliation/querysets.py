"""Who sees which vouchers (law 15)."""

from typing import TYPE_CHECKING, Self

from django.db import models

from closing_site.companies.models import Membership, Role

if TYPE_CHECKING:
    from reconciliation.models import Voucher  # noqa: F401 (named in quotes)


class VoucherQuerySet(models.QuerySet["Voucher"]):
    def seen_by(self, membership: Membership) -> Self:
        """The company's; a sales rep sees none."""
        rows = self.filter(company=membership.company_id)
        return rows.none() if membership.role == Role.SALES_REP else rows
