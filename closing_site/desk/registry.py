"""The list of checks is data: each app names its own in ``checks.py``, and this collects them."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext

from closing_site.declared import declared
from closing_site.desk.models import Severity
from closing_site.pages.formats import money_text


@dataclass(frozen=True)
class Check:
    """One named question about a month.

    ``query`` is SQL with %(company)s, %(period)s, %(starts_on)s and %(ends_on)s that yields
    document_kind, document_id, document_number, amount, currency, parameters: one row a document
    that has the problem. ``message`` says what is wrong, with the parameters in it; ``advice`` what
    to do about it.
    """

    slug: str
    step: str
    severity: Severity
    title: str
    message: str
    advice: str
    query: str
    #: Asked once the others of its step have been: it is about what these have left.
    is_last: bool = False
    #: Parameters that are amounts, in the finding's currency.
    amounts: tuple[str, ...] = ()
    #: Parameters that are slugs, and what names them.
    words: tuple[tuple[str, type[TextChoices]], ...] = ()

    @property
    def can_be_acknowledged(self) -> bool:
        """What blocks by nature is mended or held back; no reason makes up for it."""
        return self.severity != Severity.BLOCK


@cache
def all_checks() -> dict[str, Check]:
    """By slug, lower floors first."""
    found: dict[str, Check] = {}
    for checks in declared("checks", "CHECKS"):
        for check in checks:
            if check.slug in found:
                raise ValueError(f"two checks are named {check.slug}")
            found[check.slug] = check
    return found


def checks_of(step: str) -> list[Check]:
    return [check for check in all_checks().values() if check.step == step]


def title_of(check_slug: str) -> str:
    """The check's name in the reader's language; the slug of one that is no more."""
    check = all_checks().get(check_slug)
    return gettext(check.title) if check else check_slug


def advice_of(check_slug: str) -> str:
    """What to do about it, in the reader's language."""
    check = all_checks().get(check_slug)
    return gettext(check.advice) if check else ""


def message_of(check_slug: str, parameters: dict[str, Any], currency: str = "") -> str:
    """What is wrong, in the reader's language; the slug itself for a check that is no more.
    Amounts are written as they are everywhere, with the digits of their currency."""
    check = all_checks().get(check_slug)
    if check is None:
        return check_slug
    amounts = {
        name: money_text(Decimal(parameters[name]), currency)
        for name in check.amounts
        if parameters.get(name) is not None
    }
    words = {
        name: str(dict(choices.choices).get(parameters[name], parameters[name]))
        for name, choices in check.words
        if name in parameters
    }
    try:
        return gettext(check.message) % {**parameters, **amounts, **words}
    except KeyError:
        # Found by an older version, whose parameters had other names.
        return gettext(check.title)
