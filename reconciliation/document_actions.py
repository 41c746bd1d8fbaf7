"""What this floor offers on the page of a customer."""

from django.utils.translation import gettext_lazy as _

from closing_site.desk.documents.actions import Action

ACTIONS: dict[str, list[Action]] = {
    "customer": [Action(_("Change code"), "customer_code_change")],
}
