"""What a field offers while one types: code and name, in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import get_language

from closing_site import words
from closing_site.countries import COUNTRIES
from closing_site.currencies import CURRENCIES

Options = list[tuple[str, str]]


def countries() -> Options:
    return _named(COUNTRIES)


def currencies() -> Options:
    return _named(CURRENCIES)


def methods_of_payment() -> Options:
    chinese = {slug: word for word, slug in reversed(words.METHODS.items()) if not word.isascii()}
    names = {slug: (slug.replace("_", " "), word) for slug, word in chinese.items()}
    return _named(names)


def _named(names: Mapping[str, tuple[str, str]]) -> Options:
    place = 1 if (get_language() or "").startswith("zh") else 0
    return [(code, name[place]) for code, name in names.items()]
