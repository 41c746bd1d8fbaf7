"""The match-run: what was received is set against what is owed; the rest stays an advance."""

from collections.abc import Sequence

from django.db import transaction

from closing_site import sql
from closing_site.acting import acting
from closing_site.desk.findings import period_parameters
from closing_site.desk.progress import Progress, Unwatched
from closing_site.periods.actions import take_periods
from closing_site.periods.models import Period
from payments.runs.placing import place_payments

#: Allocations a savepoint.
CHUNK = 20_000

#: Placers of one company come one by one: each reads what the one before left open.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('closing placing', %(company)s))"

#: Both sides in base currency, cumulatively, so that the part that settles an item takes the rest.
PREPARE = """
    DROP TABLE IF EXISTS pg_temp.match_allocation;
    CREATE TEMP TABLE match_allocation ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY turn, credit_item, debit_item) AS position, customer_id,
        debit_item, credit_item, amount, rule,
        greatest(debit_day, credit_day, %(starts_on)s::date) AS posted_on,
        round(debit_base * debit_so_far / debit_amount, digits) - CASE
            WHEN debit_so_far - amount = debit_settled THEN debit_base_settled
            ELSE round(debit_base * (debit_so_far - amount) / debit_amount, digits) END
            AS base_debit,
        round(credit_base * credit_so_far / credit_amount, digits) - CASE
            WHEN credit_so_far - amount = credit_settled THEN credit_base_settled
            ELSE round(credit_base * (credit_so_far - amount) / credit_amount, digits) END
            AS base_credit
    FROM (
        SELECT m.turn, m.amount, m.rule, d.customer_id, d.id AS debit_item, c.id AS credit_item,
            d.issued_on AS debit_day, c.issued_on AS credit_day,
            d.amount AS debit_amount, d.base_amount AS debit_base, d.settled AS debit_settled,
            d.base_settled AS debit_base_settled, c.amount AS credit_amount,
            c.base_amount AS credit_base, c.settled AS credit_settled,
            c.base_settled AS credit_base_settled,
            d.settled + sum(m.amount) OVER (PARTITION BY m.item ORDER BY m.turn, m.payment_item)
                AS debit_so_far,
            c.settled + sum(m.amount) OVER (PARTITION BY m.payment_item ORDER BY m.turn, m.item)
                AS credit_so_far,
            currency_digits(co.currency) AS digits
        FROM match_placed AS m
        JOIN customers_openitem AS d ON d.id = m.item
        JOIN customers_openitem AS c ON c.id = m.payment_item
        JOIN companies_company AS co ON co.id = d.company_id
    ) AS placed
"""
ALLOCATE = """
    INSERT INTO payments_allocation (company_id, customer_id, period_id, posted_on, debit_item_id,
        credit_item_id, debit_amount, credit_amount, base_debit, base_credit, rule)
    SELECT %(company)s, customer_id, %(period)s, posted_on, debit_item, credit_item, amount,
        amount, base_debit, base_credit, rule
    FROM match_allocation WHERE position > %(after)s AND position <= %(through)s
    ORDER BY position
"""


def match_run(
    period: Period,
    *,
    by: str,
    progress: Progress | None = None,
    payments: Sequence[int] | None = None,
) -> int:
    """Place what the rules place, dated the later of received and issued, in this month.

    Returns how many allocations were made. ``payments`` narrows it to some. Locks: period, then
    placing, then items. Raises LawBroken where the period is locked.
    """
    progress = progress or Unwatched()
    with acting(by):
        take_periods(period)
        parameters = period_parameters(period)
        sql.execute(LOCK, parameters)
        how_many = place_payments(period, payments)
        if not how_many:
            return 0
        sql.execute(PREPARE, parameters)
        sql.execute("CREATE UNIQUE INDEX ON match_allocation (position); ANALYZE match_allocation")
        for after in range(0, how_many, CHUNK):
            through = min(after + CHUNK, how_many)
            with transaction.atomic():
                sql.execute(ALLOCATE, {**parameters, "after": after, "through": through})
            progress.tell(through, how_many)
        sql.analyze("payments_allocation", "customers_openitem", changed=how_many)
        return how_many
