"""Law 5: what is set against an item never exceeds it. The running sums are kept here alone."""

from closing_site.laws import Audited, Guarded, Immutable, Law, Trigger

#: The items are locked before they are summed: credit items (payments) first, invoices after.
SETTLE = """
    BEGIN
        PERFORM 1 FROM customers_openitem WHERE id IN (SELECT {credit} FROM new_rows)
            ORDER BY id FOR NO KEY UPDATE;
        PERFORM 1 FROM customers_openitem WHERE id IN (SELECT {debit} FROM new_rows)
            ORDER BY id FOR NO KEY UPDATE;
        {check_sides}
        UPDATE customers_openitem AS item
        SET settled = item.settled + taken.amount, base_settled = item.base_settled + taken.base
        FROM (
            SELECT id, sum(amount) AS amount, sum(base) AS base FROM ({parts}) AS part GROUP BY id
        ) AS taken
        WHERE item.id = taken.id;
        RETURN NULL;
    END"""

ALLOCATED = SETTLE.format(
    credit="credit_item_id",
    debit="debit_item_id",
    check_sides="""IF EXISTS (
            SELECT FROM new_rows AS n
            JOIN customers_openitem AS d ON d.id = n.debit_item_id
            JOIN customers_openitem AS c ON c.id = n.credit_item_id
            WHERE d.side <> 'debit' OR c.side <> 'credit'
        ) THEN
            RAISE EXCEPTION 'An allocation sets what is owed to a customer against what they owe'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;""",
    parts="SELECT debit_item_id AS id, debit_amount AS amount, base_debit AS base FROM new_rows"
    " UNION ALL SELECT credit_item_id, credit_amount, base_credit FROM new_rows",
)
DEDUCTED = SETTLE.format(
    credit="NULL::bigint",
    debit="item_id",
    check_sides="""IF EXISTS (SELECT FROM new_rows AS n
            JOIN customers_openitem AS d ON d.id = n.item_id WHERE d.side <> 'debit') THEN
            RAISE EXCEPTION 'A deduction is taken from what a customer owes'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;""",
    parts="SELECT item_id AS id, amount, base_amount AS base FROM new_rows",
)

ITEM = "(SELECT number FROM customers_openitem WHERE id = r.{})"

LAWS = [
    Guarded("payments_payment", dated=True),
    Guarded("payments_allocation", dated=True),
    Guarded("payments_deduction", dated=True),
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
        columns=("received_on", "amount", "currency", "method", "customer_id"),
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
