"""Vouchers are numbered without a gap, in balance, and final; balances are frozen at the lock."""

from closing_site.laws import Guarded, Immutable, Law, Numbered, PartOf, Trigger

IN_BALANCE = """
    DECLARE culprit text;
    BEGIN
        SELECT n.number INTO culprit FROM new_rows AS n
        LEFT JOIN (
            SELECT l.voucher_id, sum(l.debit) AS debit, sum(l.credit) AS credit,
                min(l.period_id) AS low, max(l.period_id) AS high,
                count(a.id) = count(*) AS has_accounts
            FROM reconciliation_voucherline AS l
            LEFT JOIN reconciliation_account AS a
                ON a.id = l.account_id AND a.company_id = l.company_id
            WHERE l.voucher_id IN (SELECT id FROM new_rows)
            GROUP BY l.voucher_id
        ) AS line ON line.voucher_id = n.id
        WHERE ROW(n.total, n.total, n.period_id, n.period_id, true)
            IS DISTINCT FROM ROW(line.debit, line.credit, line.low, line.high, line.has_accounts)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Voucher % is not in balance, on accounts of its company', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

#: Vouchers are final: a payment that was booked otherwise than it stands would never close.
BOOKED = """
    DECLARE culprit record;
    BEGIN
        SELECT o.reference, v.number INTO culprit FROM {rows}
        JOIN reconciliation_voucher AS v ON v.company_id = o.company_id
            AND v.period_id = o.period_id AND v.document_kind = 'payment' AND v.document_id = o.id
        WHERE {differs} LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Payment % is booked by voucher %: record a refund, and it anew',
                culprit.reference, culprit.number
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""
AGREED = ("reference", "customer_id", "received_on", "method", "currency", "base_amount", "fee")

LAWS = [
    # The vouchers' law asks for all their accounts at once, in the place of a foreign key.
    Law(
        "reconciliation_account",
        tuple(
            Trigger(
                f"reconciliation_account_law_4_{event.lower()}",
                "reconciliation_account",
                event,
                timing="BEFORE",
                function="law_2_row",
                when=when,
                arguments=("is an account: it stays in its role",),
                each_row=True,
            )
            for event, when in (
                (
                    "UPDATE",
                    "ROW(OLD.id, OLD.company_id, OLD.role)"
                    " IS DISTINCT FROM ROW(NEW.id, NEW.company_id, NEW.role)",
                ),
                ("DELETE", ""),
            )
        ),
    ),
    Law(
        "payments_payment",
        (
            Trigger(
                "payments_payment_law_12_update",
                "payments_payment",
                "UPDATE",
                body=BOOKED.format(
                    rows="old_rows AS o JOIN new_rows AS r ON r.id = o.id",
                    differs=f"ROW({', '.join(f'r.{c}' for c in AGREED)}) IS DISTINCT FROM"
                    f" ROW({', '.join(f'o.{c}' for c in AGREED)})",
                ),
            ),
            Trigger(
                "payments_payment_law_12_delete",
                "payments_payment",
                "DELETE",
                body=BOOKED.format(rows="old_rows AS o", differs="true"),
            ),
        ),
    ),
    Numbered("reconciliation_voucher", date="posted_on", series="NEW.kind LIKE 'voucher%'"),
    Guarded("reconciliation_voucher", dated=True),
    Guarded("reconciliation_voucherline"),
    Guarded("reconciliation_customerbalance"),
    Immutable("reconciliation_voucher"),
    PartOf("reconciliation_voucherline", parent="reconciliation_voucher", key="voucher_id"),
    Law(
        "reconciliation_voucher",
        (
            Trigger(
                "reconciliation_voucher_law_4_insert",
                "reconciliation_voucher",
                "INSERT",
                body=IN_BALANCE,
            ),
        ),
    ),
]
