"""Months and the days of the books. Pure."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from closing_site.periods.errors import NotThePeriod

MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def month_code(day: date) -> str:
    return f"{day:%Y-%m}"


def first_day_of(code: str) -> date:
    """Raises NotThePeriod."""
    found = MONTH.fullmatch(code)
    if not found or found[1] == "0000":
        raise NotThePeriod(period=code)
    return date(int(found[1]), int(found[2]), 1)


def last_day_of(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def months(start: date, through: date) -> Iterator[tuple[date, date]]:
    """First and last day of each month from that of ``start`` to that of ``through``."""
    first = start.replace(day=1)
    while first <= through:
        last = last_day_of(first)
        yield first, last
        first = last + timedelta(days=1)
