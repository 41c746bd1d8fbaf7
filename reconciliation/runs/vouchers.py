"""The voucher-run: a balanced entry for every document of the month that has none yet.

An invoice has one voucher; a payment has one with all it settled in its month, and a further one in
each later month that allocates more of it. A credit note set against an invoice moves no account,
nor does a payment set against its refund, but for what their rates differ by; a credit note that is
refunded moves from the receivable to the advance that the refund took.
"""

from collections.abc import Sequence

from django.db import transaction

from closing_site import sql
from closing_site.acting import acting
from closing_site.desk.leaving_out import go_on_without, keep_left_out
from closing_site.desk.progress import Progress, Unwatched
from closing_site.periods.actions import take_periods
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from invoicing.numbering import WIDTH, TakenSeries, take_series
from reconciliation.models import VoucherKind
from reconciliation.runs.entries import ENTRIES, IN_CHUNK

#: Vouchers a savepoint.
CHUNK = 40_000

#: 转, 收, 付: the words of voucher numbers.
PREFIX = {VoucherKind.TRANSFER: "TR", VoucherKind.RECEIPT: "RC", VoucherKind.PAYMENT: "PY"}

NOT_BOOKED = """NOT EXISTS (SELECT FROM reconciliation_voucher AS v
    WHERE v.company_id = %(company)s AND v.period_id = %(period)s
        AND v.document_kind = {kind} AND v.document_id = {key})"""

