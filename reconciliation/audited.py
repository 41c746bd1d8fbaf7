"""The columns of this app that the audit keeps, in words."""

from django.utils.translation import gettext_lazy as _

COLUMNS = {
    "code": _("Code"),
    "old_code": _("Old code"),
    "new_code": _("New code"),
    "valid_from": _("Valid from"),
    "valid_to": _("Valid to"),
    "percent": _("Percent"),
    "content_type": _("Type of file"),
}
