"""The columns of this floor that the audit keeps, in words."""

from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import Role, ZeroCategory


def _role(slug: str) -> str:
    return str(dict(Role.choices).get(slug, slug))


def _category(slug: str) -> str:
    return str(dict(ZeroCategory.choices).get(slug, slug))


COLUMNS = {
    "rate": _("Rate"),
    "role": (_("Role"), _role),
    "username": _("User name"),
    "first_name": _("Given name"),
    "last_name": _("Family name"),
    "email": _("E-mail"),
    "is_active": _("Active"),
    "person": _("For whom"),
    "expires_at": _("Valid until"),
    "accepted_by": _("Accepted by"),
    "withdrawn_by": _("Withdrawn by"),
    "is_staff": _("Support"),
    "hours": _("Hours"),
    "granted_until": _("Granted until"),
    "ended_at": _("Ended at"),
    "is_superuser": _("May do everything"),
    "name": _("Name"),
    "name_zh": _("Name in Chinese"),
    "language": _("Language"),
    "tax_id": _("Tax number"),
    "address": _("Address"),
    "bank": _("Bank"),
    "requires_acceptance": _("A supply counts once the customer has accepted it"),
    "default_tax_rate": _("Default tax rate"),
    "zero_category": (_("A rate of zero is"), _category),
    "invoice_prefix": _("Prefix of invoices"),
    "credit_note_prefix": _("Prefix of credit notes"),
    "early_close": _("Allow early close"),
    "second_factor_since": _("Two-step sign-in since"),
    "second_factor_for_approvers": _("Approvers use two-step sign-in"),
    "working_file_days": _("Days that uploads are kept"),
    "single_person_since": _("One person may prepare and approve since"),
    "single_person_reason": _("Why one person does both"),
}
