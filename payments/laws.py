"""Law 5: what is set against an item never exceeds it, at no month's end. The running sums are kept
here alone."""

from closing_site.laws import Audited, Guarded, Immutable, Law, Trigger

#: The update locks every item it settles, and the CHECK on the running sum then judges the row as
#: it is, whoever else wrote it meanwhile. An item of the wrong side, company or customer, or one
#: that is not there, is left out, and so noticed: no foreign key asks for each row again.
SETTLE = """
    DECLARE settled_now bigint; wanted bigint; culprit text;
    BEGIN
        {checks}
        UPDATE customers_openitem AS item
        SET settled = item.settled + taken.amount, base_settled = item.base_settled + taken.base
        FROM (
            SELECT company_id, customer_id, id, side, sum(amount) AS amount, sum(base) AS base
            FROM ({parts}) AS part GROUP BY company_id, customer_id, id, side
        ) AS taken
        WHERE item.id = taken.id AND item.side = taken.side
            AND item.company_id = taken.company_id AND item.customer_id = taken.customer_id;
        GET DIAGNOSTICS settled_now = ROW_COUNT;
        SELECT count(*) INTO wanted FROM (
            SELECT DISTINCT company_id, customer_id, id, side FROM ({parts}) AS part) AS item;
        IF settled_now <> wanted THEN
            RAISE EXCEPTION '{says}'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        IF EXISTS (SELECT FROM ({undone}) AS undone WHERE undone.posted_on > (
            SELECT (date_trunc('month', min(posted_on)) + interval '1 month - 1 day')::date
            FROM new_rows)
        ) THEN
            SELECT i.number INTO culprit
            FROM (
                SELECT DISTINCT u.id, date_trunc('month', u.posted_on)::date AS month
                FROM ({undone}) AS u
                WHERE u.id IN (SELECT part.id FROM ({parts}) AS part)
            ) AS freed
            JOIN customers_openitem AS i ON i.id = freed.id
            WHERE i.amount < (
                SELECT sum(move.amount) FROM ({moves}) AS move WHERE move.posted_on < freed.month)
            LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION '% is free again only in a later month', culprit
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME,
                    HINT = 'Date it in the month in which the other was undone, or later.';
            END IF;
        END IF;
        RETURN NULL;
    END"""

#: What was undone of the statement's companies: few rows, found by an index.
UNDONE = """
    SELECT a.company_id, leg.id, a.posted_on FROM payments_allocation AS a
    CROSS JOIN LATERAL (VALUES (a.debit_item_id), (a.credit_item_id)) AS leg (id)
    WHERE a.reverses_id IS NOT NULL AND a.company_id IN (SELECT company_id FROM new_rows)
    UNION ALL
    SELECT d.company_id, d.item_id, d.posted_on FROM payments_deduction AS d
    WHERE d.reverses_id IS NOT NULL AND d.company_id IN (SELECT company_id FROM new_rows)"""
#: What was ever set against one item.
MOVES = """
    SELECT a.posted_on, a.debit_amount AS amount FROM payments_allocation AS a
    WHERE a.debit_item_id = i.id
    UNION ALL
    SELECT a.posted_on, a.credit_amount FROM payments_allocation AS a
    WHERE a.credit_item_id = i.id
    UNION ALL
    SELECT d.posted_on, d.amount FROM payments_deduction AS d WHERE d.item_id = i.id"""

#: Looked for only where there is such a row: runs bring none.
REVERSED = """
        IF EXISTS (SELECT FROM new_rows WHERE reverses_id IS NOT NULL) AND EXISTS (
            SELECT FROM new_rows AS n JOIN {table} AS a ON a.id = n.reverses_id
            WHERE n.posted_on < a.posted_on OR ROW({new}) IS DISTINCT FROM ROW({old})
        ) THEN
            RAISE EXCEPTION 'It is undone as a whole, and not before it was made'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;"""

ALLOCATED = SETTLE.format(
    undone=UNDONE,
    moves=MOVES,
    checks="""IF EXISTS (SELECT FROM new_rows WHERE debit_amount <> credit_amount) AND EXISTS (
            SELECT FROM new_rows AS n
            JOIN customers_openitem AS d ON d.id = n.debit_item_id
            JOIN customers_openitem AS c ON c.id = n.credit_item_id
            WHERE d.currency = c.currency AND n.debit_amount <> n.credit_amount
        ) THEN
            RAISE EXCEPTION 'An allocation in one currency takes the same amount from both'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;"""
    + REVERSED.format(
        table="payments_allocation",
        new="n.debit_item_id, n.credit_item_id, n.debit_amount, n.credit_amount, n.base_debit,"
        " n.base_credit",
        old="a.debit_item_id, a.credit_item_id, -a.debit_amount, -a.credit_amount, -a.base_debit,"
        " -a.base_credit",
    ),
    says="An allocation sets what is owed to a customer against what they owe",
    parts="SELECT company_id, customer_id, debit_item_id AS id, 'debit' AS side,"
    " debit_amount AS amount, base_debit AS base FROM new_rows"
    " UNION ALL SELECT company_id, customer_id, credit_item_id, 'credit', credit_amount,"
    " base_credit FROM new_rows",
)
DEDUCTED = SETTLE.format(
    undone=UNDONE,
    moves=MOVES,
    checks="""IF EXISTS (
            SELECT FROM new_rows AS n JOIN customers_openitem AS i ON i.id = n.item_id
            WHERE i.kind NOT IN ('invoice', 'opening_invoice')
        ) THEN
            RAISE EXCEPTION 'A deduction is taken from an invoice'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        IF EXISTS (
            SELECT FROM new_rows AS n JOIN desk_approval AS a ON a.id = n.approval_id
            WHERE a.company_id <> n.company_id OR a.is_granted IS NOT TRUE
        ) THEN
            RAISE EXCEPTION 'A write-off needs an approval that was given'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;"""
    + REVERSED.format(
        table="payments_deduction",
        new="n.item_id, n.reason, n.amount, n.base_amount",
        old="a.item_id, a.reason, -a.amount, -a.base_amount",
    ),
    says="A deduction is taken from what a customer owes",
    parts="SELECT company_id, customer_id, item_id AS id, 'debit' AS side, amount,"
    " base_amount AS base FROM new_rows",
)

