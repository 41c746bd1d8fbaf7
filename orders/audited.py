"""The columns of this floor that the audit keeps, in words."""

from django.utils.translation import gettext_lazy as _

from closing_site.desk.documents.history import MONEY
from closing_site.pages.formats import percent_text
from orders.models import DeferralKind, DeferralOrigin

COLUMNS = {
    "line_number": _("Line"),
    "sku": _("Item number"),
    "category": _("Category"),
    "description": _("Description"),
    "kind": _("Kind"),
    "supply_kind": _("Billed as"),
    "quantity": _("Quantity"),
    "closed_quantity": _("Closed quantity"),
    "unit": _("Unit"),
    "unit_price": _("Unit price"),
    "unit_cost": _("Unit cost"),
    "discount_percent": (_("Discount"), percent_text),
    "missing_since": _("Missing in the source since"),
    "tax_rate": (_("Tax rate"), percent_text),
    "net": (_("Net"), MONEY),
    "tax": (_("Tax"), MONEY),
    "gross": (_("Gross"), MONEY),
    "customer_code": _("Customer"),
    "order_date": _("Order date"),
    "required_on": _("Required on"),
    "prices_include_tax": _("Prices include tax"),
    "customer_reference": _("Customer's reference"),
    "stated_total": (_("Stated total"), MONEY),
    "satisfaction": _("Satisfaction"),
    "note": _("Note"),
    "cancelled_on": _("Cancelled on"),
    "cancel_reason": _("Reason"),
    "closed_on": _("Closed on"),
    "close_reason": _("Reason"),
    "delivered_on": _("Delivered on"),
    "accepted_on": _("Accepted on"),
    "is_whole": _("Whole order"),
    "posted_on": _("Posted on"),
    "reason": _("Reason"),
    "is_unexpected": _("Brought by a file"),
    "deferral_kind": (_("Kind of deferral"), dict(DeferralKind.choices).get),
    "origin": (_("Deferred"), dict(DeferralOrigin.choices).get),
    "estimate": (_("Estimate"), MONEY),
    "expected_on": _("Expected on"),
    "release_reason": _("Note on the release"),
}
