"""What a refund gives back: the rules of ACCOUNTING 5, set-based.

A refund takes, as far as each goes: what ``refund_of`` names, as far as it is unapplied; the open
credit notes of the order or invoice it names; the unapplied rest of payments that name the same;
that of the customer's payment of exactly its amount; and then the allocations of what it names,
newest first, which are reversed on the refund's day, so that the invoices are open again. A bounce
begins with the allocations of its payment. What nothing gives is due from the customer.

Refunds come by day, then reference, and each takes what the ones before it left, in one statement
for all of them (payments.refund_functions_sql). Temporary tables: ``refund`` (what is left of
each), ``refund_source`` (what each may take, by rank; of an allocation or, with ``allocation`` 0,
of an item's unapplied rest), ``refund_capacity``, ``refund_twin`` and ``refund_taken``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from closing_site import sql
from closing_site.desk.progress import Unwatched
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from payments.runs.allocating import write_allocations
from payments.runs.placing import count_placed, find_payments
from payments.runs.refund_pairs_sql import TWINS
from payments.runs.refund_sources_sql import (
    ALLOCATION_CAPACITY,
    ARE_THERE,
    BOUNCES_OF_TWINS,
    CANDIDATES,
    CAPACITY,
    DOCUMENTS,
    ORIGINALS,
    REFUNDS,
    SOURCES,
)
from payments.runs.refund_takings_sql import PLACE, REVERSE, REVERSED, TAKEN
from payments.runs.rounds import PLACED


@dataclass(frozen=True)
class Refunds:
    """The open refunds of a month and of those before it. ``payments`` and ``only`` (open items)
    narrow them to some. The caller holds the period and the placing."""

    period: Period
    payments: Sequence[int] | None = None
    only: Sequence[int] | None = None

    def are_there(self, *, of_earlier: bool) -> bool:
        """Whether there are any of the month, or of earlier ones."""
        return bool(sql.value(ARE_THERE, self._parameters(of_earlier)))

    def settle(self, *, of_earlier: bool) -> int:
        """Set them against what they give back.

        Returns how many allocations were made, reversals not counted.
        """
        parameters = self._parameters(of_earlier)
        total = 0
        while sql.value(ARE_THERE, parameters):
            # Who was paired with a payment that a refund before it takes by name looks again.
            if not (how_many := _settle_once(self.period, parameters)):
                break
            total += how_many
        return total

    def _parameters(self, of_earlier: bool) -> dict[str, object]:
        period = self.period
        return {
            **period_parameters(period),
            "refunds_from": "-infinity" if of_earlier else period.starts_on,
            "refunds_to": period.starts_on - timedelta(days=1) if of_earlier else period.ends_on,
            "refunds": None if self.payments is None else list(self.payments),
            "only": None if self.only is None else list(self.only),
        }


def _settle_once(period: Period, parameters: dict[str, object]) -> int:
    sql.execute(REFUNDS, parameters)
    customers = sql.rows("SELECT DISTINCT customer_id FROM refund")
    find_payments(period, customers=[row["customer_id"] for row in customers])
    for statement in (
        *(DOCUMENTS, ORIGINALS, CAPACITY, CANDIDATES, TWINS, BOUNCES_OF_TWINS, SOURCES),
        *(ALLOCATION_CAPACITY, TAKEN, REVERSED, REVERSE, PLACED, *PLACE),
    ):
        sql.execute(statement, parameters)
    how_many = count_placed()
    if how_many:
        write_allocations(period, how_many, Unwatched())
    return how_many
