"""What the close asks across documents: sales records against finance records (law 12)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from closing_site.desk.leaving_out import left_out
from closing_site.desk.models import Severity
from closing_site.desk.registry import Check
from reconciliation.balances import DIFFERENCES
from reconciliation.completeness import DIFFERENCES as DIFFERENCES_OF_PROOF

STEP = "reconcile"


class Measure(TextChoices):
    """What the roll-forward is compared with; see ``Difference``."""

    OPEN_ITEMS = "open_items", gettext_lazy("open items")
    OPEN_ADVANCES = "open_advances", gettext_lazy("open customer advances")
    RECEIVABLE_ACCOUNT = "receivable_account", gettext_lazy("receivable account, of the month")
    ADVANCE_ACCOUNT = "advance_account", gettext_lazy("advance account, of the month")


class Part(TextChoices):
    """What of an invoice its voucher books."""

    RECEIVABLE = "receivable", gettext_lazy("receivable")
    REVENUE = "revenue", gettext_lazy("revenue")
    TAX = "tax", gettext_lazy("tax")


ROLL_FORWARD = f"""
    SELECT 'customer' AS document_kind, coalesce(x.customer_id, 0) AS document_id,
        coalesce(min(x.customer_code), '') AS document_number,
        max(abs(x.base_balance - x.base_found)) AS amount, ''::text AS currency,
        jsonb_build_object('what', jsonb_agg(CASE WHEN x.balance <> x.found
            THEN jsonb_build_object('measure', x.measure, 'currency', x.currency,
                'balance', trim_scale(x.balance)::text, 'found', trim_scale(x.found)::text)
            ELSE jsonb_build_object('measure', x.measure, 'currency', c.currency,
                'balance', trim_scale(x.base_balance)::text,
                'found', trim_scale(x.base_found)::text) END
            ORDER BY x.measure, x.currency)) AS parameters
    FROM ({DIFFERENCES}) AS x JOIN companies_company AS c ON c.id = %(company)s
    GROUP BY x.customer_id
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
#: An invoice's voucher bears its gross on the receivable, its net on revenue, its tax on tax. All
#: is added up at once: a sum a voucher that is joined may be planned as one row, and looped over.
VOUCHER_DIFFERS = """
    SELECT 'voucher' AS document_kind, v.id AS document_id, v.number AS document_number,
        v.total AS amount, c.currency, jsonb_build_object('debit', trim_scale(booked.debit)::text,
            'credit', trim_scale(booked.credit)::text, 'total', trim_scale(v.total)::text,
            'document', v.document_number, 'parts', (
                SELECT coalesce(jsonb_agg(jsonb_build_object('account', part.account,
                    'booked', trim_scale(part.booked)::text,
                    'stated', trim_scale(part.stated)::text)), '[]')
                FROM (VALUES ('receivable', booked.receivable, i.base_gross),
                    ('revenue', booked.revenue, i.base_net), ('tax', booked.tax, i.base_tax)
                ) AS part (account, booked, stated)
                WHERE part.booked <> part.stated)) AS parameters
    FROM (
        SELECT part.id FROM (
            SELECT l.voucher_id AS id, l.debit - l.credit AS balance, l.debit AS booked,
                NULL::boolean AS is_invoice,
                CASE a.role WHEN 'receivable' THEN l.debit - l.credit END AS receivable,
                CASE a.role WHEN 'revenue' THEN l.credit - l.debit END AS revenue,
                CASE a.role WHEN 'tax' THEN l.credit - l.debit END AS tax
            FROM reconciliation_voucherline AS l
            JOIN reconciliation_account AS a ON a.id = l.account_id
            WHERE l.company_id = %(company)s AND l.period_id = %(period)s
            UNION ALL
            SELECT v.id, NULL, -v.total, i.id IS NOT NULL, -i.base_gross, -i.base_net, -i.base_tax
            FROM reconciliation_voucher AS v
            LEFT JOIN invoicing_invoice AS i ON i.id = v.document_id
                AND v.document_kind IN ('invoice', 'credit_note')
            WHERE v.company_id = %(company)s AND v.period_id = %(period)s
            ORDER BY id
        ) AS part
        GROUP BY part.id
        HAVING sum(part.balance) <> 0 OR sum(part.booked) <> 0
            OR (bool_or(part.is_invoice) AND (sum(part.receivable) <> 0
                OR sum(part.revenue) <> 0 OR sum(part.tax) <> 0))
    ) AS x
    JOIN reconciliation_voucher AS v ON v.id = x.id
    JOIN companies_company AS c ON c.id = v.company_id
    LEFT JOIN invoicing_invoice AS i ON i.id = v.document_id
        AND v.document_kind IN ('invoice', 'credit_note')
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(l.debit), 0) AS debit, coalesce(sum(l.credit), 0) AS credit,
            coalesce(sum(l.debit - l.credit) FILTER (WHERE a.role = 'receivable'), 0) AS receivable,
            coalesce(sum(l.credit - l.debit) FILTER (WHERE a.role = 'revenue'), 0) AS revenue,
            coalesce(sum(l.credit - l.debit) FILTER (WHERE a.role = 'tax'), 0) AS tax
        FROM reconciliation_voucherline AS l JOIN reconciliation_account AS a ON a.id = l.account_id
        WHERE l.voucher_id = v.id AND l.company_id = v.company_id AND l.period_id = v.period_id
    ) AS booked
"""

