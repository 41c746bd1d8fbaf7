"""Which orders a confirmation looks at: the month's, or a few. Checks and run share these tables.

``scope_deliveries``: what is recognised by the month's end and not confirmed, or confirmed in it.
``scope_parts``: of those that are a part of an order, net and tax of what each bills.
``scope_orders``: their orders, with what is missing on each; ``amount`` (gross) and
``net_amount`` are what of the order is to be confirmed, or where nothing is, what was: all of it,
or its parts. ``scope_unanswered``: the orders of the month that an unanswered warning holds. They
live until the transaction ends.
"""

from collections.abc import Sequence

from django.db import transaction

from closing_site import sql
from closing_site.desk.findings import ACKNOWLEDGED
from closing_site.desk.holding import holding_checks
from closing_site.periods.models import Period, PeriodStatus
from closing_site.periods.parameters import period_parameters
from orders.part_amounts import part_amounts

#: A fact of an earlier month belongs to it while it is open, and to the first open one after.
DELIVERIES = """
    DROP TABLE IF EXISTS pg_temp.scope_deliveries;
    CREATE TEMP TABLE scope_deliveries ON COMMIT DROP AS
    SELECT d.id AS delivery_id, d.order_id, d.delivered_on, d.accepted_on, d.is_whole,
        CASE WHEN c.requires_acceptance THEN d.accepted_on ELSE d.delivered_on END
            AS recognised_on,
        d.period_id IS NOT NULL AS is_confirmed
    FROM orders_delivery AS d
    JOIN orders_order AS o ON o.id = d.order_id
    JOIN companies_company AS c ON c.id = d.company_id
    WHERE d.company_id = %(company)s AND o.cancelled_on IS NULL
        AND (d.period_id = %(period)s OR (d.period_id IS NULL AND d.delivered_on <= %(ends_on)s
            AND CASE WHEN c.requires_acceptance THEN d.accepted_on ELSE d.delivered_on END
                BETWEEN %(earliest)s AND %(ends_on)s))
        AND (%(with_confirmed)s OR d.period_id IS NULL)
        AND (%(orders)s::bigint[] IS NULL OR d.order_id = ANY (%(orders)s))
"""
_IN_PARTS = """
    SELECT d.* FROM scope_deliveries AS s JOIN orders_delivery AS d ON d.id = s.delivery_id
    WHERE NOT s.is_whole
"""
PARTS = f"""
    DROP TABLE IF EXISTS pg_temp.scope_parts;
    CREATE TEMP TABLE scope_parts ON COMMIT DROP AS
    SELECT s.order_id, s.is_confirmed, part.* FROM ({part_amounts(_IN_PARTS)}) AS part
    JOIN scope_deliveries AS s ON s.delivery_id = part.delivery_id
"""
#: Orders that a warning holds which no one has answered (desk/holding.py); ``is_standing``: nor
#: has anyone deferred its order.
UNANSWERED = f"""
    DROP TABLE IF EXISTS pg_temp.scope_unanswered;
    CREATE TEMP TABLE scope_unanswered ON COMMIT DROP AS
    SELECT f.document_id AS order_id, f.deferred_reason = '' AS is_standing
    FROM desk_finding AS f {ACKNOWLEDGED}
    WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.resolved_at IS NULL
        AND f.document_kind = 'order' AND f.check_slug = ANY (%(holding)s)
        AND f.severity = 'warn' AND a.id IS NULL
"""
RATES = f"""
    SELECT f.document_id FROM desk_finding AS f {ACKNOWLEDGED}
    WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.resolved_at IS NULL
        AND f.document_kind = 'tax_rate' AND f.check_slug = ANY (%(holding)s)
        AND f.severity = 'warn' AND a.id IS NULL
"""
#: One warning a rate holds every order that has a line at it.
OF_RATES = """
    INSERT INTO scope_unanswered
    SELECT DISTINCT s.order_id, true FROM scope_orders AS s
    JOIN orders_orderline AS l ON l.company_id = %(company)s AND l.order_id = s.order_id
    JOIN orders_taxrate AS r ON r.category = l.tax_category AND r.percent = l.tax_rate
    WHERE r.company_id = %(company)s AND r.id = ANY (%(rates)s)
"""
ORDERS = """
    DROP TABLE IF EXISTS pg_temp.scope_orders;
    CREATE TEMP TABLE scope_orders ON COMMIT DROP AS
    SELECT o.id AS order_id, o.number, o.customer_id, o.customer_code, o.currency, o.order_date,
        o.stated_total, o.net, o.tax, o.gross, o.gross AS amount,
        o.net AS net_amount, o.closed_on, scope.recognised_on, scope.delivered_on,
        scope.accepted_on, scope.is_accepted,
        line.lines, line.without_quantity, line.without_price, line.without_rate,
        line.without_product, line.not_in_source, line.with_derived_rate
    FROM (
        SELECT order_id, max(recognised_on) AS recognised_on, max(delivered_on) AS delivered_on,
            max(accepted_on) AS accepted_on, bool_and(accepted_on IS NOT NULL) AS is_accepted
        FROM scope_deliveries GROUP BY order_id
    ) AS scope
    JOIN orders_order AS o ON o.id = scope.order_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS lines,
            count(*) FILTER (WHERE coalesce(l.quantity, 0) = 0) AS without_quantity,
            count(*) FILTER (WHERE l.unit_price IS NULL) AS without_price,
            count(*) FILTER (WHERE l.tax_rate IS NULL) AS without_rate,
            count(*) FILTER (WHERE l.product_id IS NULL) AS without_product,
            count(*) FILTER (WHERE l.missing_since IS NOT NULL) AS not_in_source,
            count(*) FILTER (WHERE l.given_tax_rate IS NULL AND l.tax_rate IS NOT NULL)
                AS with_derived_rate
        FROM orders_orderline AS l
        WHERE l.company_id = %(company)s AND l.order_id = scope.order_id
    ) AS line
"""


