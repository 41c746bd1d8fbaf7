"""The columns of this floor that the audit keeps, in words."""

from django.utils.translation import gettext_lazy as _

COLUMNS = {
    "cancelled_on": _("Cancelled on"),
    "cancel_reason": _("Reason"),
    "delivered_on": _("Delivered on"),
    "posted_on": _("Posted on"),
    "reason": _("Reason"),
    "net": _("Net"),
    "tax": _("Tax"),
}
