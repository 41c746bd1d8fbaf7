"""What the close asks of money received."""

from django.utils.translation import gettext_noop as _

from closing_site.desk.leaving_out import left_out
from closing_site.desk.models import Severity
from closing_site.desk.registry import Check
from payments.memo_sql import references_in
from payments.references_sql import documents_named, numbers_named

STEP = "pay"

#: Receipts of which something is unapplied at the month's end; ``rest`` is in their currency.
UNPLACED = """
    SELECT p.id, p.reference, p.customer_id, p.received_on, p.currency, p.amount, p.order_number,
        p.invoice_number, p.memo, i.id AS item, part.rest, i.amount - part.rest AS placed
    FROM (
        SELECT o.item_id, sum(o.amount) AS rest
        FROM open_parts(%(company)s, %(ends_on)s) AS o
        WHERE o.kind = 'payment' GROUP BY o.item_id HAVING sum(o.amount) > 0
    ) AS part
    JOIN customers_openitem AS i ON i.id = part.item_id
    JOIN payments_payment AS p ON p.id = i.document_id
"""
#: All of the payment ``{0}`` went back: it bounced, or was refunded.
GIVEN_BACK = """
    {0}.amount = (SELECT sum(a.credit_amount) FROM customers_openitem AS c
        JOIN payments_allocation AS a ON a.credit_item_id = c.id AND a.posted_on <= %(ends_on)s
        JOIN customers_openitem AS d ON d.id = a.debit_item_id AND d.kind = 'refund'
        WHERE c.company_id = %(company)s AND c.kind = 'payment' AND c.document_id = {0}.id)
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
_MEMO = "SELECT 1 AS key, p.memo AS memo"
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
            AND ({GIVEN_BACK.format("o")}) IS NOT TRUE AND ({GIVEN_BACK.format("p")}) IS NOT TRUE
        ORDER BY o.received_on DESC, o.reference COLLATE "C" DESC LIMIT 1
    ) AS other ON true
    CROSS JOIN LATERAL (
        SELECT sum(o.amount) AS paid, CASE
            WHEN p.invoice_number <> '' THEN {_GROSS_OF.format(number="p.invoice_number")}
            WHEN p.order_number <> '' THEN {_GROSS_OF.format(number="p.order_number")}
            ELSE (SELECT sum({_GROSS_OF.format(number="word.number")})
                FROM (SELECT DISTINCT r.number FROM ({references_in(_MEMO)}) AS r) AS word)
            END AS total
        FROM payments_payment AS o
        WHERE o.company_id = p.company_id AND o.customer_id = p.customer_id
            AND o.currency = p.currency AND o.amount > 0
            AND o.order_number = p.order_number AND o.invoice_number = p.invoice_number
            AND (p.order_number <> '' OR p.invoice_number <> '' OR o.memo = p.memo)
            AND ({GIVEN_BACK.format("o")}) IS NOT TRUE
            AND (o.received_on, o.reference COLLATE "C")
                <= (p.received_on, p.reference COLLATE "C")
    ) AS named
"""
#: Of a twin (t, twin): more was paid than the document comes to, or that is not known.
EXCEEDS = "(t.total IS NULL OR t.paid > t.total)"
#: Everything the payment names is invoiced, to the last part, and settled. An invoice over a
#: month bills an order without being the order's own.
ALL_SETTLED = """
    SELECT id, bool_and(is_settled) AS is_settled FROM (
        SELECT k.key AS id, k.kind <> 'order' AND item.settled >= item.amount OR k.kind = 'order'
            AND ord.gross <= (SELECT coalesce(sum(l.net + l.tax), -1)
                FROM orders_orderline AS ol JOIN invoicing_invoiceline AS l
                    ON l.order_line_id = ol.id AND l.credited_line_id IS NULL
                WHERE ol.company_id = %(company)s AND ol.order_id = ord.id)
            AND NOT EXISTS (SELECT FROM (
                    SELECT v.id FROM invoicing_invoice AS v
                    WHERE v.company_id = %(company)s AND v.order_id = ord.id
                    UNION SELECT l.invoice_id FROM orders_orderline AS ol
                    JOIN invoicing_invoiceline AS l ON l.order_line_id = ol.id
                        AND l.credited_line_id IS NULL
                    WHERE ol.company_id = %(company)s AND ol.order_id = ord.id
                ) AS v JOIN customers_openitem AS i ON i.company_id = %(company)s
                    AND i.kind = 'invoice' AND i.document_id = v.id AND i.settled < i.amount)
            AS is_settled
        FROM known AS k
        LEFT JOIN orders_order AS ord ON k.kind = 'order' AND ord.id = k.document_id
        LEFT JOIN customers_openitem AS item ON item.company_id = %(company)s
            AND (k.kind = 'opening_invoice' AND item.id = k.document_id
                OR k.kind = 'invoice' AND item.kind = 'invoice'
                    AND item.document_id = k.document_id)
        WHERE k.is_own AND NOT k.is_between
        UNION ALL
        -- A column that names what nobody knows.
        SELECT n.key, false FROM named AS n WHERE n.place <= 1
            AND NOT EXISTS (SELECT FROM known AS k WHERE k.key = n.key AND k.place = n.place)
    ) AS one GROUP BY id
"""
_NAMING = "SELECT id AS key, customer_id, invoice_number, order_number, memo FROM unplaced"
REST_PARAMETERS = """jsonb_build_object('rest', trim_scale(rest)::text, 'currency', currency,
    'amount', trim_scale(amount)::text)"""
