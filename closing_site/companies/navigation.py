"""What stands in every page's head: where a member may go."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from closing_site.companies.policy import Roles, rule_for

#: Name of the URL → title, in the order shown. Each needs a rule in the policy table.
NAVIGATION: Final = {
    "home": gettext_noop("Periods"),
}


@dataclass(frozen=True)
class Entry:
    url: str
    title: str
    is_current: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the entries that the person's role may open, none before sign-in."""
    if not hasattr(request, "memberships"):
        return {}
    role = getattr(getattr(request, "membership", None), "role", None)
    here = request.resolver_match.view_name if request.resolver_match else ""
    entries = []
    for name, title in NAVIGATION.items():
        rule = rule_for(name)
        if not isinstance(rule, Roles) or role in rule.read:
            entries.append(Entry(reverse(name), gettext(title), is_current=name == here))
    return {"navigation": entries}
