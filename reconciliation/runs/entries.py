"""Which lines a document's voucher has. One statement a kind of document, all into base currency.

Each yields, for the rows of ``voucher_document`` in the chunk: voucher_id, place, role,
customer_id, currency, amount (signed, in that currency) and base (signed; positive is a debit).
"""

#: Where a receipt goes, by its method.
METHOD_ROLE = """CASE p.method WHEN 'cash' THEN 'cash' WHEN 'card' THEN 'wallet'
    WHEN 'wechat_pay' THEN 'wallet' WHEN 'alipay' THEN 'wallet'
    WHEN 'acceptance_draft' THEN 'notes' ELSE 'bank' END"""

#: Receivable, revenue and, where there is some, tax.
INVOICE = """
    SELECT d.voucher_id, e.place, e.role, e.customer_id, i.currency, e.amount, e.base,
        '' AS source_kind, NULL::bigint AS source_id
    FROM voucher_document AS d JOIN invoicing_invoice AS i ON i.id = d.document_id
    CROSS JOIN LATERAL (VALUES
        (1, 'receivable', i.customer_id, i.gross, i.base_gross),
        (2, 'revenue', NULL, -i.net, -i.base_net),
        (3, 'tax', NULL, -i.tax, -i.base_tax)
    ) AS e (place, role, customer_id, amount, base)
    WHERE d.document_kind IN ('invoice', 'credit_note') AND {in_chunk}
        AND (e.place < 3 OR e.base <> 0)
"""
#: The money itself, the fee it cost, and what no allocation of the month has moved.
RECEIPT = f"""
    SELECT d.voucher_id, e.place, e.role, e.customer_id, p.currency, e.amount, e.base,
        '' AS source_kind, NULL::bigint AS source_id
    FROM voucher_document AS d
    JOIN payments_payment AS p ON p.id = d.document_id
    JOIN companies_company AS co ON co.id = p.company_id
    LEFT JOIN (
        SELECT voucher_id, sum(advance) AS amount, sum(base_advance) AS base
        FROM voucher_allocation GROUP BY voucher_id
    ) AS placed ON placed.voucher_id = d.voucher_id
    CROSS JOIN LATERAL (SELECT round(p.fee * p.exchange_rate, currency_digits(co.currency)) AS base)
        AS fee
    CROSS JOIN LATERAL (VALUES
        (1, {METHOD_ROLE}, NULL, p.amount - p.fee, p.base_amount - fee.base),
        (2, 'fees', NULL, p.fee, fee.base),
        (3, CASE WHEN p.customer_id IS NULL THEN 'suspense' ELSE 'advance' END, p.customer_id,
            coalesce(placed.amount, 0) - p.amount, coalesce(placed.base, 0) - p.base_amount)
    ) AS e (place, role, customer_id, amount, base)
    WHERE d.document_kind = 'payment' AND d.has_receipt AND {{in_chunk}}
        AND (e.place = 1 OR e.base <> 0 OR e.amount <> 0)
"""
#: What an allocation moves on the receivable and on the advance, and what the rates differ by.
ALLOCATION = """
    SELECT a.voucher_id, 10 + row_number() OVER (PARTITION BY a.voucher_id
            ORDER BY a.allocation_id, e.place) AS place,
        e.role, e.customer_id, e.currency, e.amount, e.base,
        'allocation' AS source_kind, a.allocation_id AS source_id
    FROM voucher_allocation AS a
    JOIN voucher_document AS d ON d.voucher_id = a.voucher_id
    CROSS JOIN LATERAL (VALUES
        (1, 'receivable', a.customer_id, a.receivable_currency, a.receivable, a.base_receivable),
        (2, 'exchange', NULL, a.advance_currency, 0, -a.base_receivable - a.base_advance),
        (3, 'advance', a.customer_id, a.advance_currency,
            CASE WHEN d.has_receipt THEN 0 ELSE a.advance END,
            CASE WHEN d.has_receipt THEN 0 ELSE a.base_advance END)
    ) AS e (place, role, customer_id, currency, amount, base)
    WHERE {in_chunk} AND (e.base <> 0 OR e.amount <> 0)
"""
DEDUCTION = """
    SELECT d.voucher_id, e.place, e.role, e.customer_id, i.currency, e.amount, e.base,
        '' AS source_kind, NULL::bigint AS source_id
    FROM voucher_document AS d
    JOIN payments_deduction AS x ON x.id = d.document_id
    JOIN customers_openitem AS i ON i.id = x.item_id
    CROSS JOIN LATERAL (VALUES
        (1, CASE x.reason WHEN 'bad_debt' THEN 'bad_debt' WHEN 'bank_fee' THEN 'fees'
            ELSE 'deduction' END, NULL, x.amount, x.base_amount),
        (2, 'receivable', x.customer_id, -x.amount, -x.base_amount)
    ) AS e (place, role, customer_id, amount, base)
    WHERE d.document_kind = 'deduction' AND {in_chunk}
"""
OPENING = """
    SELECT d.voucher_id, e.place, e.role, e.customer_id, i.currency, e.amount, e.base,
        '' AS source_kind, NULL::bigint AS source_id
    FROM voucher_document AS d
    JOIN customers_openitem AS i ON i.id = d.document_id
    CROSS JOIN LATERAL (SELECT CASE i.side WHEN 'debit' THEN 1 ELSE -1 END AS sign) AS s
    CROSS JOIN LATERAL (VALUES
        (1, CASE i.kind WHEN 'opening_advance' THEN 'advance' ELSE 'receivable' END,
            i.customer_id, s.sign * i.amount, s.sign * i.base_amount),
        (2, 'opening', NULL, -s.sign * i.amount, -s.sign * i.base_amount)
    ) AS e (place, role, customer_id, amount, base)
    WHERE d.document_kind = 'opening' AND d.is_opening AND {in_chunk}
"""

ENTRIES = (INVOICE, RECEIPT, ALLOCATION, DEDUCTION, OPENING)
IN_CHUNK = "d.voucher_id > %(after)s AND d.voucher_id <= %(through)s"
