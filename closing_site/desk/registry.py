"""The list of checks is data: each app names its own in ``checks.py``, and this collects them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from closing_site.declared import declared
from closing_site.desk.models import Severity
from closing_site.pages.formats import money_text, number_text

#: So many parts of a document are named in a finding's message; the others are counted.
MOST_ITEMS = 10
#: Beside the severities: see Check.is_ready.
READY = "ready"
MORE_ITEMS = _("%(items)s and %(count)s more")


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
    #: What it finds passes every other check and the step's own run sees to it: it keeps the step
    #: from being signed, and is shown as ready, not as blocked.
    is_ready: bool = False
    #: What it finds may continue for months, and is asked again in each.
    is_monthly: bool = False
    #: Parameters that are amounts, in the finding's currency.
    amounts: tuple[str, ...] = ()
    #: Parameters that are quantities, rates or other plain numbers.
    numbers: tuple[str, ...] = ()
    #: Parameters that are lists, one entry a line or other part of the document, and the text of
    #: one entry; amounts, numbers and words are named in ``amounts``, ``numbers`` and ``words``. An
    #: entry with a ``currency`` has its amounts in that.
    items: tuple[tuple[str, str], ...] = ()
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


def ready_checks() -> list[str]:
    """Slugs of the checks whose findings are ready for their step's run."""
    return [check.slug for check in all_checks().values() if check.is_ready]


def monthly_checks() -> list[str]:
    """Slugs of the checks whose findings are asked again in each month."""
    return [check.slug for check in all_checks().values() if check.is_monthly]


def shown_severity(check_slug: str, severity: str) -> str:
    """How pages mark a finding: by its severity, or as ready for the step's run."""
    check = all_checks().get(check_slug)
    return READY if check and check.is_ready else severity


def severity_text(shown: str) -> str:
    """The word for what ``shown_severity`` gives, in the reader's language."""
    return gettext("ready") if shown == READY else str(Severity(shown).label)


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
    items = {
        name: _listed(check, text, parameters[name], currency)
        for name, text in check.items
        if isinstance(parameters.get(name), list)
    }
    try:
        said = gettext(check.message) % {**_formatted(check, parameters, currency), **items}
        return said.rstrip()
    except KeyError:
        # Found by an older version, whose parameters had other names.
        return gettext(check.title)


def _formatted(check: Check, values: Mapping[str, Any], currency: str) -> dict[str, Any]:
    amounts = {
        name: money_text(Decimal(values[name]), currency) if values[name] is not None else "—"
        for name in check.amounts
        if name in values
    }
    numbers = {
        name: number_text(Decimal(values[name])) if values[name] is not None else "—"
        for name in check.numbers
        if name in values
    }
    words = {
        name: str(dict(choices.choices).get(values[name], values[name]))
        for name, choices in check.words
        if name in values
    }
    return {**values, **amounts, **numbers, **words}


def _listed(check: Check, text: str, found: list[Mapping[str, Any]], currency: str) -> str:
    said = gettext("; ").join(
        gettext(text) % _formatted(check, one, one.get("currency") or currency)
        for one in found[:MOST_ITEMS]
    )
    if more := len(found) - MOST_ITEMS:
        return said if more < 0 else gettext(MORE_ITEMS) % {"items": said, "count": more}
    return said
