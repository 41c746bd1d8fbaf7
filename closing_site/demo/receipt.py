"""Money that a customer of the demo company pays, or gets back. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from closing_site.periods.calendar import month_code


@dataclass(frozen=True)
class Receipt:
    """``amount`` is in ``currency``, negative where it goes back. ``known_on``: the day it came
    into the books, where that is later than the day received."""

    customer_code: str
    received_on: date
    amount: Decimal
    currency: str
    method: str
    order_number: str = ""
    invoice_number: str = ""
    payer: str = ""
    memo: str = ""
    known_on: date | None = None
    reference: str = ""

    @property
    def month(self) -> str:
        """In whose file it stands."""
        return month_code(self.known_on or self.received_on)
