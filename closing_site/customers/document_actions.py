"""What the page of a customer offers to do with it."""

from django.utils.translation import gettext_lazy as _

from closing_site.desk.documents.actions import Action

ACTIONS: dict[str, list[Action]] = {
    "customer": [Action(_("Change"), "customer_change")],
    "customer_list": [Action(_("New customer"), "customer_new", is_main=True)],
}
