"""The question whether many order lines that the files lack are to be removed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from closing_site.pages.formats import money_text, number_text

MANY_MISSING = gettext_noop(
    "%(missing)s of %(open)s open order lines are not in the files. %(removed)s would be removed"
    " (%(amounts)s); nothing was written."
)
#: Below that share it is said and not asked.
REMOVES = gettext_noop(
    "Order lines that are in the books and not in the files: %(removed)s (%(amounts)s). The import"
    " removes them; each order has a warning until it is accepted."
)


def many_missing(found: Mapping[str, Any]) -> dict[str, str]:
    """What MANY_MISSING says of the fields of MissingLines."""
    amounts = [
        f"{money_text(Decimal(amount), currency)} {currency}" if amount else currency
        for currency, amount in found["amounts"].items()
    ]
    return {
        "missing": number_text(found["removed"] + found["kept"]),
        "open": number_text(found["open_lines"]),
        "removed": number_text(found["removed"]),
        "amounts": ", ".join(amounts),
    }
