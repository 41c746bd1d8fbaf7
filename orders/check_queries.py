"""The questions behind the checks of orders, as SQL. All but those about numbers and twins read the
scope that orders/scope.py has made."""

from closing_site.desk.findings import ACKNOWLEDGED
from closing_site.desk.leaving_out import left_out
from orders.delivered_rates_sql import OTHER_RATES
from orders.due_sql import SERVICE, counted_deliveries, due_lines

ORDER = "'order' AS document_kind, s.order_id AS document_id, s.number AS document_number"


def faulty_lines(is_faulty: str) -> str:
    """The numbers of the lines that have the fault, as the parameter ``lines``."""
    return f"""jsonb_build_object('lines', (
        SELECT string_agg(l.line_number::text, ', ' ORDER BY l.line_number)
        FROM orders_orderline AS l WHERE l.company_id = %(company)s
            AND l.order_id = s.order_id AND {is_faulty})) AS parameters"""


COSTS_NOTHING = "l.quantity > 0 AND (l.unit_price = 0 OR l.discount_percent >= 100 OR l.net = 0)"

WITHOUT_LINES = f"""
    SELECT {ORDER}, NULL::numeric AS amount, s.currency, '{{}}'::jsonb AS parameters
    FROM scope_orders AS s WHERE s.lines = 0
"""
WITHOUT_QUANTITY = f"""
    SELECT {ORDER}, NULL::numeric AS amount, s.currency,
        {faulty_lines("coalesce(l.quantity, 0) = 0")}
    FROM scope_orders AS s WHERE s.without_quantity > 0
"""
WITHOUT_PRICE = f"""
    SELECT {ORDER}, NULL::numeric AS amount, s.currency, {faulty_lines("l.unit_price IS NULL")}
    FROM scope_orders AS s WHERE s.without_price > 0
"""
WITHOUT_RATE = f"""
    SELECT {ORDER}, s.amount, s.currency, {faulty_lines("l.tax_rate IS NULL")}
    FROM scope_orders AS s WHERE s.without_rate > 0
"""
UNKNOWN_PRODUCT = f"""
    SELECT {ORDER}, s.amount, s.currency, jsonb_build_object('skus', (
        SELECT string_agg(DISTINCT l.sku, ', ') FROM orders_orderline AS l
        WHERE l.company_id = %(company)s AND l.order_id = s.order_id
            AND l.product_id IS NULL)) AS parameters
    FROM scope_orders AS s WHERE s.without_product > 0
"""
UNKNOWN_CUSTOMER = f"""
    SELECT {ORDER}, s.amount, s.currency,
        jsonb_build_object('customer', s.customer_code) AS parameters
    FROM scope_orders AS s WHERE s.customer_id IS NULL
"""
#: The day its invoice is dated on, and takes its rate from.
NO_EXCHANGE_RATE = f"""
    SELECT {ORDER}, s.amount, s.currency,
        jsonb_build_object('currency', s.currency, 'day', invoiced.day) AS parameters
    FROM scope_orders AS s JOIN companies_company AS c ON c.id = %(company)s
    CROSS JOIN LATERAL (SELECT greatest(s.recognised_on, %(starts_on)s::date) AS day) AS invoiced
    WHERE s.currency <> c.currency
        AND exchange_rate_on(c.id, s.currency, c.currency, invoiced.day) IS NULL
"""
#: An invoice is never negative: what is given back is a credit note.
NEGATIVE_TOTAL = f"""
    SELECT {ORDER}, s.gross AS amount, s.currency, jsonb_build_object(
        'gross', trim_scale(s.gross)::text, 'sold', trim_scale(coalesce(part.sold, 0))::text,
        'discounts', trim_scale(-coalesce(part.discounts, 0))::text) AS parameters
    FROM scope_orders AS s
    CROSS JOIN LATERAL (
        SELECT sum(l.net + l.tax) FILTER (WHERE l.net >= 0) AS sold,
            sum(l.net + l.tax) FILTER (WHERE l.net < 0) AS discounts
        FROM orders_orderline AS l WHERE l.company_id = %(company)s AND l.order_id = s.order_id
    ) AS part
    WHERE s.gross < 0
"""
#: The same of what the next invoice would bill of an order: the parts that are to be confirmed.
NEGATIVE_PART = f"""
    SELECT {ORDER}, s.amount, s.currency,
        jsonb_build_object('gross', trim_scale(s.amount)::text) AS parameters
    FROM scope_orders AS s
    WHERE s.amount < 0 AND s.gross >= 0 AND EXISTS (
        SELECT FROM scope_parts AS p WHERE p.order_id = s.order_id AND NOT p.is_confirmed)
"""
_COUNTED = counted_deliveries(
    "o",
    "(d.period_id IS NOT NULL OR d.id IN (SELECT delivery_id FROM scope_deliveries))",
)