OTHERS_PARAMETERS = """jsonb_build_object('rest', trim_scale(rest)::text, 'currency', currency,
    'numbers', numbers, 'customers', owners)"""


def unapplied_because(why: str, parameters: str) -> str:
    """A check's query of what is unapplied: it names another customer's document (``other``), is
    the same money twice (``twin``), all that it names is settled (``over``), or none of these
    (``rest``)."""
    return f"""
        WITH unplaced AS MATERIALIZED ({UNPLACED}),
        named AS MATERIALIZED ({numbers_named(_NAMING)}),
        known AS MATERIALIZED ({documents_named("named")}),
        other AS (
            SELECT k.key AS id, string_agg(DISTINCT k.number, ', ') AS numbers,
                string_agg(DISTINCT c.code, ', ') AS owners
            FROM known AS k JOIN customers_customer AS c ON c.id = k.owner
            WHERE NOT k.is_own AND NOT k.is_between GROUP BY k.key
        ),
        twin AS (SELECT * FROM ({TWINS} WHERE p.id IN (SELECT id FROM unplaced)) AS t
            WHERE {EXCEEDS}),
        settled AS ({ALL_SETTLED}),
        judged AS (
            SELECT u.*, twin.other, other.numbers, other.owners, CASE
                WHEN other.id IS NOT NULL THEN 'other'
                WHEN twin.id IS NOT NULL AND u.placed = 0 THEN 'twin'
                WHEN settled.is_settled THEN 'over'
                ELSE 'rest' END AS why
            FROM unplaced AS u LEFT JOIN twin ON twin.id = u.id
            LEFT JOIN settled ON settled.id = u.id
            LEFT JOIN other ON other.id = u.id
        )
        SELECT 'payment' AS document_kind, id AS document_id, reference AS document_number,
            rest AS amount, currency, {parameters} AS parameters
        FROM judged WHERE why = '{why}'
    """


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
#: What went back and came from nothing: the customer owes it. In base currency.
MORE_REFUNDED = """
    SELECT 'customer' AS document_kind, c.id AS document_id, c.code AS document_number,
        sum(o.base) AS amount, ''::text AS currency, jsonb_build_object('what', string_agg(
            trim_scale(o.amount)::text || ' ' || o.currency || ' (' || i.number || ')', ', '
            ORDER BY i.issued_on, i.number)) AS parameters
    FROM (
        SELECT o.item_id, o.customer_id, o.currency, sum(o.amount) AS amount,
            sum(o.base_amount) AS base
        FROM open_parts(%(company)s, %(ends_on)s) AS o
        WHERE o.kind = 'refund' GROUP BY o.item_id, o.customer_id, o.currency
        HAVING sum(o.amount) > 0
    ) AS o
    JOIN customers_openitem AS i ON i.id = o.item_id
    JOIN customers_customer AS c ON c.id = o.customer_id
    GROUP BY c.id, c.code
"""
#: A refund took what had settled it; a bounce is expected to.
OPEN_AGAIN = """
    SELECT CASE i.document_id WHEN 0 THEN 'customer' ELSE i.kind END AS document_kind,
        CASE i.document_id WHEN 0 THEN i.customer_id ELSE i.document_id END AS document_id,
        CASE i.document_id WHEN 0 THEN c.code ELSE i.number END AS document_number,
        sum(i.amount - i.settled) AS amount, i.currency,
        jsonb_build_object('number', string_agg(i.number, ', '),
            'refunds', string_agg(freed.refunds, ', ')) AS parameters
    FROM (
        SELECT a.debit_item_id AS item, string_agg(DISTINCT refund.number, ', ') AS refunds
        FROM payments_allocation AS a
        JOIN payments_allocation AS back ON back.company_id = a.company_id
            AND back.credit_item_id = a.credit_item_id AND back.period_id = a.period_id
        JOIN customers_openitem AS refund ON refund.id = back.debit_item_id
            AND refund.kind = 'refund'
        WHERE a.company_id = %(company)s AND a.period_id = %(period)s AND a.rule = 'refund'
            AND a.reverses_id IS NOT NULL
        GROUP BY a.debit_item_id
    ) AS freed
    JOIN customers_openitem AS i ON i.id = freed.item AND i.settled < i.amount
    JOIN customers_customer AS c ON c.id = i.customer_id
    GROUP BY 1, 2, 3, i.currency
"""
PRIOR_PERIOD = """
    SELECT 'payment' AS document_kind, p.id AS document_id, p.reference AS document_number,
        p.amount, p.currency, jsonb_build_object('day', p.received_on, 'posted', p.posted_on)
            AS parameters
    FROM payments_payment AS p
    WHERE p.company_id = %(company)s AND p.period_id = %(period)s
        AND p.received_on < %(starts_on)s
"""
#: In China a cashier keeps no ledger of receivables (会计法 37): who recorded receipts by hand and
#: also allocated or deducted, as far as nobody else has reviewed it.
BOTH_DUTIES = """
    SELECT 'person' AS document_kind, u.id AS document_id, u.username AS document_number,
        NULL::numeric AS amount, ''::text AS currency,
        jsonb_build_object('user', u.username) AS parameters
    FROM companies_company AS c
    CROSS JOIN LATERAL (
        SELECT DISTINCT user_id AS id FROM periods_preparation
        WHERE company_id = c.id AND period_id = %(period)s AND act = 'payment'
    ) AS receiving
    JOIN companies_user AS u ON u.id = receiving.id
    CROSS JOIN LATERAL (
        SELECT bool_or(p.act = 'payment') AS has_received,
            bool_or(p.act IN ('allocation', 'deduction')) AS has_allocated
        FROM closing_preparations(%(period)s, u.id) AS p
    ) AS did
    WHERE c.id = %(company)s AND c.country = 'CN' AND did.has_received AND did.has_allocated
"""

