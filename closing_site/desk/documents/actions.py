"""What can be done with a document, as the buttons of its page.

Each app names its own in ``document_actions.py``: ``ACTIONS = {"order": [Action(…)]}``; those of a
list stand under the name of its URL and take no number:
``"order_list": [Action(_("New order"), "order_new")]``. One whose URL a member may not write to is
not offered; one that is refused now says why.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from closing_site.companies.models import Membership
from closing_site.companies.policy import Roles, rule_for
from closing_site.declared import declared


@dataclass(frozen=True)
class Action:
    """``url_name`` takes the document's ``number``. ``shown`` says whether it concerns this
    document at all; ``refused`` why it cannot be done now, empty where it can. ``is_main``: what
    one comes for."""

    label: str | Promise
    url_name: str
    shown: Callable[[Any], bool] = lambda document: True
    refused: Callable[[Any], str | Promise] = lambda document: ""
    is_main: bool = False


@dataclass(frozen=True)
class Offered:
    """A button; without ``url`` it says why it is none."""

    label: str | Promise
    url: str
    reason: str | Promise
    is_main: bool


@cache
def _actions() -> dict[str, list[Action]]:
    found: dict[str, list[Action]] = {}
    for by_kind in declared("document_actions", "ACTIONS"):
        for kind, actions in by_kind.items():
            found.setdefault(kind, []).extend(actions)
    return found


def offered_above(list_name: str, membership: Membership) -> Iterator[Offered]:
    """What a list offers, by the name of its URL."""
    for action in _actions().get(list_name, ()):
        if _may(action.url_name, membership):
            yield Offered(action.label, reverse(action.url_name), "", action.is_main)


def offered(kind: str, number: str, document: Any, membership: Membership) -> Iterator[Offered]:
    for action in _actions().get(kind, ()):
        if _may(action.url_name, membership) and action.shown(document):
            reason = action.refused(document)
            url = "" if reason else reverse(action.url_name, kwargs={"number": number})
            yield Offered(action.label, url, reason, action.is_main)


def _may(url_name: str, membership: Membership) -> bool:
    """A page that only shows something is open to who may read it."""
    rule = rule_for(url_name)
    return isinstance(rule, Roles) and membership.role in (rule.write or rule.read)
