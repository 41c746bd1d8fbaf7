"""What of an open item is not settled, as the one SQL fragment and the one expression that the
runs, checks, views, lists and pages use (for a payment: what is unapplied)."""

from typing import Final

from django.db.models import F

#: Of an open item's row in Django.
UNAPPLIED: Final = F("amount") - F("settled")


def unapplied(item: str) -> str:
    """Of the row ``item`` of customers_openitem, now and positive. As of a day: ``open_parts``."""
    return f"({item}.amount - {item}.settled)"
