"""Number series: a counter row a document kind and period, locked by whoever issues (law 1).

A number exists exactly when its document is issued, because both are written by the transaction
that holds the row; a rollback gives the number back.
"""

from dataclasses import dataclass
from datetime import date

from closing_site import sql
from closing_site.periods.models import Period

MAKE = """
    INSERT INTO invoicing_numberseries (company_id, kind, period_id, code, last_number)
    VALUES (%(company)s, %(kind)s, %(period)s, %(code)s, 0) ON CONFLICT DO NOTHING
"""
TAKE = """
    SELECT id, code, last_number, last_issued_on FROM invoicing_numberseries
    WHERE company_id = %(company)s AND kind = %(kind)s AND period_id = %(period)s FOR UPDATE
"""
ADVANCE = """
    UPDATE invoicing_numberseries SET last_number = %(last_number)s, last_issued_on = %(last_day)s
    WHERE id = %(series)s
"""

#: Digits of the running number; a month with more documents simply gets longer numbers.
WIDTH = 5


@dataclass
class TakenSeries:
    """A series whose row this transaction holds to its end."""

    pk: int
    code: str
    last_number: int
    last_issued_on: date | None

    def advance(self, last_number: int, last_day: date) -> None:
        """Say the numbers up to this one are given, before the documents that bear them."""
        sql.execute(ADVANCE, {"series": self.pk, "last_number": last_number, "last_day": last_day})
        self.last_number, self.last_issued_on = last_number, last_day


def take_series(period: Period, kind: str, prefix: str) -> TakenSeries:
    """Wait for the series of this kind and month, and hold it. The caller holds the period."""
    parameters = {
        "company": period.company_id,
        "period": period.pk,
        "kind": kind,
        "code": f"{prefix}-{period.code}",
    }
    sql.execute(MAKE, parameters)
    (row,) = sql.rows(TAKE, parameters)
    return TakenSeries(row["id"], row["code"], row["last_number"], row["last_issued_on"])
