"""What the close asks across documents: sales records against finance records (law 12)."""

from django.utils.translation import gettext_noop as _

from closing_site.desk.models import Severity
from closing_site.desk.registry import Check
from reconciliation.balances import DIFFERENCES

STEP = "reconcile"

ROLL_FORWARD = f"""
    SELECT 'customer' AS document_kind, coalesce(x.customer_id, 0) AS document_id,
        coalesce(min(x.customer_code), '') AS document_number,
        max(abs(x.base_balance - x.base_found)) AS amount, ''::text AS currency,
        jsonb_build_object('what', string_agg(x.measure || ' ' || x.currency || ' '
            || trim_scale(x.balance)::text || ' / ' || trim_scale(x.found)::text,
            ', ' ORDER BY x.measure, x.currency)) AS parameters
    FROM ({DIFFERENCES}) AS x GROUP BY x.customer_id
"""
VOUCHER_MISSING = """
    SELECT d.document_kind, d.document_id, d.document_number, d.amount, d.currency,
        '{}'::jsonb AS parameters
    FROM (
        SELECT i.kind AS document_kind, i.id AS document_id, i.number AS document_number,
            i.gross AS amount, i.currency
        FROM invoicing_invoice AS i WHERE i.company_id = %(company)s AND i.period_id = %(period)s
            AND i.kind IN ('invoice', 'credit_note')
        UNION ALL
        SELECT 'payment', p.id, p.reference, p.amount, p.currency FROM payments_payment AS p
        WHERE p.company_id = %(company)s AND p.period_id = %(period)s
        UNION ALL
        SELECT 'deduction', x.id, i.number, x.amount, i.currency FROM payments_deduction AS x
        JOIN customers_openitem AS i ON i.id = x.item_id
        WHERE x.company_id = %(company)s AND x.period_id = %(period)s AND x.reason <> 'allowance'
    ) AS d
    WHERE NOT EXISTS (SELECT FROM reconciliation_voucher AS v WHERE v.company_id = %(company)s
        AND v.period_id = %(period)s AND v.document_kind = d.document_kind
        AND v.document_id = d.document_id)
"""
#: An invoice's voucher bears its gross on the receivable, its net on revenue, its tax on tax. Lines
#: come in the order of vouchers, so that one at a time is added up.
VOUCHER_DIFFERS = """
    SELECT 'voucher' AS document_kind, v.id AS document_id, v.number AS document_number,
        v.total AS amount, c.currency, jsonb_build_object('debit', trim_scale(l.debit)::text,
            'credit', trim_scale(l.credit)::text, 'document', v.document_number) AS parameters
    FROM reconciliation_voucher AS v
    JOIN companies_company AS c ON c.id = v.company_id
    LEFT JOIN (
        SELECT l.voucher_id, sum(l.debit) AS debit, sum(l.credit) AS credit,
            sum(l.debit - l.credit) FILTER (WHERE l.role = 'receivable') AS receivable,
            coalesce(sum(l.credit - l.debit) FILTER (WHERE l.role = 'revenue'), 0) AS revenue,
            coalesce(sum(l.credit - l.debit) FILTER (WHERE l.role = 'tax'), 0) AS tax
        FROM (
            SELECT l.voucher_id, l.debit, l.credit, a.role FROM reconciliation_voucherline AS l
            JOIN reconciliation_account AS a ON a.id = l.account_id
            WHERE l.company_id = %(company)s AND l.period_id = %(period)s
            ORDER BY l.voucher_id
        ) AS l
        GROUP BY l.voucher_id
    ) AS l ON l.voucher_id = v.id
    LEFT JOIN invoicing_invoice AS i ON i.id = v.document_id
        AND v.document_kind IN ('invoice', 'credit_note')
    WHERE v.company_id = %(company)s AND v.period_id = %(period)s
        AND (l.debit IS DISTINCT FROM l.credit OR l.debit IS DISTINCT FROM v.total
            OR (i.id IS NOT NULL AND ROW(l.receivable, l.revenue, l.tax)
                IS DISTINCT FROM ROW(i.base_gross, i.base_net, i.base_tax)))
"""

CHECKS = [
    Check(
        "roll-forward",
        STEP,
        Severity.BLOCK,
        _("Balances do not close"),
        _("The customer's balances differ from the open items or the vouchers: %(what)s."),
        _("Look for a document without a voucher, or one that was changed outside the program."),
        ROLL_FORWARD,
    ),
    Check(
        "voucher-missing",
        STEP,
        Severity.BLOCK,
        _("Voucher missing"),
        _("The document has no voucher in its month."),
        _("Run the voucher-run again."),
        VOUCHER_MISSING,
    ),
    Check(
        "voucher-out-of-balance",
        STEP,
        Severity.BLOCK,
        _("Voucher out of balance"),
        _("Debit %(debit)s, credit %(credit)s; its document is %(document)s."),
        _("The voucher was changed outside the program: verify the integrity of the books."),
        VOUCHER_DIFFERS,
    ),
]
