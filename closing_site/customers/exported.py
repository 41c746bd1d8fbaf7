"""What of this floor export_data writes. Data."""

from closing_site.customers.kinds import CUSTOMERS, OPENING_ITEMS, SALES_REPS
from closing_site.exported import NotCarried, exported

_OWN = (
    *("code", "name", "tax_id", "email", "phone", "address", "city", "region", "postal_code"),
    *("country", "currency", "payment_terms_days", "payment_method", "discount_terms"),
    *("credit_limit",),
)

EXPORTED = (
    exported(
        SALES_REPS,
        {"code": "r.code", "name": "r.name"},
        "FROM customers_salesrep AS r WHERE r.company_id = %(company)s ORDER BY r.id",
    ),
    exported(
        CUSTOMERS,
        {
            **{name: f"c.{name}" for name in _OWN},
            "sales_rep": "r.code",
            "invoice_grouping": "c.invoice_grouping",
        },
        """FROM customers_customer AS c LEFT JOIN customers_salesrep AS r ON r.id = c.sales_rep_id
        WHERE c.company_id = %(company)s ORDER BY c.id""",
    ),
    # What was open when the books began, not what is left of it: payments are exported too.
    exported(
        OPENING_ITEMS,
        {
            "customer_code": "c.code",
            "document_number": "i.number",
            "kind": "replace(i.kind, 'opening_', '')",
            "issued_on": "i.issued_on",
            "due_on": "i.due_on",
            "open_amount": "i.amount",
            "currency": "i.currency",
        },
        """FROM customers_openitem AS i JOIN customers_customer AS c ON c.id = i.customer_id
        WHERE i.company_id = %(company)s AND i.document_id = 0 ORDER BY i.id""",
    ),
)
NOT_CARRIED = (
    NotCarried(
        "customers_on_hold",
        "SELECT count(*) FROM customers_customer WHERE company_id = %(company)s AND is_on_hold",
    ),
    NotCarried(
        "users_of_sales_reps",
        """SELECT count(*) FROM customers_salesrep
        WHERE company_id = %(company)s AND user_id IS NOT NULL""",
    ),
)
