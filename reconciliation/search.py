"""Vouchers, as the search finds them."""

from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import Membership
from closing_site.desk.documents.search import Hit, Search, by_number_and_amount
from reconciliation.models import Voucher


def vouchers(membership: Membership, text: str) -> list[Hit]:
    seen = Voucher.objects.seen_by(membership)
    currency = membership.company.currency
    return [
        Hit("voucher", v.number, v.document_number, v.posted_on, v.total, currency)
        for v in by_number_and_amount(seen, text, "number")
    ]


SEARCHES = [Search(_("Vouchers"), "voucher_list", vouchers)]
