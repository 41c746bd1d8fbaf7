"""Writing what was placed, by the match-run or by hand, as allocations: one SQL for both."""

from django.db import transaction

from closing_site import sql
from closing_site.desk.progress import Progress
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters

#: Allocations a savepoint.
CHUNK = 20_000

#: Placers of one company come one by one: each reads what the one before left open.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('closing placing', %(company)s))"

#: Both sides in base currency, cumulatively in the order of (received_on, reference), so that the
#: part that settles an item takes the rest and no row's key decides a cent.
PREPARE = """
    DROP TABLE IF EXISTS pg_temp.match_allocation;
    CREATE TEMP TABLE match_allocation ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY turn, credit_day, credit_number, debit_day, debit_number)
            AS position, customer_id, debit_item, credit_item, amount, credit_amount, rule,
        greatest(debit_day, credit_day, day, %(starts_on)s::date) AS posted_on,
        round(debit_base * debit_so_far / debit_total, digits) - CASE
            WHEN debit_so_far - amount = debit_settled THEN debit_base_settled
            ELSE round(debit_base * (debit_so_far - amount) / debit_total, digits) END
            AS base_debit,
        round(credit_base * credit_so_far / credit_total, digits) - CASE
            WHEN credit_so_far - credit_amount = credit_settled THEN credit_base_settled
            ELSE round(credit_base * (credit_so_far - credit_amount) / credit_total, digits) END
            AS base_credit
    FROM (
        SELECT m.turn, m.amount, m.rule, m.day, d.customer_id, d.id AS debit_item,
            c.id AS credit_item, coalesce(m.credit_amount, m.amount) AS credit_amount,
            d.issued_on AS debit_day, c.issued_on AS credit_day,
            d.number COLLATE "C" AS debit_number, c.number COLLATE "C" AS credit_number,
            d.amount AS debit_total, d.base_amount AS debit_base, d.settled AS debit_settled,
            d.base_settled AS debit_base_settled, c.amount AS credit_total,
            c.base_amount AS credit_base, c.settled AS credit_settled,
            c.base_settled AS credit_base_settled,
            d.settled + sum(m.amount) OVER (PARTITION BY m.item
                ORDER BY c.issued_on, c.number COLLATE "C", m.turn, c.id) AS debit_so_far,
            c.settled + sum(coalesce(m.credit_amount, m.amount)) OVER (PARTITION BY m.payment_item
                ORDER BY m.turn, d.issued_on, d.number COLLATE "C", d.id) AS credit_so_far,
            currency_digits(co.currency) AS digits
        FROM match_placed AS m
        JOIN customers_openitem AS d ON d.id = m.item
        JOIN customers_openitem AS c ON c.id = m.payment_item
        JOIN companies_company AS co ON co.id = d.company_id
    ) AS placed;
    CREATE UNIQUE INDEX ON match_allocation (position);
    ANALYZE match_allocation
"""
ALLOCATE = """
    INSERT INTO payments_allocation (company_id, customer_id, period_id, posted_on, debit_item_id,
        credit_item_id, debit_amount, credit_amount, base_debit, base_credit, rule)
    SELECT %(company)s, customer_id, %(period)s, posted_on, debit_item, credit_item, amount,
        credit_amount, base_debit, base_credit, rule
    FROM match_allocation WHERE position > %(after)s AND position <= %(through)s
    ORDER BY position
"""


def hold_placing(company_id: int) -> None:
    """Until the transaction ends no one else places anything of this company."""
    sql.execute(LOCK, {"company": company_id})


def write_allocations(period: Period, how_many: int, progress: Progress) -> None:
    """Write the rows of ``match_placed`` as allocations of this month, dated the later of both
    documents. The caller holds the period and the placing."""
    parameters = period_parameters(period)
    sql.execute(PREPARE, parameters)
    for after in range(0, how_many, CHUNK):
        through = min(after + CHUNK, how_many)
        with transaction.atomic():
            sql.execute(ALLOCATE, {**parameters, "after": after, "through": through})
        progress.tell(through, how_many)
    sql.analyze("payments_allocation", "customers_openitem", changed=how_many)
