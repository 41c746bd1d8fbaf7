"""Why someone does what is asked about: kept as they wrote it, or refused."""

from typing import Final

from closing_site.free_text import seen_text
from closing_site.periods.errors import ReasonNeeded, ReasonTooLong

MOST: Final = 500


def reason_given(text: str, *, is_needed: bool = True, most: int = MOST) -> str:
    """The text without what no one sees. Raises ReasonNeeded, ReasonTooLong."""
    reason = seen_text(text)
    if is_needed and not reason:
        raise ReasonNeeded()
    if len(reason) > most:
        raise ReasonTooLong(most=most, length=len(reason))
    return reason
