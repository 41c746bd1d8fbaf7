"""Rows of a worksheet as XML, straight into the file: by xlsxwriter's own functions a month's
hundred thousand take seven seconds, of which its bookkeeping of single cells is five.

Texts are inline strings, which no spreadsheet takes for a formula (ECMA-376 part 1, 18.18.11).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any

from xlsxwriter.utility import xl_col_to_name

#: Day 0 of the 1900 date system, from March 1900 on.
DAY_ZERO = date(1899, 12, 30)
ESCAPED = re.compile(r"[&<>\x00-\x08\x0b\x0c\x0e-\x1f]|_x[0-9A-Fa-f]{4}_")
NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

#: What is written of a row's value: the cell's attributes and content.
Written = Callable[[Any, dict[str, Any]], str]
#: Rows that are handed to the file at a time.
AT_A_TIME = 500


def write_rows(sheet: Any, rows: Iterable[dict[str, Any]], cells: dict[str, Written]) -> None:
    """From the sheet's second row on; ``sheet`` is in constant_memory mode, its first row the last
    that was written."""
    sheet._write_single_row(1)
    last = 0
    lines = _lines(rows, cells)
    while some := list(islice(lines, AT_A_TIME)):
        sheet.fh.write("".join(some))
        last += len(some)
    sheet.dim_rowmax = max(sheet.dim_rowmax, last)


def number_cell(style: Callable[[dict[str, Any]], Any]) -> Written:
    """``style`` gives the row's format."""
    return lambda value, row: f' s="{style(row)._get_xf_index()}"><v>{value:f}</v></c>'


def count_cell(style: Any) -> Written:
    index = style._get_xf_index()
    return lambda value, row: f' s="{index}"><v>{value}</v></c>'


def date_cell(style: Any) -> Written:
    index = style._get_xf_index()
    return lambda value, row: f' s="{index}"><v>{(value - DAY_ZERO).days}</v></c>'


def text_cell(says: Callable[[str], str]) -> Written:
    # Codes come again and again; what comes once is no loss.
    said = lru_cache(maxsize=1024)(lambda value: _text(says(str(value))))
    return lambda value, row: said(value)


def _lines(rows: Iterable[dict[str, Any]], cells: dict[str, Written]) -> Iterator[str]:
    columns = [
        (name, xl_col_to_name(place), write) for place, (name, write) in enumerate(cells.items())
    ]
    for number, row in enumerate(rows, 2):
        written = "".join(
            [
                f'<c r="{letters}{number}"{write(value, row)}'
                for name, letters, write in columns
                if (value := row[name]) is not None
            ]
        )
        yield f'<row r="{number}">{written}</row>'


def _text(text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f' t="inlineStr"><is><t{space}>{ESCAPED.sub(_escape, text)}</t></is></c>'


def _escape(found: re.Match[str]) -> str:
    """Signs that XML has no place for as the format writes them: _x0007_."""
    sign = found[0]
    return NAMED.get(sign) or (f"_x005F{sign}" if len(sign) > 1 else f"_x{ord(sign):04X}_")
