"""Laws that can be checked from the rows alone. Each question names the rows that break it."""

from collections.abc import Iterator
from dataclasses import dataclass

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.periods.models import Period, PeriodStatus
from closing_site.wizard.integrity.problem import Problem
from reconciliation.balances import roll_forward_differences


@dataclass(frozen=True)
class Question:
    """``query``: SQL with %(company)s that yields key and number of each row that breaks the law.

    %(period)s narrows it to one month where it is not null.
    """

    law: int
    table: str
    problem: str
    query: str


IN_PERIOD = "(%(period)s::bigint IS NULL OR {row}.period_id = %(period)s)"


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


QUESTIONS = [
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
        WHERE billed.quantity > coalesce(l.quantity, 0)
            OR NOT EXISTS (SELECT FROM orders_delivery AS d
                WHERE d.order_id = l.order_id AND d.period_id IS NOT NULL)
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
        LEFT JOIN (
            SELECT t.invoice_id, sum(t.net) AS net, sum(t.tax) AS tax
            FROM invoicing_invoicetax AS t WHERE t.company_id = %(company)s
            AND {IN_PERIOD.format(row="t")} GROUP BY t.invoice_id
        ) AS rate ON rate.invoice_id = i.id
        WHERE i.company_id = %(company)s AND {IN_PERIOD.format(row="i")} AND i.status = 'issued'
            AND (ROW(i.net, i.tax, i.base_net, i.base_tax)
                    IS DISTINCT FROM ROW(line.net, line.tax, line.base_net, line.base_tax)
                OR ROW(i.net, i.tax) IS DISTINCT FROM ROW(rate.net, rate.tax)
                OR i.gross <> i.net + i.tax)
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
    Question(
        5,
        "customers_openitem",
        "what is set against it is not what it says, or is more than its amount",
        """
        SELECT i.id AS key, i.number FROM customers_openitem AS i
        LEFT JOIN (
            SELECT id, sum(amount) AS amount FROM (
                SELECT debit_item_id AS id, debit_amount AS amount FROM payments_allocation
                WHERE company_id = %(company)s
                UNION ALL SELECT credit_item_id, credit_amount FROM payments_allocation
                WHERE company_id = %(company)s
                UNION ALL SELECT item_id, amount FROM payments_deduction
                WHERE company_id = %(company)s
            ) AS part GROUP BY id
        ) AS taken ON taken.id = i.id
        WHERE i.company_id = %(company)s
            AND (%(period)s::bigint IS NULL OR i.period_id = %(period)s)
            AND (i.settled <> coalesce(taken.amount, 0) OR i.settled > i.amount OR i.settled < 0)
        """,
    ),
    Question(
        5,
        "customers_openitem",
        "it is not the document it stands for",
        """
        SELECT i.id AS key, i.number FROM customers_openitem AS i
        LEFT JOIN invoicing_invoice AS v ON i.kind IN ('invoice', 'credit_note')
            AND v.id = i.document_id
        LEFT JOIN payments_payment AS p ON i.kind IN ('payment', 'refund') AND p.id = i.document_id
        WHERE i.company_id = %(company)s AND i.document_id > 0
            AND (%(period)s::bigint IS NULL OR i.period_id = %(period)s)
            AND (i.amount IS DISTINCT FROM abs(coalesce(v.gross, p.amount))
                OR i.customer_id IS DISTINCT FROM coalesce(v.customer_id, p.customer_id))
        """,
    ),
    Question(
        8,
        "invoicing_invoice",
        "the document is not posted in its period",
        f"""
        SELECT i.id AS key, i.number FROM invoicing_invoice AS i
        JOIN periods_period AS p ON p.id = i.period_id
        WHERE i.company_id = %(company)s AND {IN_PERIOD.format(row="i")}
            AND i.posted_on NOT BETWEEN p.starts_on AND p.ends_on
        """,
    ),
    Question(
        8,
        "payments_payment",
        "the payment is not posted in its period",
        f"""
        SELECT y.id AS key, y.reference AS number FROM payments_payment AS y
        JOIN periods_period AS p ON p.id = y.period_id
        WHERE y.company_id = %(company)s AND {IN_PERIOD.format(row="y")}
            AND y.posted_on NOT BETWEEN p.starts_on AND p.ends_on
        """,
    ),
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


def broken_laws(company: Company, period: Period | None) -> Iterator[Problem]:
    parameters = {"company": company.pk, "period": period.pk if period else None}
    for question in QUESTIONS:
        for row in sql.rows(question.query, parameters):
            yield Problem(
                question.law, question.table, row["key"], row["number"] or "", question.problem
            )
    yield from _unbalanced(company, period)


def _unbalanced(company: Company, period: Period | None) -> Iterator[Problem]:
    """Law 12, of locked months: an open one has vouchers still to come."""
    locked = Period.objects.filter(company=company, status=PeriodStatus.LOCKED)
    for month in locked.filter(pk=period.pk) if period else locked.order_by("starts_on"):
        for difference in roll_forward_differences(month):
            yield Problem(
                12,
                "reconciliation_customerbalance",
                difference.customer_id,
                difference.customer_code or "",
                f"{month.code} {difference.measure} {difference.currency}:"
                f" {difference.balance.normalize():f} is {difference.found.normalize():f}",
            )
