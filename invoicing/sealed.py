"""What a seal holds of this app.

The seller's name in Chinese is added only where there is one: what was sealed before there was such
a name keeps its hash.
"""

from closing_site.periods.sealing import SealedKind

SEALED = [
    SealedKind(
        kind="invoice",
        table="invoicing_invoice",
        key="i.id",
        number="i.number",
        # A draft of the month has no number yet.
        is_final=True,
        content="""ROW(i.company_id, i.kind, i.status, i.series_id, i.sequence_number,
            i.number, i.customer_id, i.order_id, i.credits_id, i.currency, i.exchange_rate,
            i.prices_include_tax, i.supplied_on, i.posted_on, i.issued_on, i.issued_at, i.due_on,
            buyer.name, buyer.tax_id, buyer.address, buyer.country, seller.name, seller.tax_id,
            seller.address, seller.country, seller.bank, i.net, i.tax, i.gross, i.base_net,
            i.base_tax, i.base_gross)::text
            || coalesce(line.content, '') || coalesce(rate.content, '')
            || CASE WHEN seller.name_zh <> '' THEN ROW(seller.name_zh)::text ELSE '' END""",
        added=((2, "ROW(buyer.name_zh, buyer.bank)::text"),),
        source="""
        FROM invoicing_invoice AS i
        LEFT JOIN invoicing_partysnapshot AS buyer ON buyer.id = i.buyer_id
        LEFT JOIN invoicing_partysnapshot AS seller ON seller.id = i.seller_id
        CROSS JOIN LATERAL (
            SELECT string_agg(ROW(l.line_number, l.kind, l.order_line_id,
                l.credited_line_id, l.sku, l.description, l.quantity, l.unit, l.unit_price,
                l.unit_cost, l.discount_percent, l.tax_category, l.tax_rate, l.net, l.tax,
                l.base_net, l.base_tax)::text, E'\\n' ORDER BY l.line_number) AS content
            FROM invoicing_invoiceline AS l WHERE l.invoice_id = i.id
        ) AS line
        CROSS JOIN LATERAL (
            SELECT string_agg(ROW(t.category, t.rate, t.reason, t.net, t.tax,
                t.base_net, t.base_tax)::text, E'\\n' ORDER BY t.category COLLATE "C", t.rate)
                AS content
            FROM invoicing_invoicetax AS t WHERE t.invoice_id = i.id
        ) AS rate
        WHERE i.company_id = %(company)s AND i.period_id = %(period)s
        """,
    ),
    SealedKind(
        kind="series",
        table="invoicing_numberseries",
        since=2,
        key="s.id",
        number="s.code",
        content="""ROW(s.company_id, s.kind, s.code, s.last_number, s.last_issued_on)::text""",
        source="""
        FROM invoicing_numberseries AS s
        WHERE s.company_id = %(company)s AND s.period_id = %(period)s
        """,
    ),
]
