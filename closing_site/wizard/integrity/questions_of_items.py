"""Law 5: open items, and what is set against them."""

from closing_site.wizard.integrity.question import IN_PERIOD, Question

QUESTIONS = [
    Question(
        5,
        "customers_openitem",
        "what is set against it is not what it says, or is more than its amount",
        """
        SELECT i.id AS key, i.number FROM customers_openitem AS i
        LEFT JOIN (
            SELECT id, sum(amount) AS amount FROM (
                SELECT debit_item_id AS id, debit_amount AS amount FROM payments_allocation
                WHERE company_id = %(company)s
                UNION ALL SELECT credit_item_id, credit_amount FROM payments_allocation
                WHERE company_id = %(company)s
                UNION ALL SELECT item_id, amount FROM payments_deduction
                WHERE company_id = %(company)s
            ) AS part GROUP BY id
        ) AS taken ON taken.id = i.id
        WHERE i.company_id = %(company)s
            AND (%(period)s::bigint IS NULL OR i.period_id = %(period)s)
            AND (i.settled <> coalesce(taken.amount, 0) OR i.settled > i.amount OR i.settled < 0)
        """,
    ),
    Question(
        5,
        "customers_openitem",
        "it is not the document it stands for",
        """
        SELECT i.id AS key, i.number FROM customers_openitem AS i
        LEFT JOIN invoicing_invoice AS v ON i.kind IN ('invoice', 'credit_note')
            AND v.id = i.document_id
        LEFT JOIN payments_payment AS p ON i.kind IN ('payment', 'refund') AND p.id = i.document_id
        WHERE i.company_id = %(company)s AND i.document_id > 0
            AND (%(period)s::bigint IS NULL OR i.period_id = %(period)s)
            AND (ROW(i.amount, i.base_amount, i.currency, i.customer_id, i.number)
                    IS DISTINCT FROM ROW(abs(coalesce(v.gross, p.amount)),
                        abs(coalesce(v.base_gross, p.base_amount)),
                        coalesce(v.currency, p.currency), coalesce(v.customer_id, p.customer_id),
                        coalesce(v.number, p.reference))
                OR i.posted_on <> coalesce(v.posted_on, p.posted_on)
                OR v.kind = 'invoice' AND ROW(i.issued_on, i.due_on, i.posted_on)
                    IS DISTINCT FROM ROW(v.issued_on, v.due_on, v.posted_on))
        """,
    ),
    Question(
        5,
        "invoicing_invoice",
        "it has no open item",
        f"""
        SELECT v.id AS key, v.number FROM invoicing_invoice AS v
        WHERE v.company_id = %(company)s AND {IN_PERIOD.format(row="v")} AND v.status = 'issued'
            AND v.kind IN ('invoice', 'credit_note')
            AND NOT EXISTS (SELECT FROM customers_openitem AS i WHERE i.company_id = v.company_id
                AND i.kind = v.kind AND i.document_id = v.id)
        """,
    ),
    Question(
        5,
        "payments_payment",
        "it has no open item",
        f"""
        SELECT y.id AS key, y.reference AS number FROM payments_payment AS y
        WHERE y.company_id = %(company)s AND {IN_PERIOD.format(row="y")}
            AND y.customer_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM customers_openitem AS i WHERE i.company_id = y.company_id
                AND i.kind = CASE WHEN y.amount > 0 THEN 'payment' ELSE 'refund' END
                AND i.document_id = y.id)
        """,
    ),
    Question(
        5,
        "payments_allocation",
        "it is not between a credit and a debit of its customer",
        f"""
        SELECT a.id AS key, c.number || ' → ' || d.number AS number FROM payments_allocation AS a
        JOIN customers_openitem AS d ON d.id = a.debit_item_id
        JOIN customers_openitem AS c ON c.id = a.credit_item_id
        WHERE a.company_id = %(company)s AND {IN_PERIOD.format(row="a")}
            AND (d.side <> 'debit' OR c.side <> 'credit' OR d.customer_id <> a.customer_id
                OR c.customer_id <> a.customer_id
                OR (d.currency = c.currency AND a.debit_amount <> a.credit_amount))
        """,
    ),
]