AMOUNTS = """
    UPDATE scope_orders AS s SET amount = p.net + p.tax, net_amount = p.net FROM (
        SELECT order_id,
            coalesce(sum(net) FILTER (WHERE NOT is_confirmed), sum(net)) AS net,
            coalesce(sum(tax) FILTER (WHERE NOT is_confirmed), sum(tax)) AS tax
        FROM scope_parts GROUP BY order_id
    ) AS p WHERE p.order_id = s.order_id
"""


def hold_orders(company_id: int) -> None:
    """Whoever confirms or holds back, and whoever imports orders, comes one by one: what was
    checked is what is confirmed."""
    sql.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('closing orders', %(company)s))",
        {"company": company_id},
    )


def make_scope(
    period: Period, orders: Sequence[int] | None = None, *, with_confirmed: bool = True
) -> None:
    """Fill the tables for a month, or for these of its orders; without what is confirmed, which is
    most of a month that is about to be locked, where only the rest is asked for."""
    is_first_open = not Period.objects.filter(
        company=period.company_id, status=PeriodStatus.OPEN, starts_on__lt=period.starts_on
    ).exists()
    parameters = {
        **period_parameters(period),
        "earliest": "-infinity" if is_first_open else period.starts_on,
        "orders": None if orders is None else list(orders),
        "with_confirmed": with_confirmed,
    }
    sql.execute(DELIVERIES, parameters)
    sql.execute("ANALYZE scope_deliveries")
    sql.execute(PARTS, parameters)
    sql.execute(ORDERS, parameters)
    sql.execute(AMOUNTS)
    sql.execute("CREATE INDEX ON scope_orders (order_id)")
    sql.execute("ANALYZE scope_orders")
    note_unanswered(period)


def note_unanswered(period: Period) -> None:
    """Fill ``scope_unanswered`` from the findings as they are: again after checks were run."""
    parameters = {**period_parameters(period), "holding": holding_checks(period.company)}
    sql.execute(UNANSWERED, parameters)
    if rates := [row["document_id"] for row in sql.rows(RATES, parameters)]:
        sql.execute(OF_RATES, {**parameters, "rates": rates})


def unanswered_orders(period: Period) -> list[int]:
    """The orders of the month's scope that an unanswered warning holds."""
    with transaction.atomic():
        make_scope(period)
        found = sql.rows(
            "SELECT DISTINCT u.order_id FROM scope_unanswered AS u"
            " JOIN scope_orders AS s ON s.order_id = u.order_id ORDER BY 1"
        )
    return [row["order_id"] for row in found]
