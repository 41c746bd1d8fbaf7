"""Vouchers are numbered without a gap, in balance, and final; balances are frozen at the lock."""

from closing_site.laws import Guarded, Immutable, Law, Numbered, PartOf, Trigger

IN_BALANCE = """
    DECLARE culprit text;
    BEGIN
        SELECT n.number INTO culprit FROM new_rows AS n
        LEFT JOIN (
            SELECT voucher_id, sum(debit) AS debit, sum(credit) AS credit,
                min(period_id) AS low, max(period_id) AS high
            FROM reconciliation_voucherline WHERE voucher_id IN (SELECT id FROM new_rows)
            GROUP BY voucher_id
        ) AS line ON line.voucher_id = n.id
        WHERE ROW(n.total, n.total, n.period_id, n.period_id)
            IS DISTINCT FROM ROW(line.debit, line.credit, line.low, line.high)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Voucher % is not in balance', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

LAWS = [
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
