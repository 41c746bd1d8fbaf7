"""What stands in every page's head: where a member may go, and how they like their pages.

A new page gets into the menu with one line in ``NAVIGATION``, beside its line in the policy table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.translation import gettext, gettext_noop

from closing_site.companies.models import Role, Theme
from closing_site.companies.policy import (
    ADMIN,
    APPROVING,
    EVERY_ROLE,
    FINANCE,
    FINANCE_AND_ABOVE,
    WHOLE_BOOKS,
    Access,
    Roles,
    rule_for,
)
from closing_site.pages.company_addresses import page_url


class Group(Enum):
    """The menu's parts, in their order."""

    CLOSE = gettext_noop("Close")
    DOCUMENTS = gettext_noop("Documents")
    BASICS = gettext_noop("Master data")
    REPORTS = gettext_noop("Reports")
    SETTINGS = gettext_noop("Settings")


@dataclass(frozen=True)
class Place:
    """``roles`` whose work it is; others may open the page, as the policy says, unoffered."""

    title: str
    group: Group
    roles: frozenset[Role] = EVERY_ROLE


#: Name of the URL → its place in the menu, in the order shown within its group. The URL may have a
#: parameter ``company``, no other. Each needs a rule in the policy table.
NAVIGATION: Final = {
    "home": Place(gettext_noop("Home"), Group.CLOSE),
    "wizard_months": Place(gettext_noop("Months"), Group.CLOSE, EVERY_ROLE - {Role.SALES_REP}),
    "my_orders": Place(gettext_noop("My orders"), Group.CLOSE),
    "order_list": Place(gettext_noop("Orders"), Group.DOCUMENTS),
    "delivery_list": Place(gettext_noop("Deliveries"), Group.DOCUMENTS),
    "invoice_list": Place(gettext_noop("Invoices"), Group.DOCUMENTS),
    "payment_list": Place(gettext_noop("Payments"), Group.DOCUMENTS),
    "reconciliation": Place(gettext_noop("Receivables"), Group.DOCUMENTS),
    "voucher_list": Place(gettext_noop("Vouchers"), Group.DOCUMENTS),
    "search": Place(gettext_noop("Search"), Group.DOCUMENTS),
    "customer_list": Place(gettext_noop("Customers"), Group.BASICS),
    "product_list": Place(gettext_noop("Products"), Group.BASICS),
    "exchange_rates": Place(gettext_noop("Exchange rates"), Group.BASICS, FINANCE),
    "tax_rates": Place(gettext_noop("Tax rates"), Group.BASICS, FINANCE),
    "code_changes": Place(gettext_noop("Changed codes"), Group.BASICS, FINANCE),
    "imports": Place(gettext_noop("Imports"), Group.BASICS, FINANCE),
    "sales_reps": Place(gettext_noop("Sales representatives"), Group.SETTINGS, ADMIN),
    "members": Place(gettext_noop("People"), Group.SETTINGS),
    "deputies": Place(gettext_noop("Deputies"), Group.SETTINGS, APPROVING),
    "company_settings": Place(gettext_noop("Company"), Group.SETTINGS, ADMIN),
    "check_settings": Place(gettext_noop("Checks"), Group.SETTINGS, ADMIN),
    "cut_offs": Place(gettext_noop("Cut-off"), Group.SETTINGS, FINANCE_AND_ABOVE),
    "audit": Place(gettext_noop("Audit"), Group.SETTINGS, WHOLE_BOOKS),
    "jobs": Place(gettext_noop("Background jobs"), Group.SETTINGS, FINANCE_AND_ABOVE),
    "support_accesses": Place(gettext_noop("Support access"), Group.SETTINGS, ADMIN),
    "support": Place(gettext_noop("Support"), Group.SETTINGS),
    "installation": Place(gettext_noop("Installation"), Group.SETTINGS),
    "parts": Place(gettext_noop("House style"), Group.SETTINGS),
    "reports": Place(gettext_noop("Reports"), Group.REPORTS),
}


@dataclass(frozen=True)
class Entry:
    url: str
    title: str
    is_current: bool


@dataclass(frozen=True)
class Entries:
    title: str
    entries: list[Entry]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the entries that the person's role may open, none before sign-in."""
    shown = {"themes": Theme.choices}
    if not hasattr(request, "memberships"):
        return shown
    places = sorted(_places(request), key=lambda found: list(Group).index(found[0].group))
    urls = [url for _place, url in places if request.path.startswith(url)]
    # Of "/" and "/orders/" only the longer one is where "/orders/1/" belongs.
    home = page_url("home")
    current = max((u for u in urls if u != home or request.path == home), key=len, default="")
    grouped = groupby(places, key=lambda found: found[0].group)
    return {
        **shown,
        "navigation": [
            Entries(
                gettext(group.value),
                [Entry(url, gettext(place.title), url == current) for place, url in found],
            )
            for group, found in grouped
        ],
    }


def _places(request: HttpRequest) -> Iterator[tuple[Place, str]]:
    role = getattr(getattr(request, "membership", None), "role", None)
    code = getattr(getattr(request, "company", None), "code", "")
    for name, place in NAVIGATION.items():
        is_theirs = role is None or role in place.roles
        if is_theirs and _may_open(request, role, name):
            yield place, _url(name, code)


def _may_open(request: HttpRequest, role: Role | None, name: str) -> bool:
    rule = rule_for(name)
    if rule is Access.STAFF:
        return bool(request.user.is_staff)
    return not isinstance(rule, Roles) or role in rule.read


def _url(name: str, company: str) -> str:
    try:
        return page_url(name)
    except NoReverseMatch:
        return page_url(name, company=company)
