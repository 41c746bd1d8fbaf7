"""The roll-forward and the ageing of a month, customer by customer, a page at a time.

The month's balances are made at once (a locked month's are kept); its totals are of all customers,
in the company's currency.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from closing_site import sql
from closing_site.customers.names_sql import CUSTOMER_NAMES
from closing_site.periods.models import Period
from reconciliation.balances_sql import BALANCES
from reconciliation.open_items_sql import AGED, AGES

PAGE = 50
#: Of the page by age: ``total`` is what its other columns add up to.
AGE_COLUMNS: Final = (*AGES, "total")
FLOWS: Final = (
    *("opening", "invoiced", "credited", "allocated", "deducted", "written_off", "exchange"),
    *("closing", "advances_opening", "received", "refunded", "placed", "advances_closing"),
)
#: Bucket → days overdue at the month's end, from and to.
DAYS: Final = {
    "not_due": (None, 0),
    "days_1_30": (1, 30),
    "days_31_60": (31, 60),
    "days_61_90": (61, 90),
    "days_over_90": (91, None),
}

#: In the row's own currency no exchange difference arises.
_OWN = ", ".join("0::numeric AS exchange" if n == "exchange" else f"b.{n}" for n in FLOWS)
_ROLLED = f"""
    SELECT c.code, c.name, b.currency, {_OWN}, {", ".join(f"b.base_{n}" for n in FLOWS)}
    FROM ({BALANCES}) AS b JOIN {CUSTOMER_NAMES} AS c ON c.id = b.customer_id
    WHERE b.period_id = %(period)s
"""
_AGED = f"""
    SELECT c.code, c.name, a.currency, {", ".join(f"a.{n}, a.base_{n}" for n in AGE_COLUMNS)}
    FROM periods_period AS p CROSS JOIN LATERAL ({AGED}) AS a
    JOIN {CUSTOMER_NAMES} AS c ON c.id = a.customer_id
    WHERE p.company_id = %(company)s AND p.id = %(period)s
"""


def _paged(rows: str, names: tuple[str, ...]) -> str:
    """A page of the rows; what all of them sum up to in each currency; and in the company's."""
    own = ", ".join(names)
    sums = ", ".join(f"sum({n})" for n in names)
    base = ", ".join(f"coalesce(sum(base_{n}), 0)" for n in names)
    return f"""
        WITH rows AS MATERIALIZED (
            SELECT * FROM ({rows}) AS every
            WHERE %(customer)s = '' OR code = %(customer)s
        ), shown AS (
            SELECT * FROM rows WHERE (code, currency) > (%(after)s, %(after_currency)s)
            ORDER BY code, currency LIMIT %(most)s
        )
        SELECT 1 AS part, code, name, currency, {own} FROM shown
        UNION ALL SELECT 2, NULL, NULL, currency, {sums} FROM rows GROUP BY currency
        UNION ALL SELECT 3, NULL, NULL, NULL, {base} FROM rows
        ORDER BY part, code, currency
    """


ROLL_FORWARD: Final = _paged(_ROLLED, FLOWS)
AGED_ROWS: Final = _paged(_AGED, AGE_COLUMNS)


@dataclass(frozen=True)
class Overview:
    """``rows`` and ``by_currency`` in their own currency, ``totals`` in the company's.
    ``following``: where the next page begins, None on the last."""

    rows: list[dict[str, Any]]
    by_currency: list[dict[str, Any]]
    totals: dict[str, Decimal]
    following: tuple[str, str] | None


def overview(
    period: Period, query: str, *, after: tuple[str, str] = ("", ""), customer: str = ""
) -> Overview:
    found = sql.rows(
        query,
        {
            "company": period.company_id,
            "period": period.pk,
            "after": after[0],
            "after_currency": after[1],
            "customer": customer,
            "most": PAGE + 1,
        },
    )
    parts: dict[int, list[dict[str, Any]]] = {1: [], 2: [], 3: []}
    for row in found:
        parts[row["part"]].append(row)
    rows, by_currency, (totals,) = parts.values()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    following = (last["code"], last["currency"]) if last else None
    return Overview(rows[:PAGE], by_currency, totals, following)


def due_within(bucket: str, ends_on: date) -> tuple[date | None, date | None]:
    """First and last due day of what is in this bucket at the month's end."""
    least, most = DAYS[bucket]
    since = None if most is None else ends_on - timedelta(days=most)
    until = None if least is None else ends_on - timedelta(days=least)
    return since, until
