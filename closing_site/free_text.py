"""What free text may hold: signs that are seen, and ends of lines.

Signs that turn the direction of what follows make a reason or a name read as what it does not say,
in the pages, the audit and the PDFs; control characters are seen by no one.
"""

import re
from typing import Final

#: Control characters but for tabs and ends of lines; marks, embeddings, overrides and isolates of
#: direction (Unicode Standard Annex 9); a byte-order mark; separators of lines; tags.
UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
    "\U000e0000-\U000e007f]"
)

#: What a spreadsheet would take for the beginning of a formula (OWASP, "CSV Injection"); East Asian
#: versions take the full-width signs too.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001


def harmless(text: str) -> str:
    """The text, with an apostrophe where a spreadsheet would run it, and where it would be taken
    for a text that has got one."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def unescaped(text: str) -> str:
    """The text that ``harmless`` was given."""
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(FORMULA) else text


def seen_text(text: str) -> str:
    """Without what no one sees, and without blanks around it."""
    return text.strip() if text.isprintable() else UNSEEN.sub("", text).strip()


def has_unseen(text: str) -> bool:
    return not text.isprintable() and UNSEEN.search(text) is not None
