"""The tax rate of a line without one of its own: that of the day on which it was delivered."""

from orders.due_sql import CHARGE, SERVICE, stated_kind

_KIND = stated_kind("l", "d.delivered_on")
#: SQL: the line ``l`` is delivered: with its whole order, by a delivery row of its own, or, where
#: no row names it, as due_sql says: a charge or discount with the first part, a service at the end.
IS_DELIVERED = f"""(EXISTS (
        SELECT FROM orders_delivery AS d
        LEFT JOIN orders_deliveryline AS dl ON NOT d.is_whole AND dl.company_id = d.company_id
            AND dl.delivery_id = d.id AND dl.order_line_id = l.id
        WHERE d.company_id = l.company_id AND d.order_id = l.order_id
            AND (d.is_whole OR dl.id IS NOT NULL))
        OR NOT EXISTS (SELECT FROM orders_deliveryline AS own WHERE own.order_line_id = l.id)
        AND EXISTS (
            SELECT FROM orders_delivery AS d JOIN orders_order AS of_line ON of_line.id = d.order_id
            WHERE d.company_id = l.company_id AND d.order_id = l.order_id AND NOT d.is_whole
                AND (l.kind = 'discount' OR {_KIND} = '{CHARGE}'
                    OR ({_KIND} = '{SERVICE}' AND of_line.delivered_on IS NOT NULL))))"""
#: SQL: the day on which the delivered line ``l`` was delivered, or its first part was.
_DAY = f"""coalesce((
        SELECT min(d.delivered_on) FROM orders_deliveryline AS dl
        JOIN orders_delivery AS d ON d.id = dl.delivery_id AND NOT d.is_whole
        WHERE dl.order_line_id = l.id
    ), (
        SELECT CASE WHEN l.kind = 'discount' OR bool_or({_KIND} = '{CHARGE}')
            THEN min(d.delivered_on) ELSE max(d.delivered_on) END
        FROM orders_delivery AS d
        WHERE d.company_id = l.company_id AND d.order_id = l.order_id))"""


def former_rate(product: str, day: str) -> str:
    """SQL: the rate of this row of orders_product on a day that lies before the last change of its
    rate, or of the company's default where it has none; null where nothing has changed since."""
    former_default = f"""(SELECT f.tax_rate FROM orders_formertaxrate AS f
        WHERE f.company_id = {product}.company_id AND f.product_id IS NULL AND f.until > {day}
        ORDER BY f.until LIMIT 1)"""
    return f"""coalesce((
            SELECT coalesce(f.tax_rate, {former_default}, (
                SELECT c.default_tax_rate FROM companies_company AS c WHERE c.id = f.company_id))
            FROM orders_formertaxrate AS f
            WHERE f.company_id = {product}.company_id AND f.product_id = {product}.id
                AND f.until > {day}
            ORDER BY f.until LIMIT 1),
        CASE WHEN {product}.tax_rate IS NULL THEN {former_default} END)"""


#: SQL: the rate of the line ``l`` that its delivery has fixed; null where it has one of its own,
#: where its product (``p``) is not known, or where it is not delivered. What it had when it was
#: delivered stays, but for a change that was recorded before the delivery and holds from after it.
DELIVERED_TAX_RATE = f"""
    CASE WHEN l.given_tax_rate IS NULL AND l.product_id IS NOT NULL AND {IS_DELIVERED}
        THEN coalesce({former_rate("p", _DAY)}, l.tax_rate) END"""


#: SQL: the same of a line as a form has it (``g``), its product ``p``; ``l`` is what the books have
#: of it, of the same product, null for a new line, which is delivered where the whole order is.
TYPED_TAX_RATE = f"""
    CASE WHEN g.tax_rate IS NULL AND p.id IS NOT NULL THEN CASE
        WHEN l.id IS NULL THEN (
            SELECT {former_rate("p", "d.delivered_on")} FROM orders_delivery AS d
            WHERE d.company_id = %(company)s AND d.order_id = %(order)s AND d.is_whole)
        WHEN {IS_DELIVERED} THEN coalesce({former_rate("p", _DAY)},
            CASE WHEN l.given_tax_rate IS NULL THEN l.tax_rate END)
        END END"""


def kept_category(is_confirmed: str) -> str:
    """SQL: why the rate of the line ``l`` is zero, where that is confirmed or delivered."""
    return (
        f"CASE WHEN l.tax_rate = 0 AND ({is_confirmed} OR {IS_DELIVERED}) THEN l.tax_category END"
    )


#: SQL: one rate of the line ``l`` for all of it will not do: of its deliveries, or of its order's
#: where a discount has none, one of ``scope_deliveries`` lies on the other side of a change. One
#: row a line, with the rate and the day of the first such delivery.
OTHER_RATES = f"""
    SELECT DISTINCT ON (l.id) l.order_id, l.line_number, l.sku, l.tax_rate, other.rate, other.day
    FROM scope_deliveries AS sd
    JOIN orders_orderline AS l ON l.company_id = %(company)s AND l.order_id = sd.order_id
        AND l.given_tax_rate IS NULL AND l.tax_rate IS NOT NULL
    JOIN orders_product AS p ON p.id = l.product_id
    JOIN companies_company AS c ON c.id = l.company_id
    CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT FROM orders_deliveryline AS dl WHERE dl.order_line_id = l.id)
            AS has_rows) AS own
    CROSS JOIN LATERAL (
        SELECT min(d.delivered_on) AS first, max(d.delivered_on) AS last,
            bool_or(d.id = sd.delivery_id) AS is_of_it
        FROM orders_delivery AS d
        WHERE d.company_id = l.company_id AND d.order_id = l.order_id AND NOT d.is_whole
            AND CASE WHEN own.has_rows THEN EXISTS (SELECT FROM orders_deliveryline AS dl
                    WHERE dl.delivery_id = d.id AND dl.order_line_id = l.id)
                ELSE l.kind = 'discount' END
    ) AS part
    CROSS JOIN LATERAL (SELECT sd.delivered_on AS day, coalesce(
        {former_rate("p", "sd.delivered_on")}, p.tax_rate, c.default_tax_rate) AS rate) AS other
    WHERE EXISTS (SELECT FROM orders_formertaxrate WHERE company_id = %(company)s)
        AND NOT sd.is_whole AND NOT sd.is_confirmed AND part.is_of_it AND other.rate <> l.tax_rate
        AND EXISTS (SELECT FROM orders_formertaxrate AS f WHERE f.company_id = l.company_id
            AND (f.product_id = l.product_id OR f.product_id IS NULL)
            AND f.until > part.first AND f.until <= part.last)
    ORDER BY l.id, sd.delivered_on
"""
HAVE_CHANGED = """
    SELECT EXISTS (SELECT FROM orders_formertaxrate WHERE company_id = %(company)s)
"""
#: Of the orders of ``current_orders``, those delivered before a change of a rate that counts.
DELIVERED_BEFORE_A_CHANGE = """
    SELECT DISTINCT o.order_id FROM current_orders AS o
    JOIN orders_orderline AS l ON l.company_id = %(company)s AND l.order_id = o.order_id
        AND l.given_tax_rate IS NULL
    WHERE EXISTS (SELECT FROM orders_formertaxrate AS f
        WHERE f.company_id = l.company_id AND (f.product_id = l.product_id OR f.product_id IS NULL)
            AND f.until > (SELECT min(d.delivered_on) FROM orders_delivery AS d
                WHERE d.company_id = l.company_id AND d.order_id = l.order_id))
"""
