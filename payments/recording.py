"""Taking in payments from a file: recording them, with the open item that each makes."""

from datetime import date

from django.utils.translation import gettext_noop

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.customers.checking import refuse_amounts, refuse_unknown_customers
from closing_site.customers.models import OpenItemKind, Side
from closing_site.customers.successors import follow_successors
from closing_site.periods.actions import ensure_periods, first_open_day, take_periods
from closing_site.periods.models import Period
from closing_site.staged import Staged, differs, make_table
from payments.runs.allocating import hold_placing

LOCKED = gettext_noop("Payment %(number)s is posted in period %(period)s, which is locked.")
PLACED = gettext_noop("Payment %(number)s of period %(period)s is set against something already.")
WAS_PLACED = gettext_noop(
    "Payment %(number)s of period %(period)s was set against something, which has been undone."
)
NO_REFUND = gettext_noop("Only a refund, with a negative amount, names what it gives back.")

KNOWN = """
    SELECT EXISTS (SELECT FROM {payments} AS s JOIN payments_payment AS p
        ON p.company_id = %(company)s AND p.reference = s.reference)
"""
#: Column of the payment → what a file's row gives it.
VALUES = {
    "customer_id": "c.id",
    "received_on": "s.received_on",
    "amount": "s.amount",
    "method": "s.method",
    **{
        name: f"coalesce(s.{name}, '')"
        for name in (
            *("order_number", "invoice_number", "payer", "memo"),
            *("refund_of", "refund_kind"),
        )
    },
}
ITEM = f"""
    CASE WHEN {{0}}amount > 0 THEN '{Side.CREDIT}' ELSE '{Side.DEBIT}' END AS side,
    CASE WHEN {{0}}amount > 0 THEN '{OpenItemKind.PAYMENT}' ELSE '{OpenItemKind.REFUND}' END AS kind
"""


def record_payments(company: Company, payments: Staged, customers: Staged) -> None:
    """Write ``staged_payments``. Amounts are in the payment's currency; negative is a refund.

    Posted on the day received, else on the first that is still open. One that was never set against
    anything, in an open month, may still be changed; else a row that differs is refused.
    """
    opens_on = _hold_open(company, sql.value(f"SELECT max(received_on) FROM {payments.table}"))
    follow_successors(company, payments)
    refuse_unknown_customers(company, payments, customers)
    if sql.value(KNOWN.format(payments=payments.table), {"company": company.pk}):
        # One that changes gets another item: no one may be placing the one it has.
        hold_placing(company.pk)
    _take(company, payments, opens_on)
    _check(payments)
    _write(company)
    payments.count(new="is_new", changed="is_other")
    if payments.new:
        sql.analyze("payments_payment", "customers_openitem")


def _hold_open(company: Company, latest: date | None) -> date:
    """The first open day; its month and those up to ``latest`` are there, and stay open meanwhile.

    Raises LawBroken where one is locked in this moment.
    """
    opens_on = first_open_day(company)
    through = max(latest or opens_on, opens_on)
    ensure_periods(company, through)
    take_periods(*Period.objects.filter(company=company, starts_on__range=(opens_on, through)))
    return opens_on


