"""How small a table's letters have to be so that it fits on the paper.

Amounts are never broken, so they decide: what they leave is for the columns of text, which wrap.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from closing_site.pages.formats import LONGEST_WORD

#: Points between the margins of an A4 page, upright and across (``pdf.css``).
UPRIGHT: Final = 504.0
ACROSS: Final = 751.0
#: Classes of ``pdf.css`` by the size of their letters in points, the largest first.
SIZES: Final = (("", 8.5), ("fit-7", 7.0), ("fit-6", 6.0), ("fit-5", 5.0), ("fit-4", 4.0))
#: Widths of letters in em, a little more than the font's own.
DIGIT, NARROW, WIDE = 0.57, 0.32, 1.02
#: Points between two columns.
GAP: Final = 8.6
#: Letters that a column of text has at least beside the amounts.
LEAST_TEXT: Final = 12


def fitting(
    rows: Iterable[Sequence[str]], *, texts: int, width: float = UPRIGHT, first: float = 8.5
) -> str:
    """The class of a table with these cells, as far as they are never broken, and with ``texts``
    columns of text that breaks anywhere. ``first`` is its size where everything fits."""
    widest: list[float] = []
    for row in rows:
        widths = [ems(cell) for cell in row]
        widest = [max(pair) for pair in zip(widest, widths, strict=True)] if widest else widths
    needed = sum(widest) + texts * LEAST_TEXT * DIGIT
    gaps = (len(widest) + texts) * GAP
    for name, size in SIZES:
        if size <= first and needed * size + gaps <= width:
            return name
    return SIZES[-1][0]


def unbroken(text: str) -> str:
    """The longest part of a text in a table that stays together: a word, unless it is so long that
    it is broken too."""
    words = [word for word in text.split() if len(word) <= LONGEST_WORD]
    latin = [word for word in words if word.isascii()]
    return max([*latin, "n" * LEAST_TEXT if len(words) < len(text.split()) else ""], key=len)


def ems(text: str) -> float:
    return sum(_em(sign) for sign in text)


def _em(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return WIDE
    return (
        NARROW if sign in " .,:;'|il\N{NO-BREAK SPACE}" else DIGIT if not sign.isalpha() else 0.66
    )
