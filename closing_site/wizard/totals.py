"""The totals of a month as CONTRACT names them: of the month of ``posted_on``, in base currency."""

from decimal import Decimal
from typing import Any

from closing_site import sql
from closing_site.money import currency_digits, round_half_away
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from orders.models import DeferralKind
from reconciliation.balances_sql import BALANCES

Totals = dict[str, Any]

#: Open: something of it is not delivered by the month's end. Asked of an index, and so of what is
#: open and no more, in two ways that it can answer.
ORDERS = """
    SELECT
        (SELECT count(DISTINCT order_id) FROM orders_delivery
            WHERE company_id = %(company)s AND period_id = %(period)s) AS orders_confirmed,
        (SELECT count(DISTINCT d.order_id) FROM orders_unbilled AS h
            JOIN orders_delivery AS d ON d.id = h.delivery_id
            WHERE h.company_id = %(company)s AND h.period_id = %(period)s) AS orders_deferred,
        (SELECT count(*) FROM orders_order WHERE company_id = %(company)s
            AND cancelled_on IS NULL AND order_date <= %(ends_on)s AND delivered_on IS NULL)
        + (SELECT count(*) FROM orders_order WHERE company_id = %(company)s
            AND cancelled_on IS NULL AND order_date <= %(ends_on)s
            AND delivered_on > %(ends_on)s) AS orders_open,
        (SELECT count(*) FROM orders_order WHERE company_id = %(company)s
            AND cancelled_on BETWEEN %(starts_on)s AND %(ends_on)s) AS orders_cancelled
"""
INVOICES = """
    SELECT count(*) FILTER (WHERE kind <> 'credit_note') AS invoices_issued,
        coalesce((array_agg(number ORDER BY sequence_number)
            FILTER (WHERE kind = 'invoice' AND sequence_number = 1))[1], '') AS first_number,
        coalesce((SELECT l.number FROM invoicing_invoice AS l
            WHERE l.company_id = %(company)s AND l.period_id = %(period)s AND l.kind = 'invoice'
            ORDER BY l.sequence_number DESC LIMIT 1), '') AS last_number,
        coalesce(sum(base_net) FILTER (WHERE kind <> 'credit_note'), 0) AS net,
        coalesce(sum(base_tax) FILTER (WHERE kind <> 'credit_note'), 0) AS tax,
        coalesce(sum(base_gross) FILTER (WHERE kind <> 'credit_note'), 0) AS gross,
        count(*) FILTER (WHERE kind = 'credit_note') AS credit_notes,
        coalesce(-sum(base_gross) FILTER (WHERE kind = 'credit_note'), 0) AS credited
    FROM invoicing_invoice WHERE company_id = %(company)s AND period_id = %(period)s
"""
PAYMENTS = """
    SELECT p.payments, p.received, a.allocated, d.deductions
    FROM (SELECT count(*) AS payments, coalesce(sum(base_amount), 0) AS received
        FROM payments_payment
        WHERE company_id = %(company)s AND period_id = %(period)s AND amount > 0) AS p,
    (SELECT money.base - refunded.base AS allocated FROM
        (SELECT coalesce(sum(a.base_credit), 0) AS base FROM payments_allocation AS a
            JOIN customers_openitem AS c ON c.id = a.credit_item_id
            WHERE a.company_id = %(company)s AND a.period_id = %(period)s
                AND c.kind IN ('payment', 'opening_advance')) AS money,
        -- Money given back is allocated to nothing; a credit note given back counts against it.
        (SELECT coalesce(sum(CASE WHEN c.kind IN ('payment', 'opening_advance')
                THEN a.base_credit ELSE a.base_debit END), 0) AS base
            FROM customers_openitem AS d
            JOIN payments_allocation AS a ON a.debit_item_id = d.id AND a.period_id = %(period)s
            JOIN customers_openitem AS c ON c.id = a.credit_item_id
            WHERE d.company_id = %(company)s AND d.kind = 'refund' AND d.document_id > 0)
            AS refunded) AS a,
    (SELECT coalesce(sum(base_amount), 0) AS deductions FROM payments_deduction
        WHERE company_id = %(company)s AND period_id = %(period)s) AS d
"""
#: What is delivered and deferred at the month's end, by kind, at that day's rate.
_UNBILLED = """(
    SELECT coalesce(sum(round(CASE h.kind WHEN 'amount_unknown' THEN h.estimate ELSE h.net END
        * exchange_rate_on(c.id, o.currency, c.currency, %(ends_on)s),
        currency_digits(c.currency))), 0)
    FROM orders_unbilled AS h
    JOIN companies_company AS c ON c.id = h.company_id
    JOIN orders_delivery AS d ON d.id = h.delivery_id JOIN orders_order AS o ON o.id = d.order_id
    WHERE h.company_id = %(company)s AND h.period_id = %(period)s AND h.kind = '{kind}'
    ) AS unbilled_{kind}"""
UNBILLED = ", ".join(_UNBILLED.replace("{kind}", kind) for kind in DeferralKind.values)
BALANCE = f"""
    SELECT coalesce(sum(b.base_opening), 0) AS receivables_opening,
        coalesce(sum(b.base_closing), 0) AS receivables_closing,
        coalesce(sum(b.base_advances_closing), 0) AS advances,
        coalesce(sum(b.base_invoiced), 0) AS rolled_invoiced,
        coalesce(sum(b.base_credited), 0) AS rolled_credited,
        coalesce(sum(b.base_allocated), 0) AS rolled_placed,
        coalesce(sum(b.base_deducted), 0) AS rolled_deducted,
        coalesce(sum(b.base_written_off), 0) AS rolled_written_off,
        coalesce(sum(b.base_exchange), 0) AS rolled_exchange,
        (SELECT count(*) FROM reconciliation_voucher
            WHERE company_id = %(company)s AND period_id = %(period)s) AS vouchers,
        {UNBILLED}
    FROM ({BALANCES}) AS b WHERE b.period_id = %(period)s
"""

#: In CONTRACT's order.
NAMES = (
    *("orders_confirmed", "orders_deferred", "orders_open", "orders_cancelled"),
    *("invoices_issued", "first_number", "last_number", "net", "tax", "gross"),
    *("credit_notes", "credited", "payments", "received", "allocated", "advances"),
    *("deductions", "receivables_opening", "receivables_closing", "vouchers"),
)


def order_totals(period: Period) -> Totals:
    return _told(period, ORDERS)


def invoice_totals(period: Period) -> Totals:
    return _told(period, INVOICES)


def payment_totals(period: Period) -> Totals:
    return _told(period, PAYMENTS)


def balance_totals(period: Period) -> Totals:
    return _told(period, BALANCE)


def all_totals(period: Period) -> Totals:
    return totals_of(counted(period))


def totals_of(figures: Totals) -> Totals:
    """CONTRACT's totals among all that was counted."""
    return {name: figures[name] for name in NAMES}


def counted(period: Period) -> Totals:
    """The totals, and between the receivables they open and close with what moved them."""
    return {
        **order_totals(period),
        **invoice_totals(period),
        **payment_totals(period),
        **balance_totals(period),
    }


def _told(period: Period, query: str) -> Totals:
    """Counts as numbers, amounts as strings with the base currency's digits."""
    digits = currency_digits(period.company.currency)
    (row,) = sql.rows(query, period_parameters(period))
    return {
        name: f"{round_half_away(value, digits):f}" if isinstance(value, Decimal) else value
        for name, value in row.items()
    }
