"""What of this floor export_data writes. Data."""

from closing_site.exported import Exported, NotCarried, exported
from payments.kinds import PAYMENTS

EXPORTED = (
    exported(
        PAYMENTS,
        {
            column.name: "c.code" if column.name == "customer_code" else f"p.{column.name}"
            for column in PAYMENTS.columns
        },
        """FROM payments_payment AS p LEFT JOIN customers_customer AS c ON c.id = p.customer_id
        WHERE p.company_id = %(company)s ORDER BY p.id""",
    ),
    # What was undone is left out, with what undid it.
    Exported(
        "deductions",
        {
            "invoice_number": "i.number",
            "order_number": "NULL::text",
            "recorded_on": "d.recorded_on",
            "reason": "d.reason",
            "amount": "d.amount",
            "customer_confirmed_on": "d.customer_confirmed_on",
            "note": "d.note",
        },
        """FROM payments_deduction AS d JOIN customers_openitem AS i ON i.id = d.item_id
        WHERE d.company_id = %(company)s AND d.reverses_id IS NULL AND NOT EXISTS (
            SELECT FROM payments_deduction AS undone WHERE undone.company_id = d.company_id
                AND undone.reverses_id = d.id)
        ORDER BY d.id""",
        {"recorded_on": "date", "amount": "numeric", "customer_confirmed_on": "date"},
    ),
)
NOT_CARRIED = (
    NotCarried(
        "allocations_by_hand",
        """SELECT count(*) FROM payments_allocation
        WHERE company_id = %(company)s AND (rule = 'by_hand' OR reverses_id IS NOT NULL)""",
    ),
    NotCarried(
        "fees_of_payments",
        "SELECT count(*) FROM payments_payment WHERE company_id = %(company)s AND fee <> 0",
    ),
    NotCarried(
        "payments_posted_late",
        """SELECT count(*) FROM payments_payment
        WHERE company_id = %(company)s AND posted_on > received_on""",
    ),
    NotCarried(
        "bank_statements",
        "SELECT count(*) FROM payments_bankstatement WHERE company_id = %(company)s",
    ),
)
