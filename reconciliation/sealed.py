"""What a seal holds of this app."""

from closing_site.periods.sealing import SealedKind
from reconciliation.balances_sql import AMOUNTS

SEALED = [
    SealedKind(
        kind="voucher",
        table="reconciliation_voucher",
        key="v.id",
        number="v.number",
        is_final=True,
        content="""ROW(v.company_id, v.kind, v.series_id, v.sequence_number, v.number,
            v.posted_on, v.document_kind, v.document_id, v.document_number, v.total)::text
            || coalesce(line.content, '')""",
        source="""
        FROM reconciliation_voucher AS v
        CROSS JOIN LATERAL (
            SELECT string_agg(ROW(l.line_number, l.account_id, l.customer_id,
                l.currency, l.amount, l.debit, l.credit, l.source_kind, l.source_id)::text, E'\\n'
                ORDER BY l.line_number) AS content
            FROM reconciliation_voucherline AS l WHERE l.voucher_id = v.id
        ) AS line
        WHERE v.company_id = %(company)s AND v.period_id = %(period)s
        """,
    ),
    SealedKind(
        kind="balance",
        table="reconciliation_customerbalance",
        key="b.id",
        number="c.code || ' ' || b.currency",
        content=f"""ROW(b.company_id, b.customer_id,
            b.currency, {", ".join(f"b.{name}" for name in AMOUNTS)})::text""",
        source="""
        FROM reconciliation_customerbalance AS b
        JOIN customers_customer AS c ON c.id = b.customer_id
        WHERE b.company_id = %(company)s AND b.period_id = %(period)s
        """,
    ),
]
