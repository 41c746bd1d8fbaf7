"""What of this floor export_data writes. Data."""

from closing_site.exported import NotCarried, exported
from orders.kinds import DELIVERIES, ORDER_LINES, ORDERS, PRODUCTS, TAX_RATES

EXPORTED = (
    exported(
        TAX_RATES,
        {"category": "r.category", "percent": "r.percent", "reason": "r.reason"},
        "FROM orders_taxrate AS r WHERE r.company_id = %(company)s ORDER BY r.id",
    ),
    exported(
        PRODUCTS,
        {column.name: f"p.{column.name}" for column in PRODUCTS.columns},
        "FROM orders_product AS p WHERE p.company_id = %(company)s ORDER BY p.id",
    ),
    exported(
        ORDERS,
        {
            "number": "o.number",
            "customer_code": "coalesce(c.code, o.customer_code)",
            "order_date": "o.order_date",
            "required_on": "o.required_on",
            "delivered_on": "whole.delivered_on",
            "accepted_on": "whole.accepted_on",
            "status": """CASE WHEN o.cancelled_on IS NOT NULL THEN 'cancelled'
                WHEN o.closed_on IS NOT NULL THEN 'closed'
                WHEN whole.id IS NOT NULL THEN 'delivered' ELSE 'open' END""",
            "currency": "o.currency",
            "prices_include_tax": "o.prices_include_tax",
            "sales_rep": "r.code",
            "satisfaction": "o.satisfaction",
            "stated_total": "o.stated_total",
            "customer_reference": "o.customer_reference",
            "note": "o.note",
            "cancelled_on": "o.cancelled_on",
            "cancel_reason": "o.cancel_reason",
            "closed_on": "o.closed_on",
            "close_reason": "o.close_reason",
        },
        """FROM orders_order AS o
        LEFT JOIN customers_customer AS c ON c.id = o.customer_id
        LEFT JOIN customers_salesrep AS r ON r.id = o.sales_rep_id
        LEFT JOIN orders_delivery AS whole ON whole.company_id = o.company_id
            AND whole.order_id = o.id AND whole.is_whole
        WHERE o.company_id = %(company)s ORDER BY o.id""",
    ),
    # The rate that holds for the line, also where it is the product's or the company's: theirs may
    # have changed since.
    exported(
        ORDER_LINES,
        {
            "order_number": "o.number",
            "line_number": "l.line_number",
            "sku": "l.sku",
            "description": "l.description",
            "quantity": "l.quantity",
            "unit": "l.unit",
            "unit_price": "l.unit_price",
            "discount_percent": "l.discount_percent",
            "tax_rate": "coalesce(l.given_tax_rate, l.tax_rate)",
            "closed_quantity": "CASE WHEN o.closed_on IS NOT NULL THEN l.closed_quantity END",
        },
        """FROM orders_orderline AS l JOIN orders_order AS o ON o.id = l.order_id
        WHERE l.company_id = %(company)s ORDER BY l.order_id, l.line_number""",
    ),
    exported(
        DELIVERIES,
        {
            "order_number": "o.number",
            "line_number": "l.line_number",
            "delivered_on": "d.delivered_on",
            "quantity": "n.quantity",
            "accepted_on": "d.accepted_on",
        },
        """FROM orders_deliveryline AS n JOIN orders_delivery AS d ON d.id = n.delivery_id
        JOIN orders_orderline AS l ON l.id = n.order_line_id
        JOIN orders_order AS o ON o.id = d.order_id
        WHERE n.company_id = %(company)s AND NOT d.is_whole
        ORDER BY d.order_id, d.delivered_on, l.line_number""",
    ),
)
NOT_CARRIED = (
    NotCarried(
        "deferrals",
        """SELECT count(*) FROM orders_deferral
        WHERE company_id = %(company)s AND released_at IS NULL""",
    ),
    # A line says 0 and not why: it gets the company's reason for zero.
    NotCarried(
        "lines_of_other_zero_rates",
        """SELECT count(*) FROM orders_orderline AS l JOIN companies_company AS c
            ON c.id = l.company_id
        WHERE c.id = %(company)s AND l.tax_rate = 0 AND l.tax_category <> c.zero_category""",
    ),
    # They were posted in a later month because their own was locked.
    NotCarried(
        "deliveries_posted_late",
        """SELECT count(*) FROM orders_delivery AS d JOIN periods_period AS p ON p.id = d.period_id
        WHERE d.company_id = %(company)s AND p.starts_on > d.delivered_on""",
    ),
)
