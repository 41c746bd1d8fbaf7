"""What the close asks of money received."""

from django.utils.translation import gettext_noop as _

from closing_site.desk.leaving_out import left_out
from closing_site.desk.models import Severity
from closing_site.desk.registry import Check
from payments.memo_sql import numbers_in

STEP = "pay"

#: Receipts of which something is left by the month's end: what is unplaced now, and what later
#: months placed. ``rest`` is in the payment's currency.
UNPLACED = """
    SELECT p.id, p.reference, p.customer_id, p.received_on, p.currency, p.amount, p.order_number,
        p.invoice_number, p.memo, i.id AS item, i.amount - i.settled + later.amount AS rest,
        i.settled - later.amount AS placed
    FROM customers_openitem AS i
    JOIN payments_payment AS p ON p.id = i.document_id
    CROSS JOIN LATERAL (SELECT coalesce(sum(a.credit_amount), 0) AS amount
        FROM payments_allocation AS a
        WHERE a.credit_item_id = i.id AND a.posted_on > %(ends_on)s) AS later
    WHERE i.company_id = %(company)s AND i.kind = 'payment' AND i.settled < i.amount
        AND i.posted_on <= %(ends_on)s
"""
#: SQL: the gross of the document ``number`` of the customer of the payment ``p``, in its currency;
#: null where there is none.
_GROSS_OF = """(
    SELECT coalesce(
        (SELECT i.gross FROM invoicing_invoice AS i WHERE i.company_id = p.company_id
            AND i.number = {number} AND i.customer_id = p.customer_id
            AND i.currency = p.currency AND i.kind <> 'credit_note'),
        (SELECT o.gross FROM orders_order AS o WHERE o.company_id = p.company_id
            AND o.number = {number} AND o.customer_id = p.customer_id
            AND o.currency = p.currency),
        (SELECT n.amount FROM customers_openitem AS n WHERE n.company_id = p.company_id
            AND n.kind = 'opening_invoice' AND n.number = {number}
            AND n.customer_id = p.customer_id AND n.currency = p.currency LIMIT 1)))"""
