"""What a seal holds of this app."""

from closing_site.periods.sealing import SealedKind

SEALED = [
    SealedKind(
        kind="opening_item",
        table="customers_openitem",
        key="i.id",
        number="i.number",
        content="""ROW(i.company_id, i.customer_id, i.kind, i.number, i.currency,
            i.amount, i.base_amount, i.issued_on, i.due_on, i.posted_on)::text""",
        source="""
        FROM customers_openitem AS i
        WHERE i.company_id = %(company)s AND i.period_id = %(period)s AND i.document_id = 0
        """,
    ),
]
