"""Named questions about many invoices."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from closing_site.companies.models import Membership, Role
from invoicing.models import Invoice, InvoiceLine


def invoices_seen_by(membership: Membership) -> QuerySet[Invoice]:
    """Of the member's company; a rep sees those that bill their own orders and no one else's
    (law 15)."""
    found = Invoice.objects.filter(company=membership.company_id)
    if membership.role != Role.SALES_REP:
        return found
    lines = InvoiceLine.objects.filter(company=membership.company_id, invoice=OuterRef("pk"))
    is_own = Q(order_line__order__sales_rep__user=membership.user_id) | Q(
        credited_line__order_line__order__sales_rep__user=membership.user_id
    )
    return found.filter(Exists(lines.filter(is_own)), ~Exists(lines.exclude(is_own)))
