"""The completeness proof of a month (ACCOUNTING 17), net, by currency:

opening + delivered + changes of amount = invoiced + credited before invoice + closing.

Opening and closing are the unbilled lists of two months, by kind, with what is confirmed and not
invoiced. What is delivered is read from the orders, what is invoiced from the invoices: an order
whose two sides differ is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from closing_site import sql
from closing_site.periods.models import Period, PeriodStatus
from closing_site.periods.parameters import period_parameters
from orders.due_sql import CLOSED_WITH_CHARGES, counted_deliveries, due_lines
from orders.models import DeferralKind
from orders.runs.deferring import UNCONFIRMED
from orders.scope import make_scope

#: What a row of an unbilled list (h) comes to: an unknown amount its estimate, else its net.
LISTED_NET = "coalesce(CASE h.kind WHEN 'amount_unknown' THEN h.estimate ELSE h.net END, 0)"


def _list_of(period: str) -> str:
    return f"""
        SELECT d.order_id, h.delivery_id, h.kind, {LISTED_NET} AS net
        FROM orders_unbilled AS h JOIN orders_delivery AS d ON d.id = h.delivery_id
        WHERE h.company_id = %(company)s AND h.period_id = {period}"""


BEFORE = """(SELECT p.id FROM periods_period AS p WHERE p.company_id = %(company)s
    AND p.ends_on < %(starts_on)s ORDER BY p.starts_on DESC LIMIT 1)"""

_COUNTED = counted_deliveries("o", "d.period_id IS NOT NULL AND d.posted_on <= %(ends_on)s")
#: Of orders confirmed in parts, by line: what is due by the month's end, cumulatively.
DUE_IN_PARTS = due_lines(f"""
    SELECT o.id AS key, o.id AS order_id, {_COUNTED} AS counted
    FROM confirmed AS c JOIN orders_order AS o ON o.id = c.order_id WHERE NOT c.is_whole""")
#: What the month holds of each order, one row a part: ``what`` it is, and its net. ``new``: listed
#: or unlisted, and not in the opening; ``was_…``: of the opening, by what became of it.
PARTS = f"""
    WITH confirmed AS (
        SELECT order_id, bool_or(is_whole) AS is_whole FROM orders_delivery
        WHERE company_id = %(company)s AND period_id = %(period)s GROUP BY order_id
        UNION ALL SELECT o.id, false FROM orders_order AS o WHERE {CLOSED_WITH_CHARGES}
    ), in_parts AS (
        SELECT part.order_id, part.net - billed.before AS net,
            part.quantity > billed.quantity AS is_open
        FROM ({DUE_IN_PARTS}) AS part
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(i.quantity), 0) AS quantity,
                coalesce(sum(i.net) FILTER (WHERE p.starts_on < %(starts_on)s), 0) AS before
            FROM invoicing_invoiceline AS i JOIN periods_period AS p ON p.id = i.period_id
            WHERE i.order_line_id = part.order_line_id AND i.credited_line_id IS NULL
                AND p.starts_on <= %(starts_on)s) AS billed
    ), opening AS (
        SELECT h.*, d.period_id IS NOT NULL AS is_confirmed FROM ({_list_of(BEFORE)}) AS h
        LEFT JOIN orders_delivery AS d ON d.id = h.delivery_id AND d.period_id = %(period)s
    ), listed AS ({_list_of("%(period)s")}
    ), unlisted AS (
        SELECT u.order_id, u.delivery_id, coalesce(u.net, 0) AS net FROM ({UNCONFIRMED}) AS u
        WHERE NOT EXISTS (SELECT FROM listed AS l WHERE l.delivery_id = u.delivery_id)
    ), waiting AS (
        SELECT order_id, delivery_id, net FROM listed
        UNION ALL SELECT order_id, delivery_id, net FROM unlisted
    )
    SELECT c.order_id, 'due' AS what, o.net FROM confirmed AS c
    JOIN orders_order AS o ON o.id = c.order_id WHERE c.is_whole
    UNION ALL SELECT order_id, 'due', sum(net) FROM in_parts GROUP BY order_id
    UNION ALL SELECT DISTINCT order_id, 'open', 0 FROM in_parts WHERE is_open
    UNION ALL SELECT DISTINCT order_id, 'in_parts', 0 FROM in_parts
    UNION ALL (
        SELECT l.order_id, 'invoiced', sum(i.net)
        FROM invoicing_invoiceline AS i JOIN orders_orderline AS l ON l.id = i.order_line_id
        WHERE i.company_id = %(company)s AND i.period_id = %(period)s
            AND i.credited_line_id IS NULL
        GROUP BY l.order_id)
    UNION ALL SELECT order_id, kind, net FROM listed
    UNION ALL SELECT order_id, 'unlisted', net FROM unlisted
    UNION ALL SELECT w.order_id, 'new', w.net FROM waiting AS w
    WHERE NOT EXISTS (SELECT FROM opening AS o WHERE o.delivery_id = w.delivery_id)
    UNION ALL SELECT o.order_id, CASE WHEN o.is_confirmed THEN 'was_confirmed'
        WHEN EXISTS (SELECT FROM waiting AS w WHERE w.delivery_id = o.delivery_id)
            THEN 'was_listed' ELSE 'was_gone' END, o.net
    FROM opening AS o
    UNION ALL SELECT o.id, 'gone', o.cancelled_net FROM orders_order AS o
    WHERE o.company_id = %(company)s AND o.cancelled_net IS NOT NULL
        AND o.cancelled_on BETWEEN %(starts_on)s AND %(ends_on)s
