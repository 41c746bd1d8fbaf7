"""Taking in what was open when the books began."""

from django.utils.translation import gettext_noop

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.customers.checking import refuse_amounts, refuse_unknown_customers
from closing_site.customers.models import OpenItemKind, Side
from closing_site.customers.successors import follow_successors
from closing_site.periods.actions import ensure_periods
from closing_site.periods.models import Period
from closing_site.staged import Staged, make_table

TOO_LATE = gettext_noop("The books begin on %(first_day)s: it is no item from before.")
LOCKED = gettext_noop("Opening items belong to period %(period)s, which is locked.")
FINAL = gettext_noop("Opening item %(number)s stands with another customer, currency or amount.")

KINDS = {
    "invoice": (OpenItemKind.OPENING_INVOICE, Side.DEBIT),
    "credit_note": (OpenItemKind.OPENING_CREDIT_NOTE, Side.CREDIT),
    "advance": (OpenItemKind.OPENING_ADVANCE, Side.CREDIT),
}
KIND, SIDE = (
    "CASE s.kind "
    + " ".join(f"WHEN '{kind}' THEN '{both[i]}'" for kind, both in KINDS.items())
    + " END"
    for i in range(2)
)


def record_opening_items(company: Company, staged: Staged, customers: Staged) -> None:
    """Write ``staged_opening_items``, posted on the first day of the books.

    Amounts are positive, in the item's currency. What an item is worth, and whose it is, stays.
    """
    ensure_periods(company, company.first_day)
    first = Period.objects.filter(company=company).earliest("starts_on")
    parameters = {
        "company": company.pk,
        "base": company.currency,
        "period": first.pk,
        "first_day": company.first_day,
    }
    follow_successors(company, staged)
    refuse_unknown_customers(company, staged, customers)
    _take(staged, parameters)
    _check(staged, first)
    sql.execute(
        """
        INSERT INTO customers_openitem (company_id, customer_id, period_id, side, kind, document_id,
            number, currency, amount, base_amount, settled, base_settled, issued_on, due_on,
            posted_on)
        SELECT %(company)s, customer_id, %(period)s, side, item_kind, 0, document_number, currency,
            open_amount, base_amount, 0, 0, issued_on, due_on, %(first_day)s
        FROM taken_opening_items WHERE is_new
        """,
        parameters,
    )
    sql.execute(
        """
        UPDATE customers_openitem AS i SET issued_on = s.issued_on, due_on = s.due_on,
            base_amount = s.base_amount
        FROM taken_opening_items AS s WHERE i.id = s.item_id AND s.is_other
        """
    )
    staged.count(new="is_new", changed="is_other")
    sql.analyze("customers_openitem", changed=staged.new)


def _take(staged: Staged, parameters: sql.Parameters) -> None:
    """Make ``taken_opening_items``. An invoice without a due date has its customer's terms."""
    due_on = "CASE WHEN s.kind = 'invoice' THEN s.issued_on + c.payment_terms_days END"
    due_on = f"coalesce(s.due_on, i.due_on, {due_on})"
    make_table(
        "taken_opening_items",
        f"""
        SELECT n.*, round(open_amount * exchange_rate, currency_digits(%(base)s)) AS base_amount
        FROM (
            SELECT s.line, s.document_number, s.kind, {KIND} AS item_kind, {SIDE} AS side,
                s.issued_on, s.open_amount, c.id AS customer_id, {due_on} AS due_on, money.currency,
                CASE WHEN i.issued_on = s.issued_on AND i.currency = money.currency
                    THEN i.base_amount / i.amount
                    ELSE exchange_rate_on(%(company)s, money.currency, %(base)s, s.issued_on)
                    END AS exchange_rate,
                i.id AS item_id, i.id IS NULL AS is_new, i.settled,
                ROW(i.customer_id, i.currency, i.amount)
                    IS DISTINCT FROM ROW(c.id, money.currency, s.open_amount) AS is_another,
                ROW(i.issued_on, i.due_on) IS DISTINCT FROM ROW(s.issued_on, {due_on}) AS is_other
            FROM {staged.table} AS s
            JOIN customers_customer AS c
                ON c.company_id = %(company)s AND c.code = s.customer_code
            LEFT JOIN customers_openitem AS i ON i.company_id = %(company)s AND i.document_id = 0
                AND i.kind = {KIND} AND i.number = s.document_number
            CROSS JOIN LATERAL (SELECT
                coalesce(s.currency, i.currency, nullif(c.currency, ''), %(base)s)
            ) AS money (currency)
        ) AS n
        """,
        parameters,
    )
    staged.table = "taken_opening_items"


def _check(staged: Staged, first: Period) -> None:
    if first.status == "locked":
        staged.refuse(
            LOCKED,
            column="document_number",
            where="s.is_new OR s.is_other OR s.is_another",
            says={"period": "%(period)s"},
            parameters={"period": first.code},
        )
    staged.refuse(
        FINAL,
        column="open_amount",
        where="NOT s.is_new AND s.is_another",
        says={"number": "s.document_number"},
    )
    staged.refuse(
        TOO_LATE,
        column="issued_on",
        where="s.issued_on > %(first_day)s",
        says={"first_day": "%(first_day)s::text"},
        parameters={"first_day": first.starts_on},
    )
    refuse_amounts(staged, amount="open_amount", day="issued_on")