#: The same customer, currency and amount within a week, naming the same document: the later one,
#: with what was paid for that document up to it (``paid``) and what it comes to (``total``).
#: Instalments are equal too: they are twins once their sum exceeds the document.
TWINS = f"""
    SELECT p.id, p.reference, other.reference AS other, other.received_on AS other_day,
        p.received_on AS day, named.paid, named.total
    FROM payments_payment AS p
    JOIN LATERAL (
        SELECT o.reference, o.received_on FROM payments_payment AS o
        WHERE o.company_id = p.company_id AND o.customer_id = p.customer_id
            AND o.received_on BETWEEN p.received_on - 7 AND p.received_on
            AND o.id <> p.id AND o.currency = p.currency AND o.amount = p.amount
            AND o.order_number = p.order_number AND o.invoice_number = p.invoice_number
            AND (p.order_number <> '' OR p.invoice_number <> '' OR (p.memo <> ''
                AND o.memo = p.memo))
            AND (o.received_on, o.reference COLLATE "C") < (p.received_on, p.reference COLLATE "C")
        ORDER BY o.received_on DESC, o.reference COLLATE "C" DESC LIMIT 1
    ) AS other ON true
    CROSS JOIN LATERAL (
        SELECT sum(o.amount) AS paid, CASE
            WHEN p.invoice_number <> '' THEN {_GROSS_OF.format(number="p.invoice_number")}
            WHEN p.order_number <> '' THEN {_GROSS_OF.format(number="p.order_number")}
            ELSE (SELECT sum({_GROSS_OF.format(number="word.number")})
                FROM ({numbers_in("p.memo")}) AS word) END AS total
        FROM payments_payment AS o
        WHERE o.company_id = p.company_id AND o.customer_id = p.customer_id
            AND o.currency = p.currency AND o.amount > 0
            AND o.order_number = p.order_number AND o.invoice_number = p.invoice_number
            AND (p.order_number <> '' OR p.invoice_number <> '' OR o.memo = p.memo)
            AND (o.received_on, o.reference COLLATE "C")
                <= (p.received_on, p.reference COLLATE "C")
    ) AS named
"""
#: Of a twin (t, twin): more was paid than the document comes to, or that is not known.
EXCEEDS = "(t.total IS NULL OR t.paid > t.total)"
#: Everything the payment names is invoiced, to the last part, and settled. An invoice over a
#: month bills an order without being the order's own.
ALL_SETTLED = f"""
    SELECT u.id,
        bool_and(v.id IS NOT NULL OR opening.id IS NOT NULL)
            AND NOT bool_or(coalesce(item.settled < item.amount, opening.settled < opening.amount,
                false))
            AND NOT bool_or(coalesce(ord.gross > (SELECT sum(l.net + l.tax)
                FROM orders_orderline AS ol JOIN invoicing_invoiceline AS l
                    ON l.order_line_id = ol.id AND l.credited_line_id IS NULL
                WHERE ol.company_id = %(company)s AND ol.order_id = ord.id), false)) AS is_settled
    FROM unplaced AS u
    CROSS JOIN LATERAL (
        SELECT u.invoice_number AS number WHERE u.invoice_number <> ''
        UNION SELECT u.order_number WHERE u.order_number <> ''
        UNION SELECT word.number FROM ({numbers_in("u.memo")}) AS word
            WHERE u.memo <> '' AND (
                EXISTS (SELECT FROM orders_order AS o WHERE o.company_id = %(company)s
                    AND o.number = word.number AND o.customer_id = u.customer_id)
                OR EXISTS (SELECT FROM invoicing_invoice AS i WHERE i.company_id = %(company)s
                    AND i.number = word.number AND i.customer_id = u.customer_id)
                OR EXISTS (SELECT FROM customers_openitem AS i WHERE i.company_id = %(company)s
                    AND i.kind = 'opening_invoice' AND i.document_id = 0
                    AND i.number = word.number AND i.customer_id = u.customer_id))
    ) AS named
    LEFT JOIN orders_order AS ord ON ord.company_id = %(company)s AND ord.number = named.number
        AND ord.customer_id = u.customer_id
    LEFT JOIN LATERAL (
        SELECT i.id FROM invoicing_invoice AS i WHERE i.company_id = %(company)s
            AND i.number = named.number AND i.customer_id = u.customer_id
        UNION SELECT i.id FROM invoicing_invoice AS i
            WHERE i.company_id = %(company)s AND i.order_id = ord.id
        UNION SELECT l.invoice_id FROM orders_orderline AS ol
            JOIN invoicing_invoiceline AS l ON l.order_line_id = ol.id
                AND l.credited_line_id IS NULL
            WHERE ol.company_id = %(company)s AND ol.order_id = ord.id
    ) AS v ON true
    LEFT JOIN customers_openitem AS item ON item.company_id = %(company)s
        AND item.kind = 'invoice' AND item.document_id = v.id
    LEFT JOIN customers_openitem AS opening ON opening.company_id = %(company)s
        AND opening.kind = 'opening_invoice' AND opening.document_id = 0
        AND opening.number = named.number AND opening.customer_id = u.customer_id
    GROUP BY u.id
"""
REST = f"""
    WITH unplaced AS MATERIALIZED ({UNPLACED}),
    twin AS (SELECT * FROM ({TWINS} WHERE p.id IN (SELECT id FROM unplaced)) AS t
        WHERE {EXCEEDS}),
    settled AS ({ALL_SETTLED}),
    judged AS (
        SELECT u.*, twin.other, CASE
            WHEN twin.id IS NOT NULL AND u.placed = 0 THEN 'twin'
            WHEN settled.is_settled THEN 'over'
            ELSE 'rest' END AS why
        FROM unplaced AS u LEFT JOIN twin ON twin.id = u.id LEFT JOIN settled ON settled.id = u.id
    )
    SELECT 'payment' AS document_kind, id AS document_id, reference AS document_number,
        rest AS amount, currency, {{parameters}} AS parameters
    FROM judged WHERE why = '{{why}}'
"""
REST_PARAMETERS = """jsonb_build_object('rest', trim_scale(rest)::text, 'currency', currency,
    'amount', trim_scale(amount)::text)"""

