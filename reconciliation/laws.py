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
