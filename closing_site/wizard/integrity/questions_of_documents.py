"""Laws 1, 3, 4, 8 and 10: numbers, lines and sums, days, and the order of the months."""

from closing_site.wizard.integrity.question import IN_PERIOD, Question
from orders.confirmed_sql import confirmed_quantity

#: Tables whose rows are posted on a day: how the row ``r`` is called.
DATED = {
    "orders_delivery": "(SELECT number FROM orders_order WHERE id = r.order_id)",
    "orders_unbilled": "(SELECT o.number FROM orders_delivery AS d"
    " JOIN orders_order AS o ON o.id = d.order_id WHERE d.id = r.delivery_id)",
    "invoicing_invoice": "r.number",
    "payments_payment": "r.reference",
    "payments_allocation": "(SELECT number FROM customers_openitem WHERE id = r.debit_item_id)",
    "payments_deduction": "(SELECT number FROM customers_openitem WHERE id = r.item_id)",
    "customers_openitem": "r.number",
    "reconciliation_voucher": "r.number",
}


def _numbers(table: str, kinds: str, date: str) -> str:
    return f"""
        SELECT s.id AS key, s.code AS number FROM invoicing_numberseries AS s
        LEFT JOIN (
            SELECT series_id, count(*) AS how_many, min(sequence_number) AS low,
                max(sequence_number) AS high, bool_or(steps_back) AS steps_back
            FROM (
                SELECT series_id, sequence_number, {date} < lag({date}) OVER (
                    PARTITION BY series_id ORDER BY sequence_number) AS steps_back
                FROM {table} WHERE company_id = %(company)s AND sequence_number IS NOT NULL
            ) AS numbered GROUP BY series_id
        ) AS n ON n.series_id = s.id
        WHERE s.company_id = %(company)s AND {IN_PERIOD.format(row="s")} AND s.kind {kinds}
            AND (coalesce(n.how_many, 0) <> s.last_number OR n.high <> s.last_number
                OR n.low <> 1 OR n.steps_back)
    """


def _in_its_period(table: str, number: str) -> Question:
    return Question(
        8,
        table,
        "it is not posted in its period",
        f"""
        SELECT r.id AS key, {number} AS number FROM {table} AS r
        JOIN periods_period AS p ON p.id = r.period_id
        WHERE r.company_id = %(company)s AND {IN_PERIOD.format(row="r")}
            AND r.posted_on NOT BETWEEN p.starts_on AND p.ends_on
        """,
    )


def _in_a_series(table: str) -> Question:
    return Question(
        1,
        table,
        "its number belongs to no series",
        f"""
        SELECT r.id AS key, r.number FROM {table} AS r
        WHERE r.company_id = %(company)s AND {IN_PERIOD.format(row="r")}
            AND r.sequence_number IS NOT NULL
            AND NOT EXISTS (SELECT FROM invoicing_numberseries AS s WHERE s.id = r.series_id)
        """,
    )


#: Documents with a rate of which the tax row is not the sum of the lines.
OTHER_TAX = f"""
    SELECT DISTINCT invoice_id FROM (
        SELECT l.invoice_id, l.tax_category AS category, l.tax_rate AS rate, sum(l.net) AS net,
            sum(l.tax) AS tax, sum(l.base_net) AS base_net, sum(l.base_tax) AS base_tax
        FROM invoicing_invoiceline AS l WHERE l.company_id = %(company)s
            AND {IN_PERIOD.format(row="l")}
        GROUP BY l.invoice_id, l.tax_category, l.tax_rate
    ) AS line
    FULL JOIN (
        SELECT * FROM invoicing_invoicetax AS t WHERE t.company_id = %(company)s
            AND {IN_PERIOD.format(row="t")}
    ) AS tax USING (invoice_id, category, rate)
    WHERE ROW(line.net, line.tax, line.base_net, line.base_tax)
        IS DISTINCT FROM ROW(tax.net, tax.tax, tax.base_net, tax.base_tax)
"""


def _month_of_its_document(table: str, parent: str, key: str) -> Question:
    return Question(
        8,
        table,
        "it is not in the month of its document",
        f"""
        SELECT r.id AS key, p.number FROM {table} AS r JOIN {parent} AS p ON p.id = r.{key}
        WHERE r.company_id = %(company)s AND {IN_PERIOD.format(row="p")}
            AND r.period_id IS DISTINCT FROM p.period_id
        """,
    )


