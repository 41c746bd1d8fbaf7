"""What a cell may hold. Pure: each reader takes a cell's text, without the blanks around it, and
gives the text that PostgreSQL reads as the column's type, or the reason why it cannot."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from closing_site.free_text import has_unseen, seen_text
from closing_site.message import Message, gettext_noop


@dataclass(frozen=True, slots=True)
class Unreadable:
    reason: Message


Reader = Callable[[str], str | Unreadable]
#: What each reader takes, in words, for docs/files.md.
TAKES: Final[dict[Reader, str]] = {}


def takes(reader: Reader, words: str) -> Reader:
    TAKES[reader] = words
    return reader


BLANK: Final = gettext_noop("It must not be blank.")
TOO_LONG: Final = gettext_noop("It is longer than %(most)s characters.")
UNPRINTABLE: Final = gettext_noop("It holds a character that no text has.")
NO_DATE: Final = gettext_noop("It is not a date of the form YYYY-MM-DD.")
ODD_YEAR: Final = gettext_noop("The year is not between %(first)s and %(last)s.")
NO_NUMBER: Final = gettext_noop("It is not a number with a decimal point, such as 1234.5.")
TOO_MANY_DIGITS: Final = gettext_noop("It has more than %(digits)s digits before the point.")
TOO_MANY_DECIMALS: Final = gettext_noop("It has more than %(decimals)s decimals.")
NEGATIVE: Final = gettext_noop("It must not be negative.")
NOT_POSITIVE: Final = gettext_noop("It must be more than zero.")
ZERO: Final = gettext_noop("It must not be zero.")
TOO_LARGE: Final = gettext_noop("It must not be more than %(most)s.")
NO_INTEGER: Final = gettext_noop("It is not a whole number.")
OUT_OF_RANGE: Final = gettext_noop("It is not between %(least)s and %(most)s.")
NO_CHOICE: Final = gettext_noop("It is none of: %(choices)s.")
NO_CURRENCY: Final = gettext_noop("It is not a currency's code of three capital letters.")
NO_TERMS: Final = gettext_noop("It is not of the form 2/10: 2 % within 10 days.")

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?")
#: Spreadsheets like to write 4 as 4.0.
_INTEGER = re.compile(r"([+-]?[0-9]{1,18})(?:\.0*)?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_TERMS = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,2})?)/([0-9]{1,3})")
_TO_ESCAPE = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}


def _no(reason: str, **parameters: object) -> Unreadable:
    return Unreadable(Message(reason, parameters))


def escaped(text: str) -> str:
    """As COPY reads it in its text format."""
    return _TO_ESCAPE.sub(lambda found: _ESCAPES[found.group()], text)


def text(most: int) -> Reader:
    """Up to ``most`` characters; those that no one sees are left out."""

    def read(cell: str) -> str | Unreadable:
        seen = seen_text(cell)
        if "\0" in cell or not seen:
            return _no(UNPRINTABLE)
        if len(seen) > most:
            return _no(TOO_LONG, most=most)
        return escaped(seen)

    return takes(read, f"text, up to {most:,} characters")


def code(most: int) -> Reader:
    """What identifies a row: others name it as it stands, so that nothing of it is left out."""

    def read(cell: str) -> str | Unreadable:
        if has_unseen(cell):
            return _no(UNPRINTABLE)
        return _no(TOO_LONG, most=most) if len(cell) > most else escaped(cell)

    return takes(read, f"code, up to {most} characters, none of them invisible")


def day(cell: str) -> str | Unreadable:
    """A calendar day. A year that no fact of the books can have is refused: it is a typing error,
    and would make hundreds of periods."""
    found = _DATE.fullmatch(cell)
    if not found:
        return _no(NO_DATE)
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return _no(NO_DATE)
    if not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return _no(ODD_YEAR, first=FIRST_YEAR, last=LAST_YEAR)
    return cell


def number(
    *,
    digits: int,
    decimals: int,
    may_be_negative: bool = False,
    may_be_zero: bool = True,
    most: int | None = None,
) -> Reader:
    """A decimal number with up to ``digits`` before and ``decimals`` after the point."""

    def read(cell: str) -> str | Unreadable:
        found = _NUMBER.fullmatch(cell)
        if not found or not (found[2] or found[3]):
            return _no(NO_NUMBER)
        whole, fraction = found[2].lstrip("0"), (found[3] or "").rstrip("0")
        is_zero = not whole and not fraction
        if len(whole) > digits:
            return _no(TOO_MANY_DIGITS, digits=digits)
        if len(fraction) > decimals:
            return _no(TOO_MANY_DECIMALS, decimals=decimals)
        if is_zero and not may_be_zero:
            return _no(ZERO if may_be_negative else NOT_POSITIVE)
        if found[1] == "-" and not is_zero and not may_be_negative:
            return _no(NEGATIVE)
        if most is not None and (int(whole or 0), fraction) > (most, ""):
            return _no(TOO_LARGE, most=most)
        sign = "-" if found[1] == "-" and not is_zero else ""
        return f"{sign}{whole or 0}{'.' if fraction else ''}{fraction}"

    least = "" if may_be_negative else ", not negative" if may_be_zero else ", more than 0"
    if may_be_negative and not may_be_zero:
        least = ", not 0"
    limit = "" if most is None else f", at most {most}"
    size = f"number, up to {digits} digits and {decimals} decimals"
    return takes(read, f"{size}{least}{limit}")


def percent(*, most: int | None = None) -> Reader:
    """13 means 13 %, and so does 13%."""
    read = number(digits=5, decimals=4, most=most)
    limit = "" if most is None else f", at most {most}"
    percents = f"percent, up to 4 decimals, not negative{limit}; 13 and 13% are the same"
    return takes(lambda cell: read(cell.removesuffix("%").rstrip()), percents)


def integer(least: int, most: int) -> Reader:
    def read(cell: str) -> str | Unreadable:
        found = _INTEGER.fullmatch(cell)
        if not found:
            return _no(NO_INTEGER)
        if not least <= int(found[1]) <= most:
            return _no(OUT_OF_RANGE, least=least, most=most)
        return str(int(found[1]))

    return takes(read, f"whole number, {least} to {most}")


def choice(values: Mapping[str, str]) -> Reader:
    """One of some words: what may stand in the cell → what it means."""
    shown = ", ".join(dict.fromkeys(values.values()))

    def read(cell: str) -> str | Unreadable:
        found = values.get(cell) or values.get(cell.casefold())
        return found or _no(NO_CHOICE, choices=shown)

    return takes(read, f"one of: {', '.join(values)}")


def currency(cell: str) -> str | Unreadable:
    return cell if _CURRENCY.fullmatch(cell) else _no(NO_CURRENCY)


def discount_terms(cell: str) -> str | Unreadable:
    return cell if _TERMS.fullmatch(cell) else _no(NO_TERMS)


takes(day, f"day as YYYY-MM-DD, {FIRST_YEAR} to {LAST_YEAR}")
takes(currency, "currency: three capital letters")
takes(discount_terms, "terms as 2/10: 2 % within 10 days")