"""
KINDS = tuple(DeferralKind.values)
SUMMED = ("due", "invoiced", *KINDS, "unlisted", "new", "was_listed", "was_gone", "gone")
_SUMS = ", ".join(
    f"coalesce(sum(net) FILTER (WHERE what = '{what}'), 0) AS {what}"
    for what in (*SUMMED, "was_confirmed")
)
#: One row an order. ``changes``: of what was in the opening, that of confirmed parts only where
#: nothing else of the order is confirmed with them. ``uninvoiced``: confirmed, and less of it
#: invoiced than is due; ``difference``: what neither an invoice nor a list accounts for.
BY_ORDER = f"""
    SELECT s.order_id, o.number, o.currency,
        s.was_confirmed + s.was_listed + s.was_gone AS opening,
        s.new + s.gone + CASE WHEN old.is_all THEN 0 ELSE s.due - s.was_confirmed END AS delivered,
        s.billing + s.recognition + s.amount_unknown + s.unlisted - s.new - s.was_listed
            + CASE WHEN old.is_all THEN s.due - s.was_confirmed ELSE 0 END AS changes,
        s.invoiced, s.was_gone + s.gone AS credited,
        s.billing + CASE WHEN unbilled.is_open THEN s.due - s.invoiced ELSE 0 END AS recognised,
        s.recognition, s.amount_unknown,
        s.unlisted + CASE WHEN unbilled.is_open THEN 0 ELSE s.due - s.invoiced END AS difference
    FROM (
        SELECT order_id, {_SUMS}, count(*) FILTER (WHERE what = 'was_confirmed') AS old_ones,
            bool_or(what = 'open') AS has_open_part, bool_or(what = 'in_parts') AS is_in_parts
        FROM ({PARTS}) AS part GROUP BY order_id
    ) AS s
    JOIN orders_order AS o ON o.id = s.order_id
    CROSS JOIN LATERAL (SELECT s.old_ones > 0 AND s.old_ones = (
        SELECT count(*) FROM orders_delivery AS d WHERE d.company_id = o.company_id
            AND d.order_id = o.id AND d.period_id = %(period)s) AS is_all) AS old
    CROSS JOIN LATERAL (SELECT s.due <> s.invoiced AND CASE WHEN s.is_in_parts THEN s.has_open_part
        ELSE EXISTS (SELECT FROM orders_orderline AS l
            WHERE l.company_id = o.company_id AND l.order_id = o.id AND l.quantity > (
                SELECT coalesce(sum(i.quantity), 0) FROM invoicing_invoiceline AS i
                WHERE i.order_line_id = l.id AND i.credited_line_id IS NULL
                    AND i.period_id IS NOT NULL)) END AS is_open) AS unbilled