def _services(which: str) -> str:
    """Services that no delivery names, of orders that others of their lines are delivered of."""
    asked = f"""
        SELECT o.id AS key, o.id AS order_id, {_COUNTED} AS counted
        FROM (SELECT DISTINCT order_id FROM scope_parts) AS s
        JOIN orders_order AS o ON o.id = s.order_id"""
    return f"""
        SELECT {ORDER}, l.net AS amount, s.currency,
            jsonb_build_object('lines', l.lines) AS parameters
        FROM (
            SELECT due.order_id, sum(due.full_net) AS net,
                jsonb_agg(jsonb_build_object('line', due.line_number,
                    'net', trim_scale(due.full_net)::text) ORDER BY due.line_number) AS lines
            FROM ({due_lines(asked)}) AS due
            WHERE due.way = '{SERVICE}' AND due.kept > 0 AND {which}
                AND (due.supply_kind = '' OR due.are_goods_complete)
            GROUP BY due.order_id
        ) AS l
        JOIN scope_orders AS s ON s.order_id = l.order_id
    """


KIND_ASSUMED = _services("due.is_assumed")
SERVICE_WITH_LAST_PART = _services("NOT due.is_assumed")
#: DESIGN: what is delivered beyond the order waits for a change of the order.
DELIVERED_BEYOND = f"""
    SELECT {ORDER}, s.amount, s.currency, jsonb_build_object('lines', jsonb_agg(
        jsonb_build_object('line', l.line_number, 'delivered',
            trim_scale(delivered.quantity)::text, 'ordered', trim_scale(l.quantity)::text)
        ORDER BY l.line_number)) AS parameters
    FROM scope_orders AS s
    JOIN orders_orderline AS l ON l.company_id = %(company)s AND l.order_id = s.order_id
    JOIN LATERAL (
        SELECT sum(dl.quantity) AS quantity FROM orders_deliveryline AS dl
        JOIN orders_delivery AS d ON d.id = dl.delivery_id
        WHERE dl.order_line_id = l.id AND d.delivered_on <= %(ends_on)s
    ) AS delivered ON delivered.quantity > l.quantity
    WHERE EXISTS (SELECT FROM scope_deliveries AS d
        WHERE d.order_id = s.order_id AND NOT d.is_whole AND NOT d.is_confirmed)
    GROUP BY s.order_id, s.number, s.amount, s.currency
"""
#: Closed short, and then delivered after all.
DELIVERED_AFTER_CLOSING = f"""
    SELECT {ORDER}, s.amount, s.currency, jsonb_build_object('closed', s.closed_on,
        'lines', jsonb_agg(jsonb_build_object('line', l.line_number,
            'delivered', trim_scale(delivered.quantity)::text,
            'kept', trim_scale(l.quantity - l.closed_quantity)::text)
            ORDER BY l.line_number)) AS parameters
    FROM scope_orders AS s
    JOIN orders_orderline AS l ON l.company_id = %(company)s AND l.order_id = s.order_id
        AND l.closed_quantity > 0
    JOIN LATERAL (
        SELECT sum(dl.quantity) AS quantity FROM orders_deliveryline AS dl
        JOIN orders_delivery AS d ON d.id = dl.delivery_id
        WHERE dl.order_line_id = l.id AND d.delivered_on <= %(ends_on)s
    ) AS delivered ON delivered.quantity > l.quantity - l.closed_quantity
    WHERE s.closed_on IS NOT NULL AND EXISTS (SELECT FROM scope_deliveries AS d
        WHERE d.order_id = s.order_id AND NOT d.is_confirmed)
    GROUP BY s.order_id, s.number, s.amount, s.currency, s.closed_on
"""
#: A file closed the order: charges that were not invoiced fell away, and nobody was asked.
CLOSED_CHARGES = """
    SELECT 'order' AS document_kind, o.id AS document_id, o.number AS document_number,
        sum(l.amount) AS amount, o.currency, jsonb_build_object('lines', jsonb_agg(
            jsonb_build_object('line', l.line_number, 'net', trim_scale(l.amount)::text)
            ORDER BY l.line_number)) AS parameters
    FROM orders_order AS o
    CROSS JOIN LATERAL (
        SELECT l.line_number, line_net(line_amount(l.closed_quantity, l.unit_price,
            l.discount_percent, currency_digits(o.currency)), l.tax_rate, o.prices_include_tax,
            currency_digits(o.currency)) AS amount
        FROM orders_orderline AS l JOIN orders_product AS p ON p.id = l.product_id
        WHERE l.company_id = o.company_id AND l.order_id = o.id AND l.closed_quantity > 0
            AND l.kind = 'item' AND p.kind = 'charge'
    ) AS l
    WHERE o.company_id = %(company)s AND o.closed_on BETWEEN %(starts_on)s AND %(ends_on)s
        AND o.closed_by_file
    GROUP BY o.id
"""
STATED_TOTAL = f"""
    SELECT {ORDER}, s.stated_total - s.gross AS amount, s.currency, jsonb_build_object(
        'stated', trim_scale(s.stated_total)::text, 'computed', trim_scale(s.gross)::text
    ) AS parameters
    FROM scope_orders AS s WHERE s.stated_total <> s.gross
"""
#: A discount of 100 %, a price of zero, or what comes to nothing when it is rounded.
ZERO_PRICE = f"""
    SELECT {ORDER}, s.gross AS amount, s.currency, {faulty_lines(COSTS_NOTHING)}
    FROM scope_orders AS s WHERE EXISTS (
        SELECT FROM orders_orderline AS l WHERE l.company_id = %(company)s
            AND l.order_id = s.order_id AND {COSTS_NOTHING})
"""
#: One warning a rate; it holds all orders that have it.
NEW_TAX_RATE = """
    SELECT 'tax_rate' AS document_kind, r.id AS document_id,
        trim_scale(r.percent)::text AS document_number, NULL::numeric AS amount,
        ''::text AS currency,
        jsonb_build_object('rate', trim_scale(r.percent)::text) AS parameters
    FROM orders_taxrate AS r
    WHERE r.company_id = %(company)s AND r.is_unexpected AND EXISTS (
        SELECT FROM scope_orders AS s
        JOIN orders_orderline AS l ON l.company_id = r.company_id AND l.order_id = s.order_id
        WHERE l.tax_rate = r.percent AND l.tax_category = r.category)
"""
#: The same customer orders the same lines again within a week: the later one is named.
DUPLICATE = """
    SELECT 'order' AS document_kind, o.id AS document_id, o.number AS document_number,
        o.gross AS amount, o.currency, jsonb_build_object('other', o.other, 'day', o.order_date,
            'other_day', o.other_date, 'gross', trim_scale(o.gross)::text) AS parameters
    FROM (
        SELECT near.*, lag(number) OVER twins AS other, lag(order_date) OVER twins AS other_date
        FROM (
            SELECT o.id, o.number, o.sort_key, o.order_date, o.currency, o.gross, o.customer_id,
                CASE WHEN o.customer_id IS NULL THEN o.customer_code END AS unknown_code,
                sum(hashtextextended(concat_ws('|', l.sku, trim_scale(l.quantity),
                    trim_scale(l.unit_price), trim_scale(l.discount_percent)), 0)::numeric)
                    AS content
            FROM orders_order AS o
            CROSS JOIN LATERAL (
                SELECT sku, quantity, unit_price, discount_percent FROM orders_orderline
                WHERE company_id = %(company)s AND order_id = o.id OFFSET 0) AS l
            WHERE o.company_id = %(company)s AND o.cancelled_on IS NULL
                AND o.order_date BETWEEN %(starts_on)s::date - 7 AND %(ends_on)s
            GROUP BY o.id
        ) AS near
        WINDOW twins AS (PARTITION BY customer_id, unknown_code, currency, gross, content
            ORDER BY order_date, sort_key)
    ) AS o
    WHERE o.other IS NOT NULL AND o.order_date - o.other_date <= 7 AND o.order_date >= %(starts_on)s
"""
#: Of an order of the month whose number's predecessor is missing: the numbers between.
NUMBER_GAP = """
    SELECT 'order' AS document_kind, o.id AS document_id, o.number AS document_number,
        NULL::numeric AS amount, o.currency, jsonb_build_object(
            'from', o.number_prefix || (before.number_value + 1),
            'to', o.number_prefix || (o.number_value - 1),
            'count', o.number_value - before.number_value - 1) AS parameters
    FROM (
        SELECT m.*, lag(m.number_value) OVER (
            PARTITION BY m.number_prefix ORDER BY m.number_value) AS before_in_month
        FROM orders_order AS m
        WHERE m.company_id = %(company)s AND m.number_value IS NOT NULL
            AND m.order_date BETWEEN %(starts_on)s AND %(ends_on)s
    ) AS o
    JOIN LATERAL (
        SELECT b.number_value FROM orders_order AS b
        WHERE b.company_id = o.company_id AND b.number_prefix = o.number_prefix
            AND b.number_value < o.number_value
        ORDER BY b.number_value DESC LIMIT 1
    ) AS before ON before.number_value < o.number_value - 1
    WHERE o.before_in_month IS DISTINCT FROM o.number_value - 1
"""
#: Lines that stand in the books, because they are delivered, and no longer in the source's file.
NOT_IN_SOURCE = f"""
    SELECT {ORDER}, sum(l.net + l.tax) AS amount, s.currency, jsonb_build_object(
        'lines', jsonb_agg(jsonb_build_object('line', l.line_number, 'sku', l.sku,
            'delivered', trim_scale(coalesce(delivered.quantity, l.quantity))::text,
            'gross', trim_scale(l.net + l.tax)::text) ORDER BY l.line_number)) AS parameters
    FROM scope_orders AS s
    CROSS JOIN LATERAL (
        SELECT * FROM orders_orderline AS l
        WHERE l.company_id = %(company)s AND l.order_id = s.order_id
            AND l.missing_since IS NOT NULL OFFSET 0) AS l
    CROSS JOIN LATERAL (
        SELECT sum(dl.quantity) AS quantity FROM orders_deliveryline AS dl
        WHERE dl.order_line_id = l.id
    ) AS delivered
    WHERE s.not_in_source > 0
    GROUP BY s.order_id, s.number, s.currency
"""
#: Of orders of the month, or not delivered yet: nothing of them is confirmed in an earlier one.
LINE_REMOVED = """
    SELECT 'order' AS document_kind, o.id AS document_id, o.number AS document_number,
        sum(r.net + r.tax) AS amount, o.currency, jsonb_build_object(
            'lines', jsonb_agg(jsonb_build_object('line', r.line_number, 'sku', r.sku,
                'gross', trim_scale(r.net + r.tax)::text) ORDER BY r.line_number, r.id),
            'gross', trim_scale(o.gross)::text) AS parameters
    FROM orders_removedline AS r
    JOIN orders_order AS o ON o.id = r.order_id
    WHERE r.company_id = %(company)s AND r.restored_at IS NULL AND o.cancelled_on IS NULL
        AND (EXISTS (SELECT FROM scope_orders AS s WHERE s.order_id = o.id)
            OR (o.order_date <= %(ends_on)s AND NOT EXISTS (SELECT FROM orders_delivery AS d
                WHERE d.company_id = o.company_id AND d.order_id = o.id)))
    GROUP BY o.id
"""
#: The rate of a line without one of its own is that of the day of delivery: what has changed since.
TAX_RATE_CHANGED = f"""
    SELECT {ORDER}, sum(l.tax - now.tax) AS amount, s.currency, jsonb_build_object(
        'lines', jsonb_agg(jsonb_build_object('line', l.line_number, 'sku', l.sku,
            'rate', trim_scale(l.tax_rate)::text, 'tax', trim_scale(l.tax)::text,
            'rate_now', trim_scale(rate.now)::text, 'tax_now', trim_scale(now.tax)::text)
            ORDER BY l.line_number)) AS parameters
    FROM scope_orders AS s
    JOIN orders_order AS o ON o.id = s.order_id
    JOIN companies_company AS c ON c.id = o.company_id
    CROSS JOIN LATERAL (
        SELECT * FROM orders_orderline AS l
        WHERE l.company_id = %(company)s AND l.order_id = s.order_id
            AND l.given_tax_rate IS NULL AND l.tax_rate IS NOT NULL OFFSET 0) AS l
    JOIN orders_product AS p ON p.id = l.product_id
    CROSS JOIN LATERAL (SELECT coalesce(p.tax_rate, c.default_tax_rate) AS now) AS rate
    CROSS JOIN LATERAL (SELECT line_tax(line_amount(l.quantity, l.unit_price, l.discount_percent,
        currency_digits(o.currency)), rate.now, o.prices_include_tax,
        currency_digits(o.currency)) AS tax) AS now
    WHERE s.with_derived_rate > 0 AND rate.now <> l.tax_rate
    GROUP BY s.order_id, s.number, s.currency
"""
#: Delivered in parts over a change of its rate: a line has one rate.
TWO_TAX_RATES = f"""
    SELECT {ORDER}, s.amount, s.currency, jsonb_build_object('lines', jsonb_agg(
        jsonb_build_object('line', l.line_number, 'sku', l.sku,
            'rate', trim_scale(l.tax_rate)::text, 'rate_now', trim_scale(l.rate)::text,
            'day', l.day) ORDER BY l.line_number)) AS parameters
    FROM ({OTHER_RATES}) AS l
    JOIN scope_orders AS s ON s.order_id = l.order_id
    GROUP BY s.order_id, s.number, s.amount, s.currency
"""
#: Nothing that another check says of it already: each order that is blocked is told once.
NOT_CONFIRMED = f"""
    SELECT {ORDER}, s.amount, s.currency,
        jsonb_build_object('day', s.recognised_on) AS parameters
    FROM scope_orders AS s
    WHERE EXISTS (
        SELECT FROM scope_deliveries AS sd JOIN orders_delivery AS d ON d.id = sd.delivery_id
        WHERE sd.order_id = s.order_id AND d.period_id IS NULL AND NOT EXISTS (
            SELECT FROM orders_unbilled AS h WHERE h.delivery_id = d.id
                AND h.company_id = %(company)s AND h.period_id = %(period)s))
        AND NOT EXISTS (
            SELECT FROM desk_finding AS f {ACKNOWLEDGED}
            WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.step = 'confirm'
                AND f.document_kind = 'order' AND f.document_id = s.order_id
                AND f.severity = 'block' AND f.resolved_at IS NULL
                AND f.check_slug <> 'delivered-not-confirmed' AND a.id IS NULL)
        AND NOT EXISTS (SELECT FROM scope_unanswered AS u
            WHERE u.order_id = s.order_id AND u.is_standing)
"""
#: A missing acceptance, where the company does not ask for it.
NOT_ACCEPTED = f"""
    SELECT {ORDER}, s.amount, s.currency,
        jsonb_build_object('day', s.delivered_on) AS parameters
    FROM scope_orders AS s WHERE NOT s.is_accepted
"""
ZERO_WITHOUT_REASON = """
    SELECT 'tax_rate' AS document_kind, r.id AS document_id, r.category AS document_number,
        NULL::numeric AS amount, ''::text AS currency,
        jsonb_build_object('category', r.category) AS parameters
    FROM orders_taxrate AS r
    WHERE r.company_id = %(company)s AND r.percent = 0 AND r.reason = '' AND EXISTS (
        SELECT FROM scope_orders AS s
        JOIN orders_orderline AS l ON l.company_id = r.company_id AND l.order_id = s.order_id
        WHERE l.tax_rate = 0 AND l.tax_category = r.category)
"""
#: What the last confirm-run left out, until it is confirmed or deferred.
REFUSED_BY_DATABASE = f"""
    SELECT x.document_kind, x.document_id, x.document_number, s.amount, s.currency, x.parameters
    FROM ({left_out("confirm")}) AS x
    JOIN scope_orders AS s ON s.order_id = x.document_id
    WHERE EXISTS (
        SELECT FROM scope_deliveries AS sd JOIN orders_delivery AS d ON d.id = sd.delivery_id
        WHERE sd.order_id = s.order_id AND d.period_id IS NULL AND NOT EXISTS (
            SELECT FROM orders_unbilled AS h WHERE h.delivery_id = d.id
                AND h.company_id = %(company)s AND h.period_id = %(period)s))
"""
