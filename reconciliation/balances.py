"""Each customer's balances at a month's end: frozen by the lock, and held against what they sum."""

from decimal import Decimal
from typing import NamedTuple

from closing_site import sql
from closing_site.periods.models import Period
from reconciliation.balances_sql import AMOUNTS, BALANCES, ROLL_FORWARD
from reconciliation.open_items_sql import OPEN_PARTS

_FORGET = """
    DELETE FROM reconciliation_customerbalance
    WHERE company_id = %(company)s AND period_id = %(period)s
"""
_FREEZE = f"""
    INSERT INTO reconciliation_customerbalance
        (company_id, period_id, customer_id, currency, {", ".join(AMOUNTS)})
    SELECT p.company_id, p.id, rolled.customer_id, rolled.currency,
        {", ".join(f"rolled.{name}" for name in AMOUNTS)}
    FROM periods_period AS p CROSS JOIN LATERAL ({ROLL_FORWARD}) AS rolled
    WHERE p.company_id = %(company)s AND p.id = %(period)s
    ORDER BY rolled.customer_id, rolled.currency
"""

_OPEN_ITEMS = f"""
    SELECT part.customer_id, part.currency,
        CASE WHEN part.is_receivable THEN 'open_items' ELSE 'open_advances' END AS measure,
        0 AS balance, 0 AS base_balance, sum(part.amount) AS found, sum(part.base) AS base_found
    FROM periods_period AS p CROSS JOIN LATERAL ({OPEN_PARTS}) AS part
    WHERE p.company_id = %(company)s AND p.id = %(period)s
    GROUP BY 1, 2, 3
"""
#: Advances are owed to the customer: their account stands in credit.
_ACCOUNTS = """
    SELECT l.customer_id, l.currency, a.role || '_account', 0, 0,
        sum(CASE a.role WHEN 'advance' THEN -l.amount ELSE l.amount END),
        sum(CASE a.role WHEN 'advance' THEN l.credit - l.debit ELSE l.debit - l.credit END)
    FROM reconciliation_voucherline AS l
    JOIN reconciliation_account AS a ON a.id = l.account_id AND a.role IN ('receivable', 'advance')
    WHERE l.company_id = %(company)s AND l.period_id = %(period)s
    GROUP BY 1, 2, a.role
"""
#: The accounts are held against the month's flows; the first month posts its opening items too.
_ROLLED = f"""
    SELECT b.customer_id, b.currency, measure.name, measure.balance, measure.base_balance, 0, 0
    FROM ({BALANCES}) AS b
    CROSS JOIN LATERAL (VALUES
        ('open_items', b.closing, b.base_closing),
        ('open_advances', b.advances_closing, b.base_advances_closing),
        ('receivable_account', b.closing - b.opening, b.base_closing - b.base_opening),
        ('advance_account', b.advances_closing - b.advances_opening,
            b.base_advances_closing - b.base_advances_opening)
    ) AS measure (name, balance, base_balance)
    WHERE b.period_id = %(period)s
    UNION ALL
    SELECT o.customer_id, o.currency,
        CASE o.kind WHEN 'opening_advance' THEN 'advance_account' ELSE 'receivable_account' END,
        CASE o.kind WHEN 'opening_credit_note' THEN -o.amount ELSE o.amount END,
        CASE o.kind WHEN 'opening_credit_note' THEN -o.base_amount ELSE o.base_amount END, 0, 0
    FROM customers_openitem AS o
    WHERE o.company_id = %(company)s AND o.period_id = %(period)s AND o.document_id = 0
"""

#: SQL with %(company)s and %(period)s, for a check to stand on: see ``Difference``.
DIFFERENCES = f"""
    SELECT d.customer_id, c.code AS customer_code, d.currency, d.measure, d.balance, d.found,
        d.base_balance, d.base_found
    FROM (
        SELECT customer_id, currency, measure, sum(balance) AS balance, sum(found) AS found,
            sum(base_balance) AS base_balance, sum(base_found) AS base_found
        FROM ({_OPEN_ITEMS} UNION ALL {_ACCOUNTS} UNION ALL {_ROLLED}) AS side
        GROUP BY customer_id, currency, measure
    ) AS d
    LEFT JOIN customers_customer AS c ON c.id = d.customer_id
    WHERE d.balance <> d.found OR d.base_balance <> d.base_found
    ORDER BY c.code, d.currency, d.measure
"""


class Difference(NamedTuple):
    """Where a customer's roll-forward does not say what another record says (law 12).

    ``measure`` names what it was held against: ``open_items`` and ``open_advances`` at the month's
    end, or the month's flows on ``receivable_account`` and ``advance_account``. ``balance`` is the
    roll-forward's figure and ``found`` the other's, in ``currency``; with ``base_`` in the
    company's. A line of such an account without a customer has none here.
    """

    customer_id: int | None
    customer_code: str | None
    currency: str
    measure: str
    balance: Decimal
    found: Decimal
    base_balance: Decimal
    base_found: Decimal


def freeze_balances(period: Period) -> int:
    """Write an open month's balances as the lock finds them; returns how many."""
    parameters = {"company": period.company_id, "period": period.pk}
    sql.execute(_FORGET, parameters)
    return sql.execute(_FREEZE, parameters)


def roll_forward_differences(period: Period) -> list[Difference]:
    """None, where the three balances close and agree with open items and accounts."""
    parameters = {"company": period.company_id, "period": period.pk}
    return [Difference(**row) for row in sql.rows(DIFFERENCES, parameters)]
