"""The columns of this floor that the audit keeps, in words."""

from django.utils.translation import gettext_lazy as _

COLUMNS = {"number": _("Number"), "issued_on": _("Issued on"), "gross": _("Gross")}
