"""What a seal holds of this app."""

from closing_site.periods.sealing import SealedKind

SEALED = [
    SealedKind(
        kind="payment",
        table="payments_payment",
        key="p.id",
        number="p.reference",
        content="""ROW(p.company_id, p.reference, p.customer_id,
            p.received_on, p.posted_on, p.method, p.currency, p.exchange_rate, p.amount,
            p.base_amount, p.fee, p.order_number, p.invoice_number, p.payer, p.memo)::text""",
        added=((2, "ROW(p.refund_of, p.refund_kind)::text"),),
        source="""
        FROM payments_payment AS p
        WHERE p.company_id = %(company)s AND p.period_id = %(period)s
        """,
    ),
    SealedKind(
        kind="allocation",
        table="payments_allocation",
        key="a.id",
        number="c.number || ' → ' || d.number",
        is_final=True,
        content="""ROW(a.company_id, a.customer_id,
            a.posted_on, a.debit_item_id, a.credit_item_id, c.number, d.number, a.debit_amount,
            a.credit_amount, a.base_debit, a.base_credit, a.rule, a.reverses_id)::text""",
        source="""
        FROM payments_allocation AS a
        JOIN customers_openitem AS d ON d.id = a.debit_item_id
        JOIN customers_openitem AS c ON c.id = a.credit_item_id
        WHERE a.company_id = %(company)s AND a.period_id = %(period)s
        """,
    ),
    SealedKind(
        kind="deduction",
        table="payments_deduction",
        key="x.id",
        number="i.number",
        is_final=True,
        content="""ROW(x.company_id, x.customer_id, x.posted_on, x.recorded_on,
            x.item_id, x.reason, x.amount, x.base_amount, x.customer_confirmed_on, x.note,
            x.approval_id, x.reverses_id)::text""",
        source="""
        FROM payments_deduction AS x
        JOIN customers_openitem AS i ON i.id = x.item_id
        WHERE x.company_id = %(company)s AND x.period_id = %(period)s
        """,
    ),
]
