"""Vouchers are numbered without a gap, in balance, and final; balances are frozen at the lock."""

from closing_site.laws import Belongs, Guarded, Immutable, Law, Numbered, PartOf, Trigger
from reconciliation.in_use import IN_USE

IN_BALANCE = """
    DECLARE culprit text;
    BEGIN
        SELECT max(part.number) INTO culprit FROM (
            SELECT id, number, true AS is_header, -total AS debit, -total AS credit, period_id,
                true AS has_account
            FROM new_rows
            UNION ALL
            SELECT n.id, NULL, false, l.debit, l.credit, l.period_id,
                (l.company_id, l.account_id) IN (SELECT company_id, id FROM reconciliation_account)
            FROM new_rows AS n CROSS JOIN LATERAL (
                SELECT company_id, account_id, debit, credit, period_id
                FROM reconciliation_voucherline WHERE voucher_id = n.id OFFSET 0) AS l
        ) AS part
        GROUP BY part.id
        HAVING bool_and(part.is_header) OR NOT bool_and(part.has_account)
            OR sum(part.debit) <> 0 OR sum(part.credit) <> 0
            OR min(part.period_id) <> max(part.period_id)
            OR count(part.period_id) < count(*)
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
    Belongs("reconciliation_voucherline", parent="reconciliation_voucher", key="voucher_id"),
    Law(
        "reconciliation_voucher",
        (
            Trigger(
                "reconciliation_voucher_law_4_insert",
                "reconciliation_voucher",
                "INSERT",
                body=IN_BALANCE,
                probes=True,
            ),
        ),
    ),
    *IN_USE,
]
