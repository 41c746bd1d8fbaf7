"""Natural order of numbers such as SO-9 < SO-10, as a key that the database can sort."""

import re

DIGITS = re.compile(r"\d+")
LAST_NUMBER = re.compile(r"^(.*?)([0-9]{1,18})$", re.DOTALL)
WIDTH = 20


def sort_key(number: str) -> str:
    """The number with each run of digits filled up with zeros; at most 200 characters."""
    return DIGITS.sub(lambda run: run.group().zfill(WIDTH), number)[:200]


def number_parts(number: str) -> tuple[str, int | None]:
    """What stands before the number's last digits, and these: ("SO-", 12); else (all, None)."""
    found = LAST_NUMBER.match(number)
    return (found[1], int(found[2])) if found else (number, None)