ALLOCATIONS = """
    DROP TABLE IF EXISTS pg_temp.voucher_allocation;
    CREATE TEMP TABLE voucher_allocation ON COMMIT DROP AS
    SELECT 0::bigint AS voucher_id, a.id AS allocation_id, a.customer_id, a.posted_on,
        moved.receivable_currency, moved.receivable, moved.base_receivable,
        moved.advance_currency, moved.advance, moved.base_advance,
        CASE booked.kind WHEN 'opening_advance' THEN 'opening' ELSE 'payment' END AS document_kind,
        CASE booked.kind WHEN 'opening_advance' THEN booked.id ELSE booked.document_id END
            AS document_id,
        booked.number AS document_number
    FROM payments_allocation AS a
    JOIN customers_openitem AS c ON c.id = a.credit_item_id
    JOIN customers_openitem AS d ON d.id = a.debit_item_id
    CROSS JOIN LATERAL (
        SELECT d.currency, -a.debit_amount, -a.base_debit, c.currency, a.credit_amount,
            a.base_credit
        WHERE d.kind <> 'refund' AND c.kind IN ('payment', 'opening_advance')
        UNION ALL
        SELECT c.currency, a.credit_amount, a.base_credit, d.currency, -a.debit_amount,
            -a.base_debit
        WHERE d.kind = 'refund' AND c.kind IN ('credit_note', 'opening_credit_note')
        UNION ALL
        SELECT c.currency, 0, 0, c.currency, 0, a.base_credit - a.base_debit
        WHERE d.kind = 'refund' AND c.kind IN ('payment', 'opening_advance')
            AND a.base_credit <> a.base_debit
    ) AS moved (receivable_currency, receivable, base_receivable, advance_currency, advance,
        base_advance)
    CROSS JOIN LATERAL (
        SELECT d.kind, d.id, d.document_id, d.number WHERE d.kind = 'refund'
        UNION ALL
        SELECT c.kind, c.id, c.document_id, c.number WHERE d.kind <> 'refund'
    ) AS booked
    WHERE a.company_id = %(company)s AND a.period_id = %(period)s
        AND NOT EXISTS (SELECT FROM reconciliation_voucherline AS l
            WHERE l.company_id = a.company_id AND l.source_kind = 'allocation'
                AND l.source_id = a.id)
"""
DOCUMENTS = f"""
    DROP TABLE IF EXISTS pg_temp.voucher_document;
    CREATE TEMP TABLE voucher_document ON COMMIT DROP AS
    SELECT nextval('reconciliation_voucher_id_seq') AS voucher_id, d.*,
        row_number() OVER (PARTITION BY kind ORDER BY posted_on, document_kind, document_id)
            AS position
    FROM (
        SELECT 'transfer' AS kind, i.kind AS document_kind, i.id AS document_id,
            i.number AS document_number, i.posted_on, false AS has_receipt, false AS is_opening
        FROM invoicing_invoice AS i
        WHERE i.company_id = %(company)s AND i.period_id = %(period)s
            AND i.kind IN ('invoice', 'credit_note')
            AND {NOT_BOOKED.format(kind="i.kind", key="i.id")}
        UNION ALL
        SELECT CASE WHEN p.amount > 0 THEN 'receipt' ELSE 'payment' END, 'payment', p.id,
            p.reference, p.posted_on, true, false
        FROM payments_payment AS p
        WHERE p.company_id = %(company)s AND p.period_id = %(period)s
            AND {NOT_BOOKED.format(kind="'payment'", key="p.id")}
        UNION ALL
        SELECT 'transfer', 'deduction', x.id, i.number, x.posted_on, false, false
        FROM payments_deduction AS x JOIN customers_openitem AS i ON i.id = x.item_id
        WHERE x.company_id = %(company)s AND x.period_id = %(period)s AND x.reason <> 'allowance'
            AND {NOT_BOOKED.format(kind="'deduction'", key="x.id")}
        UNION ALL
        SELECT 'transfer', 'opening', i.id, i.number, i.posted_on, false, true
        FROM customers_openitem AS i
        WHERE i.company_id = %(company)s AND i.period_id = %(period)s AND i.document_id = 0
            AND {NOT_BOOKED.format(kind="'opening'", key="i.id")}
        UNION ALL
        SELECT 'transfer', a.document_kind, a.document_id, min(a.document_number),
            max(a.posted_on), false, false
        FROM voucher_allocation AS a
        WHERE NOT (a.document_kind = 'payment' AND EXISTS (
            SELECT FROM payments_payment AS p WHERE p.id = a.document_id
                AND p.period_id = %(period)s
                AND {NOT_BOOKED.format(kind="'payment'", key="p.id")}))
        GROUP BY a.document_kind, a.document_id
    ) AS d
    WHERE %(only)s::text[] IS NULL OR d.document_kind || ':' || d.document_id = ANY (%(only)s)
    ORDER BY d.posted_on, d.document_kind, d.document_id
"""
UNITS = """
    SELECT DISTINCT document_kind || ':' || document_id AS unit FROM voucher_document ORDER BY unit
"""
#: Of what ``voucher_document`` held, as ``keep_left_out`` takes it.
REFUSED = """
    SELECT kind || ':' || id AS unit, kind, id, number FROM (
        SELECT kind, id, number FROM invoicing_invoice WHERE number IS NOT NULL
        UNION ALL SELECT 'payment', id, reference FROM payments_payment
        UNION ALL SELECT 'deduction', x.id, i.number FROM payments_deduction AS x
            JOIN customers_openitem AS i ON i.id = x.item_id
        UNION ALL SELECT 'opening', id, number FROM customers_openitem WHERE document_id = 0
    ) AS document
"""
ASSIGN = """
    UPDATE voucher_allocation AS a SET voucher_id = d.voucher_id FROM voucher_document AS d
    WHERE d.document_kind = a.document_kind AND d.document_id = a.document_id AND NOT d.is_opening
"""
LINES = """
    INSERT INTO reconciliation_voucherline (company_id, voucher_id, period_id, line_number,
        account_id, customer_id, currency, amount, debit, credit, source_kind, source_id)
    SELECT %(company)s, e.voucher_id, %(period)s, e.place, a.id, e.customer_id, e.currency,
        e.amount, greatest(e.base, 0), greatest(-e.base, 0), e.source_kind, e.source_id
    FROM ({entry}) AS e
    JOIN reconciliation_account AS a ON a.company_id = %(company)s AND a.role = e.role
"""
HEADERS = f"""
    INSERT INTO reconciliation_voucher (id, company_id, period_id, kind, series_id,
        sequence_number, number, posted_on, document_kind, document_id, document_number, total)
    SELECT d.voucher_id, %(company)s, %(period)s, d.kind, %(series)s,
        %(last_number)s + d.position,
        %(code)s || '-' || lpad((%(last_number)s + d.position)::text,
            greatest(length((%(last_number)s + d.position)::text), {WIDTH}), '0'),
        greatest(d.posted_on, %(last_issued_on)s::date), d.document_kind, d.document_id,
        d.document_number, l.total
    FROM voucher_document AS d
    JOIN (
        SELECT voucher_id, sum(debit) AS total FROM reconciliation_voucherline
        WHERE voucher_id > %(after)s AND voucher_id <= %(through)s GROUP BY voucher_id
    ) AS l ON l.voucher_id = d.voucher_id
    WHERE {IN_CHUNK} AND d.kind = %(kind)s
    ORDER BY d.position
"""
IN_KIND = f"""
    SELECT max(d.position) AS position, max(greatest(d.posted_on, %(last_issued_on)s::date)) AS day
    FROM voucher_document AS d WHERE {IN_CHUNK} AND d.kind = %(kind)s
"""


