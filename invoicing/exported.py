"""What of this floor export_data writes. Data.

Credit notes go into ``returns.csv``: whoever imports it issues them again.
"""

from closing_site.exported import Exported, NotCarried

EXPORTED = (
    Exported(
        "returns",
        {
            "reference": "i.number || '-' || l.line_number",
            "order_number": "o.number",
            "customer_code": "c.code",
            "line_number": "ol.line_number",
            "returned_on": "i.supplied_on",
            "quantity": "CASE WHEN l.quantity <> 0 THEN abs(l.quantity) END",
            "amount": "CASE WHEN l.quantity = 0 THEN -(l.net + l.tax) END",
            "reason": "l.description",
        },
        """FROM invoicing_invoiceline AS l JOIN invoicing_invoice AS i ON i.id = l.invoice_id
        JOIN customers_customer AS c ON c.id = i.customer_id
        LEFT JOIN orders_orderline AS ol ON ol.id = l.order_line_id
        LEFT JOIN orders_order AS o ON o.id = ol.order_id
        WHERE l.company_id = %(company)s AND i.kind = 'credit_note' AND i.status = 'issued'
        ORDER BY i.id, l.line_number""",
        {
            "line_number": "integer",
            "returned_on": "date",
            "quantity": "numeric",
            "amount": "numeric",
        },
    ),
)
NOT_CARRIED: tuple[NotCarried, ...] = ()