def _take(company: Company, payments: Staged, opens_on: date) -> None:
    """Make ``taken_payments``: all columns as they will be, with rate, base amount and period."""
    file_columns = {"customer_id": "customer_code"}
    given = {
        name: text
        for name, text in VALUES.items()
        if file_columns.get(name, name) in payments.given
    }
    values = {
        name: text if name in given else f"CASE WHEN p.id IS NULL THEN {text} ELSE p.{name} END"
        for name, text in VALUES.items()
    }
    make_table(
        "taken_payments",
        f"""
        SELECT n.*, round(amount * exchange_rate, currency_digits(%(base)s)) AS base_amount,
            period.id AS period_id
        FROM (
            SELECT s.line, s.reference, p.id IS NULL AS is_new, is_other,
                coalesce(p.id, nextval('payments_payment_id_seq')) AS payment_id,
                {", ".join(f"{text} AS {name}" for name, text in values.items())},
                money.currency, before.code AS period_before, before.status AS status_before,
                item.id AS item_id, coalesce(item.settled, 0) <> 0 AS is_placed,
                CASE WHEN p.received_on = {values["received_on"]} THEN p.posted_on
                    ELSE greatest({values["received_on"]}, %(opens_on)s::date) END AS posted_on,
                CASE WHEN p.currency = money.currency AND p.received_on = {values["received_on"]}
                    THEN p.exchange_rate
                    ELSE exchange_rate_on(
                        %(company)s, money.currency, %(base)s, {values["received_on"]})
                    END AS exchange_rate
            FROM {payments.table} AS s
            LEFT JOIN payments_payment AS p
                ON p.company_id = %(company)s AND p.reference = s.reference
            LEFT JOIN periods_period AS before ON before.id = p.period_id
            LEFT JOIN customers_customer AS c
                ON c.company_id = %(company)s AND c.code = s.customer_code
            LEFT JOIN customers_openitem AS item ON item.company_id = %(company)s
                AND item.kind IN ('{OpenItemKind.PAYMENT}', '{OpenItemKind.REFUND}')
                AND item.document_id = p.id
            CROSS JOIN LATERAL (SELECT
                coalesce(s.currency, p.currency, nullif(c.currency, ''), %(base)s)
            ) AS money (currency)
            CROSS JOIN LATERAL (SELECT p.id IS NOT NULL AND (
                {differs([(text, f"p.{name}") for name, text in given.items()])}
                OR p.currency <> money.currency)
            ) AS compared (is_other)
        ) AS n
        LEFT JOIN periods_period AS period ON period.company_id = %(company)s
            AND n.posted_on BETWEEN period.starts_on AND period.ends_on
        """,
        {"company": company.pk, "base": company.currency, "opens_on": opens_on},
    )
    payments.table = "taken_payments"


def _check(payments: Staged) -> None:
    says = {"number": "s.reference", "period": "s.period_before"}
    payments.refuse(
        LOCKED, column="reference", where="s.is_other AND s.status_before = 'locked'", says=says
    )
    payments.refuse(PLACED, column="reference", where="s.is_other AND s.is_placed", says=says)
    # Law 5 keeps the item that something was ever set against.
    payments.refuse(
        WAS_PLACED,
        column="reference",
        where="""s.is_other AND EXISTS (SELECT FROM payments_allocation AS a
            WHERE a.credit_item_id = s.item_id OR a.debit_item_id = s.item_id)""",
        says=says,
    )
    payments.refuse(NO_REFUND, column="refund_of", where="s.amount > 0 AND s.refund_of <> ''")
    payments.refuse(NO_REFUND, column="refund_kind", where="s.amount > 0 AND s.refund_kind <> ''")
    refuse_amounts(payments, amount="amount", day="received_on")


def _write(company: Company) -> None:
    parameters = {"company": company.pk}
    columns = ", ".join(
        (*VALUES, "currency", "exchange_rate", "base_amount", "posted_on", "period_id")
    )
    sql.execute(
        f"""
        INSERT INTO payments_payment (id, company_id, reference, fee, {columns})
        SELECT payment_id, %(company)s, reference, 0, {columns} FROM taken_payments WHERE is_new
        """,
        parameters,
    )
    sql.execute(
        f"""
        UPDATE payments_payment AS p SET ({columns}) = (
            SELECT {columns} FROM taken_payments AS s WHERE s.payment_id = p.id)
        WHERE p.id IN (SELECT payment_id FROM taken_payments WHERE is_other)
        """
    )
    # An item that nothing is set against says nothing that its payment does not: it is made anew.
    sql.execute(
        """
        DELETE FROM customers_openitem AS i USING taken_payments AS s
        WHERE s.is_other AND i.id = s.item_id
        """
    )
    sql.execute(
        f"""
        INSERT INTO customers_openitem (company_id, customer_id, period_id, side, kind, document_id,
            number, currency, amount, base_amount, settled, base_settled, issued_on, posted_on)
        SELECT %(company)s, s.customer_id, s.period_id, {ITEM.format("s.")}, s.payment_id,
            s.reference, s.currency, abs(s.amount), abs(s.base_amount), 0, 0, s.received_on,
            s.posted_on
        FROM taken_payments AS s
        WHERE s.customer_id IS NOT NULL AND (s.is_new OR s.is_other)
        """,
        parameters,
    )