"""
MEASURES = (
    *("opening", "delivered", "changes", "invoiced", "credited"),
    *("recognised", "recognition", "amount_unknown", "difference"),
)
BY_CURRENCY = f"""
    SELECT currency, {", ".join(f"sum({name}) AS {name}" for name in MEASURES)}
    FROM ({BY_ORDER}) AS o GROUP BY currency ORDER BY currency
"""
#: The orders whose two sides differ, with the days of their deliveries.
DIFFERENCES = f"""
    SELECT x.order_id, x.number, x.currency, x.difference, (
        SELECT string_agg(d.delivered_on::text, ', ' ORDER BY d.delivered_on)
        FROM orders_delivery AS d WHERE d.company_id = %(company)s AND d.order_id = x.order_id
            AND d.delivered_on <= %(ends_on)s
            AND (d.period_id IS NULL OR d.period_id = %(period)s)) AS days
    FROM ({BY_ORDER}) AS x WHERE x.difference <> 0
"""


class ProofRow(NamedTuple):
    name: str
    title: str
    amount: Decimal
    is_sum: bool


@dataclass(frozen=True)
class Proof:
    """Of one currency, net. ``recognised``: not invoiced, with what is deferred as ``billing``."""

    currency: str
    opening: Decimal
    delivered: Decimal
    changes: Decimal
    invoiced: Decimal
    credited: Decimal
    recognised: Decimal
    recognition: Decimal
    amount_unknown: Decimal
    difference: Decimal

    @property
    def rows(self) -> list["ProofRow"]:
        """As the page shows them: what there was to invoice, and what became of it."""
        named = [
            ("opening", _("Not invoiced at the beginning"), self.opening),
            ("delivered", _("+ Delivered"), self.delivered),
            ("changes", _("+ Changes of amount"), self.changes),
            ("left", _("To be invoiced"), self.left),
            ("invoiced", _("Invoiced, without deposits"), self.invoiced),
            ("credited", _("Credited before invoice"), self.credited),
            ("recognised", _("Recognised, not invoiced"), self.recognised),
            ("recognition", _("Refused, returned or disputed"), self.recognition),
            ("amount_unknown", _("Amount unknown (estimate)"), self.amount_unknown),
            ("right", _("Accounted for"), self.right),
            ("difference", _("Difference"), self.difference),
        ]
        sums = ("left", "right", "difference")
        return [ProofRow(name, title, amount, name in sums) for name, title, amount in named]

    @property
    def left(self) -> Decimal:
        return self.opening + self.delivered + self.changes

    @property
    def closing(self) -> Decimal:
        return self.recognised + self.recognition + self.amount_unknown

    @property
    def right(self) -> Decimal:
        return self.invoiced + self.credited + self.closing


@dataclass(frozen=True)
class Difference:
    """An order that the proof does not account for, and the days of its deliveries."""

    number: str
    currency: str
    amount: Decimal
    days: str


def completeness(period: Period) -> list[Proof]:
    """The month's proof, by currency."""
    return [Proof(**row) for row in _rows(period, BY_CURRENCY)]


def differences(period: Period) -> list[Difference]:
    """The orders that keep the proof from closing, by number."""
    found = _rows(period, f"{DIFFERENCES} ORDER BY x.number LIMIT 50")
    return [
        Difference(row["number"], row["currency"], row["difference"], row["days"] or "")
        for row in found
    ]


def make_proof_scope(period: Period) -> None:
    """Fills the temporary tables that the proof's queries read of what is not confirmed. A locked
    month has nothing unlisted: its scope is empty."""
    make_scope(period, [] if period.status == PeriodStatus.LOCKED else None, with_confirmed=False)


def _rows(period: Period, query: str) -> Sequence[dict[str, Any]]:
    with transaction.atomic():
        make_proof_scope(period)
        return sql.rows(query, period_parameters(period))