CHECKS = [
    Check(
        "receipts-and-allocations",
        STEP,
        Severity.WARN,
        _("Receipts and allocations by one person"),
        _("%(user)s recorded receipts and also allocated them or recorded deductions."),
        _("Let a cashier record receipts, or have another person review it on the lock's page."),
        BOTH_DUTIES,
        is_monthly=True,
    ),
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
        "payment-names-another-customer",
        STEP,
        Severity.WARN,
        _("Payment names another customer's document"),
        _("It names %(numbers)s of customer %(customers)s; %(rest)s %(currency)s is unapplied."),
        _("Correct its customer or what it names, or allocate it by hand."),
        unapplied_because(why="other", parameters=OTHERS_PARAMETERS),
        amounts=("rest",),
        is_monthly=True,
    ),
    Check(
        "more-refunded-than-received",
        STEP,
        Severity.WARN,
        _("More refunded than received"),
        _("Refunds that no payment or credit note covers: %(what)s. The customer owes the amount."),
        _(
            "Enter in the refund what it gives back, allocate a receipt to it by hand,"
            " or collect the amount."
        ),
        MORE_REFUNDED,
        is_monthly=True,
    ),
    Check(
        "invoice-open-again",
        STEP,
        Severity.WARN,
        _("Invoice open again after a refund"),
        _("Invoice %(number)s was settled; refund %(refunds)s took the money back."),
        _("Collect it again, or enter in the refund what it really gives back."),
        OPEN_AGAIN,
    ),
    Check(
        "over-payment",
        STEP,
        Severity.WARN,
        _("Over-payment"),
        _("%(rest)s of %(amount)s %(currency)s exceed what it pays for, which is settled."),
        _("Refund it, or allocate it to another invoice with the customer's agreement."),
        unapplied_because(why="over", parameters=REST_PARAMETERS),
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
        unapplied_because(why="rest", parameters=REST_PARAMETERS),
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