#: An item that something was ever set against stays, though all of it was undone.
WAS_SETTLED = """
    BEGIN
        IF EXISTS (SELECT FROM payments_allocation
            WHERE debit_item_id = OLD.id OR credit_item_id = OLD.id)
        OR EXISTS (SELECT FROM payments_deduction WHERE item_id = OLD.id) THEN
            RAISE EXCEPTION 'Open item % has been settled before: it stays', OLD.number
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN coalesce(NEW, OLD);
    END"""

#: Where there is no such item the audit comes first, and law 5 refuses.
ITEM = "coalesce((SELECT number FROM customers_openitem WHERE id = r.{}), '')"

#: What is set against an invoice is what the customer paid: undo the placing first.
PLACED = """
    DECLARE culprit text;
    BEGIN
        SELECT o.reference INTO culprit FROM {rows}
        JOIN customers_openitem AS i ON i.company_id = o.company_id
            AND i.kind IN ('payment', 'refund') AND i.document_id = o.id AND i.settled <> 0
        WHERE {differs} LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Payment % is placed: undo that first', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""
AGREED = ("reference", "customer_id", "received_on", "method", "currency", "amount", "base_amount")

LAWS = [
    Law(
        "customers_openitem",
        tuple(
            Trigger(
                f"customers_openitem_law_5_was_settled_{event.lower()}",
                "customers_openitem",
                event,
                timing="BEFORE",
                body=WAS_SETTLED,
                when=when,
                each_row=True,
            )
            for event, when in (
                (
                    "UPDATE",
                    "ROW(OLD.id, OLD.company_id, OLD.customer_id, OLD.side)"
                    " IS DISTINCT FROM ROW(NEW.id, NEW.company_id, NEW.customer_id, NEW.side)",
                ),
                ("DELETE", ""),
            )
        ),
    ),
    Law(
        "payments_payment",
        (
            Trigger(
                "payments_payment_law_5_update",
                "payments_payment",
                "UPDATE",
                body=PLACED.format(
                    rows="old_rows AS o JOIN new_rows AS r ON r.id = o.id",
                    differs=f"ROW({', '.join(f'r.{c}' for c in AGREED)}) IS DISTINCT FROM"
                    f" ROW({', '.join(f'o.{c}' for c in AGREED)})",
                ),
            ),
            Trigger(
                "payments_payment_law_5_delete",
                "payments_payment",
                "DELETE",
                body=PLACED.format(rows="old_rows AS o", differs="true"),
            ),
        ),
    ),
    Guarded("payments_payment", dated=True, prepares="payment"),
    Guarded("payments_allocation", dated=True, prepares="allocation"),
    Guarded("payments_deduction", dated=True, prepares="deduction"),
    Immutable("payments_allocation", says="is final: undo it with a dated reversal"),
    Immutable("payments_deduction", says="is final: undo it with a dated reversal"),
    Law(
        "payments_allocation",
        (
            Trigger(
                "payments_allocation_law_5_insert", "payments_allocation", "INSERT", body=ALLOCATED
            ),
        ),
    ),
    Law(
        "payments_deduction",
        (
            Trigger(
                "payments_deduction_law_5_insert", "payments_deduction", "INSERT", body=DEDUCTED
            ),
        ),
    ),
    Audited(
        "payments_payment",
        kind="payment",
        number="r.reference",
        columns=(
            *("received_on", "amount", "currency", "method", "customer_id"),
            *("order_number", "invoice_number", "payer", "memo"),
        ),
        inserted="recorded",
        updated="changed",
        deleted="deleted",
    ),
    Audited(
        "payments_allocation",
        kind="allocation",
        number=f"{ITEM.format('credit_item_id')} || ' → ' || {ITEM.format('debit_item_id')}",
        columns=("debit_amount", "credit_amount", "posted_on"),
        inserted="CASE WHEN r.reverses_id IS NULL THEN 'placed' ELSE 'undone' END",
    ),
    Audited(
        "payments_deduction",
        kind="deduction",
        number=ITEM.format("item_id"),
        columns=("reason", "amount", "posted_on"),
        inserted="CASE WHEN r.reverses_id IS NULL THEN 'recorded' ELSE 'undone' END",
    ),
]