SAME_MONEY = f"""
    SELECT 'payment' AS document_kind, p.id AS document_id, p.reference AS document_number,
        p.amount, p.currency, jsonb_build_object('other', t.other, 'other_day', t.other_day,
            'day', t.day, 'amount', trim_scale(p.amount)::text, 'currency', p.currency,
            'paid', trim_scale(t.paid)::text, 'total', trim_scale(t.total)::text) AS parameters
    FROM payments_payment AS p JOIN ({TWINS}
        WHERE p.company_id = %(company)s AND (p.period_id = %(period)s
            OR p.id IN (SELECT u.id FROM ({UNPLACED}) AS u WHERE u.placed = 0))) AS t
        ON t.id = p.id AND {EXCEEDS}
"""
WITHOUT_CUSTOMER = """
    SELECT 'payment' AS document_kind, p.id AS document_id, p.reference AS document_number,
        p.amount, p.currency, jsonb_build_object('payer', p.payer, 'memo', p.memo) AS parameters
    FROM payments_payment AS p
    WHERE p.company_id = %(company)s AND p.customer_id IS NULL AND p.posted_on <= %(ends_on)s
"""
PRIOR_PERIOD = """
    SELECT 'payment' AS document_kind, p.id AS document_id, p.reference AS document_number,
        p.amount, p.currency, jsonb_build_object('day', p.received_on, 'posted', p.posted_on)
            AS parameters
    FROM payments_payment AS p
    WHERE p.company_id = %(company)s AND p.period_id = %(period)s
        AND p.received_on < %(starts_on)s
"""

CHECKS = [
    Check(
        "payment-without-customer",
        STEP,
        Severity.WARN,
        _("Payment without customer"),
        _("No one knows yet who paid (payer: %(payer)s; memo: %(memo)s)."),
        _("Find the customer and enter them; the money waits in suspense until then."),
        WITHOUT_CUSTOMER,
        is_monthly=True,
    ),
    Check(
        "allocation-refused",
        STEP,
        Severity.BLOCK,
        _("Allocation refused by the database"),
        _("The receipt could not be allocated: %(reason)s. The others were."),
        _("Correct the receipt or the document it pays, then match the receipts again."),
        left_out("match"),
    ),
    Check(
        "same-money-twice",
        STEP,
        Severity.WARN,
        _("Same money twice"),
        _(
            "%(amount)s %(currency)s of %(day)s repeat %(other)s of %(other_day)s for the same"
            " document: paid %(paid)s, it comes to %(total)s."
        ),
        _("Look at the bank statement: delete what was entered twice, or refund what was paid."),
        SAME_MONEY,
        amounts=("amount", "paid", "total"),
        is_monthly=True,
    ),
    Check(
        "over-payment",
        STEP,
        Severity.WARN,
        _("Over-payment"),
        _("%(rest)s of %(amount)s %(currency)s exceed what it pays for, which is settled."),
        _("Refund it, or place it on another invoice with the customer's word."),
        REST.format(why="over", parameters=REST_PARAMETERS),
        amounts=("rest", "amount"),
        is_monthly=True,
    ),
    Check(
        "payment-not-placed",
        STEP,
        Severity.WARN,
        _("Payment not fully placed"),
        _("%(rest)s of %(amount)s %(currency)s are placed on no invoice."),
        _("Ask the customer what it is for, or leave it as an advance."),
        REST.format(why="rest", parameters=REST_PARAMETERS),
        amounts=("rest", "amount"),
        is_monthly=True,
    ),
    Check(
        "prior-period-receipt",
        STEP,
        Severity.WARN,
        _("Receipt of an earlier month"),
        _("Received on %(day)s, in a month already locked; posted on %(posted)s."),
        _("Find out why it came late; acknowledge it with the reason."),
        PRIOR_PERIOD,
    ),
]
