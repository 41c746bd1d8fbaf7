"""Finds the lines of an order that an import no longer contains, removes them or marks them.

ACCOUNTING 3: each order is judged by itself over all files of one import. An order that is absent,
or present without line rows, is untouched.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256

from django.utils.translation import gettext_noop

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.staged import Staged, make_table

#: Of the open lines, as a share of one: more missing lines than this need a person's word.
MOST_MISSING = Decimal("0.1")
#: The answer that confirms whatever is missing.
ALL_MISSING = "*"
#: So many missing lines are named one by one; the others are counted.
MOST_NAMED = 1000

REMOVED = gettext_noop(
    "Line %(value)s of order %(number)s (%(sku)s, %(amount)s) is in the books and not in the file:"
    " it is removed."
)
KEPT = gettext_noop(
    "Line %(value)s of order %(number)s (%(sku)s, %(amount)s) is delivered and not in the file: it"
    " stays and blocks its order."
)
CONFIRMED = gettext_noop(
    "Order %(number)s is confirmed in period %(period)s and its line %(missing)s is not in the"
    " file. Add the line to the file; to correct the order, issue a credit note."
)

#: What of a line that goes is kept, as the order's page and the check show it.
COLUMNS = (
    "line_number, sku, description, quantity, unit_price, discount_percent, tax_rate, net, tax"
)


@dataclass(frozen=True)
class MissingLines:
    """What an import found missing: lines it removes, delivered lines it keeps and marks.

    ``open_lines``: lines in the books of orders that are not wholly confirmed. ``amounts``:
    currency → gross of the removed lines. ``answer``: confirms exactly these removals.
    """

    removed: int = 0
    kept: int = 0
    open_lines: int = 0
    amounts: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""

    @property
    def are_many(self) -> bool:
        """More than a tenth of the open lines: somebody has to confirm the removal."""
        return self.removed + self.kept > self.open_lines * MOST_MISSING

    def need_confirmation(self, answer: str | None) -> bool:
        """``answer``: of the person who saw these lines, or ALL_MISSING."""
        return bool(self.removed) and self.are_many and answer not in (ALL_MISSING, self.answer)


IS_ANY_KNOWN = "SELECT EXISTS (SELECT FROM current_orders WHERE NOT is_new)"
#: The orders of the file that are judged. An order of which a row is bad is not: what it seems to
#: lack may be that row.
JUDGED = """
    SELECT o.order_id, o.number, o.period, rows.line
    FROM current_orders AS o
    JOIN (SELECT order_number, min(line) AS line FROM {lines} GROUP BY order_number) AS rows
        ON rows.order_number = o.number
    WHERE NOT o.is_new AND o.cancelled_on IS NULL AND NOT EXISTS (SELECT FROM left_out AS bad
        WHERE bad.kind = '{kind}' AND split_part(bad.key, chr(31), 1) = o.number)
"""
MISSING = """
    SELECT j.order_id, j.number, j.period, j.line, l.id AS line_id,
        l.line_number, l.sku, l.description, l.quantity, l.unit_price, l.discount_percent,
        l.tax_rate, l.net, l.tax, o.currency, trim(coalesce(
            round(l.net + l.tax, currency_digits(o.currency))::text, '?') || ' ' || o.currency)
            AS amount,
        EXISTS (SELECT FROM orders_deliveryline AS dl WHERE dl.order_line_id = l.id)
            OR EXISTS (SELECT FROM {deliveries} AS d WHERE d.order_number = j.number
                AND d.line_number = l.line_number) AS is_delivered
    FROM ({judged}) AS j
    JOIN orders_order AS o ON o.id = j.order_id
    JOIN orders_orderline AS l ON l.company_id = %(company)s AND l.order_id = j.order_id
        AND l.kind <> 'deposit'
    WHERE NOT EXISTS (SELECT FROM {lines} AS s
        WHERE s.order_number = j.number AND s.line_number = l.line_number)
"""
#: Lines of orders of which something is not confirmed yet.
OPEN_LINES = """
    SELECT count(*) FROM (
        SELECT id FROM orders_order
        WHERE company_id = %(company)s AND delivered_on IS NULL AND cancelled_on IS NULL
        UNION SELECT d.order_id FROM orders_delivery AS d
        JOIN orders_order AS o ON o.id = d.order_id AND o.cancelled_on IS NULL
        WHERE d.company_id = %(company)s AND d.period_id IS NULL
    ) AS o
    JOIN orders_orderline AS l ON l.company_id = %(company)s AND l.order_id = o.id
