"""The invoice-run: an invoice for all that is confirmed and not invoiced yet.

The single order is invoiced by the same statements. Children are written before their header, so
that nothing issued is ever updated; the header's laws check that they add up.
"""

from collections.abc import Sequence

from django.db import transaction

from closing_site import sql
from closing_site.acting import acting
from closing_site.desk.leaving_out import go_on_without, keep_left_out
from closing_site.desk.progress import Progress, Unwatched
from closing_site.periods.actions import take_periods
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from invoicing.models import InvoiceKind
from invoicing.numbering import take_series
from invoicing.runs.billing import collect_billing

#: Documents a savepoint; the page sees the run move on after each.
CHUNK = 20_000

#: A name in Chinese is one more part where there is one, so that parties without keep their row.
PARTY_DIGEST = (
    "encode(sha256(convert_to((jsonb_build_array({name}, {tax_id}, {address}, {country}, {bank})"
    " || CASE WHEN {name_zh} = '' THEN '[]' ELSE jsonb_build_array({name_zh}) END)"
    "::text, 'UTF8')), 'hex')"
)
BUYER_ADDRESS = (
    "left(concat_ws(', ', nullif(c.address, ''), nullif(concat_ws(' ', nullif(c.postal_code, ''),"
    " nullif(c.city, '')), ''), nullif(c.region, '')), 600)"
)
BUYER_DIGEST = PARTY_DIGEST.format(
    name="c.name",
    name_zh="''",
    tax_id="c.tax_id",
    address=BUYER_ADDRESS,
    country="c.country",
    bank="''",
)
SELLER_DIGEST = PARTY_DIGEST.format(
    name="c.name",
    name_zh="c.name_zh",
    tax_id="c.tax_id",
    address="c.address",
    country="c.country",
    bank="c.bank",
)
BUYERS = f"""
    INSERT INTO invoicing_partysnapshot
        (company_id, digest, name, tax_id, address, country, bank)
    SELECT DISTINCT ON ({BUYER_DIGEST}) %(company)s, {BUYER_DIGEST}, c.name, c.tax_id,
        {BUYER_ADDRESS}, c.country, ''
    FROM customers_customer AS c
    WHERE c.id IN (SELECT customer_id FROM billing_invoices)
    ON CONFLICT DO NOTHING
"""
SELLER = f"""
    INSERT INTO invoicing_partysnapshot
        (company_id, digest, name, name_zh, tax_id, address, country, bank)
    SELECT c.id, {SELLER_DIGEST}, c.name, c.name_zh, c.tax_id, c.address, c.country, c.bank
    FROM companies_company AS c WHERE c.id = %(company)s
    ON CONFLICT DO NOTHING
"""
PARTIES = f"""
    DROP TABLE IF EXISTS pg_temp.billing_parties;
    CREATE TEMP TABLE billing_parties ON COMMIT DROP AS
    SELECT c.id AS customer_id, p.id AS buyer_id, c.payment_terms_days
    FROM customers_customer AS c
    JOIN invoicing_partysnapshot AS p ON p.company_id = c.company_id AND p.digest = {BUYER_DIGEST}
    WHERE c.id IN (SELECT customer_id FROM billing_invoices)
"""
IN_CHUNK = "i.sequence_number > %(after)s AND i.sequence_number <= %(through)s"
#: The lines of the chunk, each with its invoice and its order's line.
CHUNK_LINES = f"""
    FROM billing_document AS i
    JOIN billing_lines AS b ON b.unit = i.unit
    CROSS JOIN LATERAL (SELECT * FROM orders_orderline WHERE id = b.order_line_id OFFSET 0) AS l
    LEFT JOIN orders_product AS p ON p.id = l.product_id
    WHERE {IN_CHUNK}
"""
#: What was ordered without words is called as its product is at issue.
LINES = f"""
    INSERT INTO invoicing_invoiceline (company_id, invoice_id, period_id, line_number, kind,
        order_line_id, sku, description, quantity, unit, unit_price, unit_cost, discount_percent,
        tax_category, tax_rate, net, tax, base_net, base_tax)
    SELECT %(company)s, i.invoice_id, %(period)s, b.line_number, l.kind, l.id, l.sku,
        coalesce(nullif(l.description, ''), p.name, ''), b.quantity, l.unit, l.unit_price,
        p.unit_cost, l.discount_percent, l.tax_category, l.tax_rate, b.net, b.tax, b.base_net,
        b.base_tax
    {CHUNK_LINES}
"""
TAXES = f"""
    INSERT INTO invoicing_invoicetax (company_id, invoice_id, period_id, category, rate, reason,
        net, tax, base_net, base_tax)
    SELECT %(company)s, t.invoice_id, %(period)s, t.tax_category, t.tax_rate,
        coalesce(r.reason, ''), t.net, t.tax, t.base_net, t.base_tax
    FROM (
        SELECT i.invoice_id, l.tax_category, l.tax_rate, sum(b.net) AS net, sum(b.tax) AS tax,
            sum(b.base_net) AS base_net, sum(b.base_tax) AS base_tax
        {CHUNK_LINES}
        GROUP BY i.invoice_id, l.tax_category, l.tax_rate
    ) AS t
    LEFT JOIN orders_taxrate AS r ON r.company_id = %(company)s
        AND r.category = t.tax_category AND r.percent = t.tax_rate
"""
HEADERS = f"""
    INSERT INTO invoicing_invoice (id, company_id, kind, status, period_id, series_id,
        sequence_number, number, customer_id, order_id, currency, exchange_rate,
        prices_include_tax, supplied_on, posted_on, issued_on, issued_at, due_on, buyer_id,
        seller_id, net, tax, gross, base_net, base_tax, base_gross)
    SELECT i.invoice_id, %(company)s, 'invoice', 'issued', %(period)s, %(series)s,
        i.sequence_number, i.number, i.customer_id, i.own_order, i.currency, i.exchange_rate,
        i.prices_include_tax, i.supplied_on, i.posted_on, i.issued_on, now(),
        i.issued_on + coalesce(p.payment_terms_days, 0), p.buyer_id, %(seller)s,
        t.net, t.tax, t.net + t.tax, t.base_net, t.base_tax, t.base_net + t.base_tax
    FROM billing_invoices AS i
    JOIN billing_parties AS p ON p.customer_id = i.customer_id
    JOIN billing_total AS t ON t.invoice_id = i.invoice_id
    WHERE {IN_CHUNK}
    ORDER BY i.sequence_number
"""
OPEN_ITEMS = f"""
    INSERT INTO customers_openitem (company_id, customer_id, period_id, side, kind, document_id,
        number, currency, amount, base_amount, settled, base_settled, issued_on, due_on, posted_on)
    SELECT v.company_id, v.customer_id, v.period_id, 'debit', 'invoice', v.id, v.number,
        v.currency, v.gross, v.base_gross, 0, 0, v.issued_on, v.due_on, v.posted_on
    FROM billing_invoices AS i JOIN invoicing_invoice AS v ON v.id = i.invoice_id
    WHERE {IN_CHUNK}
"""
LAST_DAY = """
    SELECT max(issued_on) FROM billing_invoices WHERE sequence_number <= %(through)s
"""
CONFIRMED_ORDERS = """
    SELECT DISTINCT order_id FROM orders_delivery
    WHERE company_id = %(company)s AND period_id = %(period)s
        AND (%(orders)s::bigint[] IS NULL OR order_id = ANY (%(orders)s))
    ORDER BY order_id
"""
#: The orders that the database refuses, as ``keep_left_out`` takes them.
REFUSED = "SELECT id::text AS unit, 'order' AS kind, id, number FROM orders_order"