#: See reconciliation/completeness.py: its scope is made by the step.
INCOMPLETE = f"""
    SELECT 'order' AS document_kind, x.order_id AS document_id, x.number AS document_number,
        x.difference AS amount, x.currency, jsonb_build_object('days', coalesce(x.days, '\u2013'),
            'difference', trim_scale(x.difference)::text) AS parameters
    FROM ({DIFFERENCES_OF_PROOF}) AS x
"""

CHECKS = [
    Check(
        "voucher-refused",
        STEP,
        Severity.BLOCK,
        _("Journal entry refused by the database"),
        _("The document could not be posted: %(reason)s. The others were."),
        _("Correct the document or the account it is posted to, then write the entries again."),
        left_out("voucher"),
    ),
    Check(
        "roll-forward",
        STEP,
        Severity.BLOCK,
        _("Balances do not close"),
        _("The customer's balances differ from the open items or the vouchers: %(what)s."),
        _("Look for a document without a voucher, or one that was changed outside the program."),
        ROLL_FORWARD,
        amounts=("balance", "found"),
        words=(("measure", Measure),),
        items=(("what", _("%(measure)s %(found)s, roll-forward %(balance)s %(currency)s")),),
    ),
    Check(
        "voucher-missing",
        STEP,
        Severity.BLOCK,
        _("Voucher missing"),
        _("The document has no voucher in its month."),
        _("Run the voucher-run again."),
        VOUCHER_MISSING,
        is_ready=True,
    ),
    Check(
        "voucher-out-of-balance",
        STEP,
        Severity.BLOCK,
        _("Voucher out of balance"),
        _(
            "Debit %(debit)s, credit %(credit)s, total %(total)s; its document is %(document)s."
            " %(parts)s"
        ),
        _("The voucher was changed outside the program: verify the integrity of the books."),
        VOUCHER_DIFFERS,
        amounts=("debit", "credit", "total", "booked", "stated"),
        words=(("account", Part),),
        items=(("parts", _("%(account)s: booked %(booked)s, document %(stated)s")),),
    ),
    Check(
        "completeness",
        STEP,
        Severity.BLOCK,
        _("Delivered, neither invoiced nor deferred"),
        _(
            "%(difference)s net of the deliveries of %(days)s is neither invoiced nor on the"
            " unbilled list."
        ),
        _("Confirm and invoice them, or defer the order; see the completeness proof."),
        INCOMPLETE,
        amounts=("difference",),
    ),
]
