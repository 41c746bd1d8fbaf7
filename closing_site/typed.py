"""What a person types, held against lists that a file is not held against: files of other systems
have words of their own, and a customer of theirs is from "Germany"."""

from collections.abc import Callable, Mapping
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from closing_site.countries import COUNTRIES
from closing_site.currencies import CURRENCIES
from closing_site.kind import Kind
from closing_site.recording import Given, NotTaken
from closing_site.staged import Problem
from closing_site.told import told

NO_EMAIL: Final = gettext_noop("It is not an e-mail address.")
NO_COUNTRY: Final = gettext_noop("It is no country's code: two capital letters, as in CN.")
NO_CURRENCY: Final = gettext_noop("It is no currency's code: three capital letters, as in CNY.")


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


#: Column → what it must be, and what is said where it is not.
LISTED: Final[Mapping[str, tuple[Callable[[str], bool], str]]] = {
    "email": (_is_email, NO_EMAIL),
    "country": (COUNTRIES.__contains__, NO_COUNTRY),
    "currency": (CURRENCIES.__contains__, NO_CURRENCY),
}


def require_listed(kind: Kind, given: Given, before: Mapping[str, str] | None = None) -> None:
    """``before``: what the row's columns say in the books; what stays as it is stays. Raises
    NotTaken."""
    problems = []
    for column, (is_listed, reason) in LISTED.items():
        text = (given.get(column) or "").strip()
        if text and text != (before or {}).get(column) and not is_listed(text):
            problems.append(Problem(1, column, text, told(reason)))
    if problems:
        raise NotTaken({kind.name: problems})