def invoice_run(
    period: Period,
    *,
    by: str,
    progress: Progress | None = None,
    orders: Sequence[int] | None = None,
) -> int:
    """Issue invoices for what is confirmed in the month and not invoiced; returns how many.

    What the database refuses is left out and named. ``orders`` narrows it to some.

    Locks: period, then the month's invoice series, to the end.
    Raises LawBroken where the period is locked.
    """
    progress = progress or Unwatched()
    with acting(by, run="invoice"):
        take_periods(period)
        how_many, refused = go_on_without(
            lambda only: _issue(period, orders if only is None else only, progress),
            lambda: _confirmed_orders(period, orders),
        )
        keep_left_out(period, "invoice", refused, REFUSED, orders)
        if how_many:
            sql.analyze(
                *("invoicing_invoice", "invoicing_invoiceline", "invoicing_invoicetax"),
                "customers_openitem",
                changed=how_many,
            )
        return how_many


def _confirmed_orders(period: Period, orders: Sequence[int] | None) -> list[int]:
    parameters = {
        **period_parameters(period),
        "orders": None if orders is None else list(orders),
    }
    return [row["order_id"] for row in sql.rows(CONFIRMED_ORDERS, parameters)]


def _issue(period: Period, orders: Sequence[int] | None, progress: Progress) -> int:
    series = take_series(period, InvoiceKind.INVOICE, period.company.invoice_prefix)
    first = series.last_number
    how_many = collect_billing(period, series, orders)
    if not how_many:
        return 0
    parameters = {**period_parameters(period), "series": series.pk}
    sql.execute(BUYERS, parameters)
    sql.execute(SELLER, parameters)
    sql.execute(PARTIES, parameters)
    parameters["seller"] = sql.value(
        "SELECT p.id FROM companies_company AS c JOIN invoicing_partysnapshot AS p"
        f" ON p.company_id = c.id AND p.digest = {SELLER_DIGEST} WHERE c.id = %(company)s",
        parameters,
    )
    for after in range(first, first + how_many, CHUNK):
        through = min(after + CHUNK, first + how_many)
        chunk = {**parameters, "after": after, "through": through}
        with transaction.atomic():
            series.advance(through, sql.value(LAST_DAY, chunk))
            for statement in (LINES, TAXES, HEADERS, OPEN_ITEMS):
                sql.execute(statement, chunk)
        progress.tell(through - first, how_many)
    return how_many