"""
FOUND = """
    SELECT count(*) FILTER (WHERE NOT is_delivered) AS removed,
        count(*) FILTER (WHERE is_delivered) AS kept,
        string_agg(number || chr(31) || line_number, chr(30) ORDER BY number, line_number)
            FILTER (WHERE NOT is_delivered) AS removed_keys
    FROM missing_lines
"""
AMOUNTS = """
    SELECT currency, round(sum(net + tax), currency_digits(currency))::text AS amount
    FROM missing_lines WHERE NOT is_delivered GROUP BY currency ORDER BY currency
"""
NAMED = f"""
    SELECT line, line_number::text AS value, number, sku, amount FROM missing_lines
    WHERE is_delivered = %(is_delivered)s ORDER BY line, line_number LIMIT {MOST_NAMED}
"""


def find_missing_lines(company: Company, lines: Staged, deliveries: Staged) -> MissingLines:
    """Make ``missing_lines``: lines in the books of the file's orders that its rows lack.

    A missing line of a confirmed order makes a bad row. The others are noted on the file.
    """
    parameters = {"company": company.pk}
    judged = JUDGED.format(lines=lines.table, kind=lines.kind)
    if lines.is_incomplete or _has_unattributed(lines) or not sql.value(IS_ANY_KNOWN):
        # The planner then reads nothing at all.
        judged += " AND false"
    make_table(
        "missing_lines",
        MISSING.format(judged=judged, lines=lines.table, deliveries=deliveries.table),
        parameters,
    )
    lines.refuse(
        CONFIRMED,
        column="line_number",
        joins="""JOIN (SELECT line, number, period,
                string_agg(line_number::text, ', ' ORDER BY line_number) AS missing
            FROM missing_lines WHERE period IS NOT NULL
            GROUP BY line, number, period) AS m ON m.line = s.line""",
        where="true",
        says={"number": "m.number", "period": "m.period", "missing": "m.missing"},
    )
    sql.execute("DELETE FROM missing_lines WHERE period IS NOT NULL")
    (found,) = sql.rows(FOUND)
    if not found["removed"] and not found["kept"]:
        return MissingLines()
    for reason, is_delivered in ((REMOVED, False), (KEPT, True)):
        lines.note(
            reason, column="line_number", query=NAMED, parameters={"is_delivered": is_delivered}
        )
    lines.removed = found["removed"]
    return MissingLines(
        removed=found["removed"],
        kept=found["kept"],
        open_lines=sql.value(OPEN_LINES, parameters),
        amounts={row["currency"]: row["amount"] or "" for row in sql.rows(AMOUNTS)},
        answer=sha256((found["removed_keys"] or "").encode()).hexdigest(),
    )


def _has_unattributed(lines: Staged) -> bool:
    """Whether a row was left out whose order is not known: it may be of any of them."""
    return bool(
        sql.value(
            "SELECT EXISTS (SELECT FROM left_out"
            " WHERE kind = %(kind)s AND split_part(key, chr(31), 1) = '')",
            {"kind": lines.kind},
        )
    )


def remove_missing_lines(company: Company, file: str) -> None:
    """Remove what is not delivered and keep it as RemovedLine; mark what is delivered.

    Delivered lines that have come again are marked no more.
    """
    parameters = {"company": company.pk, "file": file[:300]}
    sql.execute(
        f"""
        INSERT INTO orders_removedline (company_id, order_id, {COLUMNS}, file, removed_at)
        SELECT %(company)s, order_id, {COLUMNS}, %(file)s, now() FROM missing_lines
        WHERE NOT is_delivered ORDER BY line_id
        """,
        parameters,
    )
    sql.execute(
        """
        DELETE FROM orders_orderline AS l USING missing_lines AS m
        WHERE l.id = m.line_id AND NOT m.is_delivered
        """
    )
    sql.execute(
        """
        UPDATE orders_orderline AS l SET missing_since = now() FROM missing_lines AS m
        WHERE l.id = m.line_id AND m.is_delivered AND l.missing_since IS NULL
        """
    )
    sql.execute(
        """
        UPDATE orders_orderline AS l SET missing_since = NULL FROM taken_lines AS s
        WHERE s.was_missing AND l.id = s.line_id
        """
    )


def note_restored_lines(company: Company) -> None:
    """A removed line that has been written again no longer counts as removed."""
    sql.execute(
        """
        UPDATE orders_removedline AS r SET restored_at = now() FROM taken_lines AS s
        WHERE r.company_id = %(company)s AND r.restored_at IS NULL AND s.is_new
            AND r.order_id = s.order_id AND r.line_number = s.line_number
        """,
        {"company": company.pk},
    )