def voucher_run(period: Period, *, by: str, progress: Progress | None = None) -> int:
    """Write the vouchers that are missing in the month; returns how many.

    Locks: period, then the month's voucher series. Raises LawBroken where the period is locked.
    """
    progress = progress or Unwatched()
    with acting(by, run="voucher"):
        take_periods(period)
        how_many, refused = go_on_without(
            lambda only: _write_vouchers(period, only, progress), lambda: _unbooked(period)
        )
        keep_left_out(period, "voucher", refused, REFUSED)
        sql.analyze("reconciliation_voucher", "reconciliation_voucherline", changed=how_many)
        return how_many


def _unbooked(period: Period) -> list[str]:
    _collect(period, None)
    return [row["unit"] for row in sql.rows(UNITS)]


def _collect(period: Period, only: Sequence[str] | None) -> None:
    """Fill ``voucher_allocation`` and ``voucher_document``."""
    parameters = {
        **period_parameters(period),
        "only": None if only is None else list(only),
    }
    sql.execute(ALLOCATIONS, parameters)
    sql.execute("ANALYZE voucher_allocation")
    sql.execute(DOCUMENTS, parameters)
    sql.execute("CREATE UNIQUE INDEX ON voucher_document (voucher_id)")
    sql.execute("ANALYZE voucher_document")


def _write_vouchers(period: Period, only: Sequence[str] | None, progress: Progress) -> int:
    series = {kind: take_series(period, f"voucher_{kind}", PREFIX[kind]) for kind in VoucherKind}
    parameters = period_parameters(period)
    _collect(period, only)
    sql.execute(ASSIGN)
    sql.execute("CREATE INDEX ON voucher_allocation (voucher_id); ANALYZE voucher_allocation")
    (bounds,) = sql.rows(
        "SELECT count(*) AS how_many, min(voucher_id) AS low, max(voucher_id) AS high"
        " FROM voucher_document"
    )
    if not bounds["how_many"]:
        return 0
    before = {kind: taken.last_number for kind, taken in series.items()}
    last_days = {kind: taken.last_issued_on for kind, taken in series.items()}
    for after in range(bounds["low"] - 1, bounds["high"], CHUNK):
        chunk = {**parameters, "after": after, "through": after + CHUNK}
        with transaction.atomic():
            for entry in ENTRIES:
                sql.execute(LINES.format(entry=entry.format(in_chunk=IN_CHUNK)), chunk)
            for kind, taken in series.items():
                _write_headers(
                    taken,
                    {
                        **chunk,
                        "kind": kind,
                        "series": taken.pk,
                        "code": taken.code,
                        "last_number": before[kind],
                        "last_issued_on": last_days[kind],
                    },
                )
        done = min(after + CHUNK - bounds["low"] + 1, bounds["how_many"])
        progress.tell(done, bounds["how_many"])
    return int(bounds["how_many"])


def _write_headers(taken: TakenSeries, chunk: dict[str, object]) -> None:
    (last,) = sql.rows(IN_KIND, chunk)
    if last["position"] is not None:
        number = int(str(chunk["last_number"])) + last["position"]
        taken.advance(number, last["day"])
        sql.execute(HEADERS, chunk)
