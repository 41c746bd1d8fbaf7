"""A workbook's cells as a CSV file would have them, with what number formats add to them. Pure."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum
from typing import Final

#: A cell that the spreadsheet shows as an error, such as #N/A. No text has this character.
ERROR_CELL: Final = "#\0"

#: Of a number format: texts in quotes or after a backslash, colours and the like in brackets.
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_PADDED: Final = re.compile(r"0{2,30}")
_BUILT_IN_PERCENT: Final = frozenset({9, 10})


class Shown(IntEnum):
    """How a cell's number is shown, where that says more than the number; ``PADDED`` + n: with n
    digits at least, as 00123."""

    PERCENT = 1
    ERROR = 2
    #: A formula: what it comes to has to be there.
    FORMULA = 3
    PADDED = 100


def shown_by(number: int, code: str) -> int:
    """How a number format shows numbers: 0 where the number says it all."""
    if number in _BUILT_IN_PERCENT:
        return Shown.PERCENT
    plain = _LITERAL.sub("", code)
    if "%" in plain:
        return Shown.PERCENT
    first = plain.partition(";")[0]
    return Shown.PADDED + len(first) if _PADDED.fullmatch(first) else 0


def cell_text(value: object) -> str:
    """A workbook's cell as it would stand in a CSV file."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return f"{_exact(value):f}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)


def shown_text(value: object, how: int) -> str:
    """As ``cell_text``, of a cell whose number the spreadsheet shows another way."""
    if how == Shown.ERROR:
        return ERROR_CELL
    if isinstance(value, bool) or not isinstance(value, float | int):
        return cell_text(value)
    if how == Shown.PERCENT:
        return f"{_plain(_exact(value) * 100):f}%"
    text = cell_text(value)
    return text.zfill(how - Shown.PADDED) if text.isdecimal() else text


def _exact(value: float) -> Decimal:
    """Fifteen digits are what a spreadsheet holds and shows: 0.1 + 0.2 is 0.3 there."""
    return Decimal(f"{value:.15g}")


def _plain(number: Decimal) -> Decimal:
    """Without zeros after the last digit that matters."""
    return number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize()
