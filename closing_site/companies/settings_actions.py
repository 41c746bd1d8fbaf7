"""A company's settings: what may change, and from when a change holds."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from closing_site.acting import acting
from closing_site.cells import NEGATIVE, TOO_LARGE
from closing_site.companies.members import require_role
from closing_site.companies.models import Company, User
from closing_site.companies.people import ADMINISTRATORS
from closing_site.free_text import seen_text
from closing_site.recording import NotTaken, follow
from closing_site.staged import Problem

#: What every document rests on (code, currency, country, time zone, first day) is not among them.
CHANGEABLE: Final = (
    *("name", "name_zh", "language", "tax_id", "address", "bank", "requires_acceptance"),
    *("default_tax_rate", "zero_category", "invoice_prefix", "credit_note_prefix"),
    "early_close",
    "working_file_days",
    "second_factor_for_approvers",
)
PREFIX: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
NO_PREFIX: Final = gettext_noop("Letters, digits and hyphens are a prefix.")
SAME_PREFIX: Final = gettext_noop("Invoices and credit notes need different prefixes.")
NO_REASON: Final = gettext_noop("A reason is needed: auditors will read it.")
#: What is kept of the setting that one person may prepare and approve.
SINGLE_PERSON: Final = ("single_person_since", "single_person_reason")
MOST_PERCENT: Final = 100
SEVERITIES: Final = ("block", "warn", "note")


def change_settings(*, company: Company, values: Mapping[str, Any], by: User) -> Company:
    """Holds for what comes: issued documents keep what they say, a month's number series its
    prefix, a confirmed line its tax rate. Raises NotTaken, RoleMayNot."""
    require_role(company, by.username, ADMINISTRATORS)
    with acting(by.username):
        held = Company.objects.select_for_update().get(pk=company.pk)
        for name in CHANGEABLE:
            if name in values:
                value = values[name]
                setattr(held, name, seen_text(value) if isinstance(value, str) else value)
        if "single_person" in values:
            _let_one_person(held, values)
        _check(held)
        held.save(update_fields=[*CHANGEABLE, *SINGLE_PERSON])
        follow("settings", held)
        return held


def change_severities(
    *,
    company: Company,
    severities: Mapping[str, str],
    holding: Sequence[str] | None = None,
    by: User,
) -> Company:
    """Check slug → block, warn or note; what is left out is as the check itself says. Which
    checks may be changed is the caller's to know. ``holding``: the checks whose warnings hold an
    order out of confirmation until answered; None leaves them as they are. Raises RoleMayNot."""
    require_role(company, by.username, ADMINISTRATORS)
    chosen = {slug: one for slug, one in severities.items() if one in SEVERITIES}
    with acting(by.username):
        company.severities = chosen
        if holding is not None:
            company.holding_checks = list(holding)
        company.save(update_fields=["severities", "holding_checks"])
        return company


def _let_one_person(company: Company, values: Mapping[str, Any]) -> None:
    """One person may prepare and approve, from today and for a reason; or two are needed again."""
    if not values["single_person"]:
        company.single_person_since, company.single_person_reason = None, ""
        return
    if company.single_person_since is None:
        zone = ZoneInfo(company.time_zone)
        company.single_person_since = timezone.localdate(timezone=zone)
    company.single_person_reason = seen_text(values.get("single_person_reason") or "")


def _check(company: Company) -> None:
    wrong: list[tuple[str, str]] = []
    if company.single_person_since and not company.single_person_reason:
        wrong.append(("single_person_reason", gettext(NO_REASON)))
    try:
        company.clean_fields(exclude={"severities"})
    except ValidationError as error:
        wrong += [(name, " ".join(said)) for name, said in error.message_dict.items()]
    for name in ("invoice_prefix", "credit_note_prefix"):
        if not PREFIX.fullmatch(getattr(company, name)):
            wrong.append((name, gettext(NO_PREFIX)))
    if company.invoice_prefix == company.credit_note_prefix:
        wrong.append(("credit_note_prefix", gettext(SAME_PREFIX)))
    if company.default_tax_rate is not None:
        if company.default_tax_rate < 0:
            wrong.append(("default_tax_rate", gettext(NEGATIVE)))
        if company.default_tax_rate > MOST_PERCENT:
            wrong.append(("default_tax_rate", gettext(TOO_LARGE) % {"most": MOST_PERCENT}))
    if wrong:
        raise NotTaken({"settings": [Problem(1, name, "", reason) for name, reason in wrong]})
