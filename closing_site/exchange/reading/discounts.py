"""What a discount means under a header that is percent off here and percent of the price there.

Chinese systems print 90 for 九折, nine tenths of the price; others print 10 for the same. Pure.
"""

from decimal import Decimal
from typing import Final

from closing_site import cells
from closing_site.cells import Unreadable
from closing_site.message import Message, gettext_noop, message

AMBIGUOUS: Final = gettext_noop(
    "“%(header)s” may be percent off the price (10: a tenth less) or percent of the price (90: a"
    " tenth less). Say which (import_data: --discount-means off or of-price)."
)
NOTHING_OF_PRICE: Final = gettext_noop(
    "Zero percent of the price gives it away. Leave the cell blank where there is no discount."
)
TENTHS: Final = gettext_noop(
    "%(value)s of the price may be percent or tenths (折). Write %(tenths)s for tenths."
)

OFF: Final = "off"
OF_PRICE: Final = "of-price"
MEANINGS: Final = (OFF, OF_PRICE)

_percent = cells.percent(most=100)


def percent_off(cell: str) -> str | Unreadable:
    """What is off the price, of a cell that says what is left of it: 90 and 0.9 are 10 off; 100 and
    1 are nothing off."""
    read = _percent(cell)
    if isinstance(read, Unreadable):
        return read
    share = Decimal(read)
    if share == 0:
        return Unreadable(Message(NOTHING_OF_PRICE))
    if not cell.endswith("%"):
        if share <= 1:
            share *= 100
        elif share < 10:  # noqa: PLR2004
            tenths = f"{(share * 10).normalize():f}"
            return Unreadable(message(TENTHS, value=read, tenths=tenths))
    return f"{100 - share:f}"