def _hashed(table: str, number: str, month: str) -> Question:
    return Question(
        13,
        table,
        "its content is not what its hash says",
        f"""
        SELECT r.id AS key, {number} AS number FROM {table} AS r
        WHERE r.company_id = %(company)s AND (%(period)s::bigint IS NULL OR {month})
            AND r.sha256 <> encode(sha256(r.content), 'hex')
        """,
    )


QUESTIONS = [
    _hashed(
        "desk_attachment",
        "r.document_kind || ':' || r.document_number || ' ' || r.name",
        "EXISTS (SELECT FROM desk_attachmentmonth AS m"
        " WHERE m.attachment_id = r.id AND m.period_id = %(period)s)",
    ),
    _hashed(
        "reports_closepack",
        "(SELECT code FROM periods_period WHERE id = r.period_id)",
        "r.period_id = %(period)s",
    ),
    Question(
        14,
        "reports_closepack",
        "it is not the pack of a seal of its month",
        f"""
        SELECT r.id AS key, r.sha256 AS number FROM reports_closepack AS r
        WHERE r.company_id = %(company)s AND {IN_PERIOD.format(row="r")}
            AND NOT EXISTS (SELECT FROM periods_seal AS s
                WHERE s.id = r.seal_id AND s.period_id = r.period_id)
        """,
    ),
    _month_of_its_document("invoicing_invoiceline", "invoicing_invoice", "invoice_id"),
    _month_of_its_document("invoicing_invoicetax", "invoicing_invoice", "invoice_id"),
    _month_of_its_document("reconciliation_voucherline", "reconciliation_voucher", "voucher_id"),
    _in_a_series("invoicing_invoice"),
    _in_a_series("reconciliation_voucher"),
    Question(
        1,
        "invoicing_numberseries",
        "the numbers of its documents are not 1 to its last, in order of their dates",
        _numbers("invoicing_invoice", "NOT LIKE 'voucher%%'", "issued_on"),
    ),
    Question(
        1,
        "invoicing_numberseries",
        "the numbers of its vouchers are not 1 to its last, in order of their dates",
        _numbers("reconciliation_voucher", "LIKE 'voucher%%'", "posted_on"),
    ),
    Question(
        3,
        "orders_orderline",
        "more is invoiced than is ordered or confirmed",
        f"""
        SELECT l.id AS key, o.number || '/' || l.line_number AS number
        FROM (
            SELECT i.order_line_id, sum(i.quantity) AS quantity FROM invoicing_invoiceline AS i
            WHERE i.company_id = %(company)s AND {IN_PERIOD.format(row="i")}
                AND i.credited_line_id IS NULL AND i.order_line_id IS NOT NULL
            GROUP BY i.order_line_id
        ) AS billed
        JOIN orders_orderline AS l ON l.id = billed.order_line_id
        JOIN orders_order AS o ON o.id = l.order_id
        WHERE billed.quantity > coalesce(l.quantity - l.closed_quantity, 0)
            OR billed.quantity > coalesce({confirmed_quantity("l")}, 0)
        """,
    ),
    # The invoice's lines are sealed: they tell what the order's were.
    Question(
        3,
        "orders_orderline",
        "it is not as it was invoiced",
        f"""
        SELECT DISTINCT l.id AS key, coalesce(o.number, v.number) || '/' || l.line_number AS number
        FROM invoicing_invoiceline AS i
        JOIN orders_orderline AS l ON l.id = i.order_line_id
        LEFT JOIN orders_order AS o ON o.id = l.order_id
        JOIN invoicing_invoice AS v ON v.id = i.invoice_id
        WHERE i.company_id = %(company)s AND {IN_PERIOD.format(row="i")}
            AND i.credited_line_id IS NULL
            AND (v.order_id <> l.order_id
                OR ROW(l.sku, l.unit, l.unit_price, l.discount_percent, l.kind)
                    IS DISTINCT FROM ROW(i.sku, i.unit, i.unit_price, i.discount_percent, i.kind)
                OR (l.description <> '' AND l.description <> i.description))
        ORDER BY 2
        """,
    ),
    Question(
        3,
        "orders_orderline",
        "less is invoiced of it than was ordered, and the order was delivered whole",
        f"""
        SELECT l.id AS key, o.number || '/' || l.line_number AS number
        FROM (
            SELECT i.order_line_id, sum(i.quantity) AS quantity FROM invoicing_invoiceline AS i
            WHERE i.company_id = %(company)s AND {IN_PERIOD.format(row="i")}
                AND i.credited_line_id IS NULL AND i.order_line_id IS NOT NULL
            GROUP BY i.order_line_id
        ) AS billed
        JOIN orders_orderline AS l ON l.id = billed.order_line_id
        JOIN orders_order AS o ON o.id = l.order_id
        WHERE billed.quantity < l.quantity AND EXISTS (
            SELECT FROM orders_delivery AS d WHERE d.company_id = o.company_id
                AND d.order_id = o.id AND d.is_whole AND d.period_id IS NOT NULL)
        """,
    ),
    Question(
        3,
        "invoicing_invoiceline",
        "more is credited than is invoiced",
        f"""
        SELECT l.id AS key, i.number || '/' || l.line_number AS number
        FROM (
            SELECT c.credited_line_id, sum(c.quantity) AS quantity, sum(c.net) AS net,
                sum(c.tax) AS tax
            FROM invoicing_invoiceline AS c
            WHERE c.company_id = %(company)s AND {IN_PERIOD.format(row="c")}
                AND c.credited_line_id IS NOT NULL
            GROUP BY c.credited_line_id
        ) AS credited
        JOIN invoicing_invoiceline AS l ON l.id = credited.credited_line_id
        JOIN invoicing_invoice AS i ON i.id = l.invoice_id
        WHERE l.quantity + credited.quantity < 0
            OR -credited.net NOT BETWEEN least(l.net, 0) AND greatest(l.net, 0)
            OR -credited.tax NOT BETWEEN least(l.tax, 0) AND greatest(l.tax, 0)
        """,
    ),
    Question(
        4,
        "invoicing_invoice",
        "the document is not the sum of its lines",
        f"""
        SELECT i.id AS key, i.number FROM invoicing_invoice AS i
        LEFT JOIN (
            SELECT l.invoice_id, sum(l.net) AS net, sum(l.tax) AS tax, sum(l.base_net) AS base_net,
                sum(l.base_tax) AS base_tax
            FROM invoicing_invoiceline AS l WHERE l.company_id = %(company)s
            AND {IN_PERIOD.format(row="l")} GROUP BY l.invoice_id
        ) AS line ON line.invoice_id = i.id
        LEFT JOIN ({OTHER_TAX}) AS other ON other.invoice_id = i.id
        WHERE i.company_id = %(company)s AND {IN_PERIOD.format(row="i")} AND i.status = 'issued'
            AND (ROW(i.net, i.tax, i.base_net, i.base_tax)
                    IS DISTINCT FROM ROW(line.net, line.tax, line.base_net, line.base_tax)
                OR other.invoice_id IS NOT NULL OR i.gross <> i.net + i.tax)
        """,
    ),
    Question(
        4,
        "reconciliation_voucher",
        "debit and credit differ",
        f"""
        SELECT v.id AS key, v.number FROM reconciliation_voucher AS v
        LEFT JOIN (
            SELECT l.voucher_id, sum(l.debit) AS debit, sum(l.credit) AS credit
            FROM reconciliation_voucherline AS l WHERE l.company_id = %(company)s
            AND {IN_PERIOD.format(row="l")} GROUP BY l.voucher_id
        ) AS line ON line.voucher_id = v.id
        WHERE v.company_id = %(company)s AND {IN_PERIOD.format(row="v")}
            AND (line.debit IS DISTINCT FROM v.total OR line.credit IS DISTINCT FROM v.total)
        """,
    ),
    *(_in_its_period(table, number) for table, number in DATED.items()),
    Question(
        10,
        "periods_period",
        "it is locked after a month that is open, or without a seal that stands",
        """
        SELECT p.id AS key, p.code AS number FROM periods_period AS p
        WHERE p.company_id = %(company)s AND p.status = 'locked'
            AND (%(period)s::bigint IS NULL OR p.id = %(period)s)
            AND (EXISTS (SELECT FROM periods_period AS e WHERE e.company_id = p.company_id
                    AND e.starts_on < p.starts_on AND e.status = 'open')
                OR NOT EXISTS (SELECT FROM periods_seal AS s
                    LEFT JOIN periods_reopening AS r ON r.seal_id = s.id
                    WHERE s.period_id = p.id AND r.id IS NULL))
        """,
    ),
]
