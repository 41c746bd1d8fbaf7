"""What a run would do, counted before it is started. Nothing is written."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from closing_site import sql
from closing_site.customers.open_amounts_sql import unapplied
from closing_site.desk.models import StepStock
from closing_site.desk.registry import all_checks
from closing_site.pages.figures import Figure
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from orders.runs.deferring import UNCONFIRMED, open_deferral
from orders.scope import make_scope

#: Of the deliveries recognised by the month's end: what a person deferred, what is deferred until
#: it passes, what a check blocked when it was last asked, what an unanswered warning holds, and
#: what passes. The net of a part is its own; that of an order delivered whole is the order's.
TO_CONFIRM = f"""
    SELECT u.currency, state.name, count(DISTINCT u.order_id) AS orders, count(*) AS deliveries,
        sum(u.net) AS net
    FROM ({UNCONFIRMED}) AS u
    CROSS JOIN LATERAL (SELECT
        (SELECT max(f.origin) FROM {open_deferral("u.delivery_id", "u.order_id")}) AS deferred,
        EXISTS (SELECT FROM desk_finding AS f
            WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.step = 'confirm'
                AND f.document_kind = 'order' AND f.document_id = u.order_id
                AND f.severity = 'block' AND f.resolved_at IS NULL
                AND f.check_slug <> 'delivered-not-confirmed') AS is_blocked,
        EXISTS (SELECT FROM scope_unanswered AS w WHERE w.order_id = u.order_id) AS is_unanswered
        OFFSET 0) AS found
    CROSS JOIN LATERAL (SELECT CASE WHEN found.deferred = 'person' THEN 'person'
        WHEN found.is_blocked THEN
            CASE WHEN found.deferred = 'automatic' THEN 'automatic' ELSE 'blocked' END
        WHEN found.is_unanswered THEN 'unanswered' ELSE 'passing' END AS name) AS state
    GROUP BY u.currency, state.name ORDER BY u.currency
"""
FOUND_BY = """
    SELECT currency, count(*) AS how_many, sum(amount) AS amount FROM ({query}) AS found
    GROUP BY currency ORDER BY currency
"""
OPEN_ITEMS = f"""
    SELECT kind = 'payment' AS is_payment, currency, count(*) AS how_many,
        sum({unapplied("i")}) AS amount
    FROM customers_openitem AS i
    WHERE company_id = %(company)s AND settled < amount AND posted_on <= %(ends_on)s
        AND kind IN ('payment', 'invoice', 'opening_invoice')
    GROUP BY kind = 'payment', currency ORDER BY currency
"""

Rows = Iterable[dict[str, Any]]


def orders_to_confirm(period: Period) -> list[Figure]:
    with transaction.atomic():
        make_scope(period)
        rows = sql.rows(TO_CONFIRM, period_parameters(period))
    states = {
        name: [row for row in rows if row["name"] == name]
        for name in ("passing", "blocked", "unanswered", "automatic", "person")
    }
    is_checked = StepStock.objects.filter(
        company_id=period.company_id, period=period, step="confirm", checked_at__isnull=False
    ).exists()
    title = _("Orders to confirm") if is_checked else _("Orders to check, then to confirm")
    passing = states["passing"]
    return [
        Figure(title, _count(passing, "orders")),
        Figure(_("Their deliveries"), _count(passing, "deliveries")),
        *(Figure(_("Their net amount"), row["net"], row["currency"]) for row in passing),
        Figure(
            _("Blocked when last checked"),
            _count(states["blocked"], "orders"),
            note=_("Each is checked again first."),
        )
        if is_checked
        else Figure(_("Blocked"), None, note=_("Not checked yet: which are blocked shows then.")),
        *_deferred(
            states["unanswered"],
            _("Held by unanswered warnings"),
            _("Not confirmed until each warning is answered."),
        ),
        *_deferred(
            states["automatic"],
            _("Deferred until they pass the checks"),
            _("Confirmed as soon as no check blocks them."),
        ),
        *_deferred(
            states["person"],
            _("Deferred by a person"),
            _("Not confirmed until released."),
        ),
    ]


def _deferred(rows: Sequence[dict[str, Any]], title: str, note: str) -> list[Figure]:
    """Nothing where nothing is."""
    if not rows:
        return []
    amounts = [Figure(_("Net of these"), row["net"], row["currency"]) for row in rows]
    return [Figure(title, _count(rows, "orders"), note=note), *amounts]


def _count(rows: Rows, what: str) -> int:
    return sum(row[what] for row in rows)


def orders_to_invoice(period: Period) -> list[Figure]:
    rows = _found_by("confirmed-not-invoiced", period)
    return [
        Figure(_("Orders to invoice"), sum(row["how_many"] for row in rows)),
        *(Figure(_("Their gross amount"), row["amount"], row["currency"]) for row in rows),
    ]


def receipts_to_place(period: Period) -> list[Figure]:
    rows = sql.rows(OPEN_ITEMS, period_parameters(period))
    receipts = [row for row in rows if row["is_payment"]]
    invoices = [row for row in rows if not row["is_payment"]]
    return [
        Figure(_("Receipts with a rest"), sum(row["how_many"] for row in receipts)),
        *(Figure(_("Not placed yet"), row["amount"], row["currency"]) for row in receipts),
        Figure(_("Open invoices"), sum(row["how_many"] for row in invoices)),
        *(Figure(_("Open on them"), row["amount"], row["currency"]) for row in invoices),
    ]


def documents_to_book(period: Period) -> list[Figure]:
    rows = _found_by("voucher-missing", period)
    return [Figure(_("Documents without a voucher"), sum(row["how_many"] for row in rows))]


def _found_by(check: str, period: Period) -> list[dict[str, Any]]:
    """What a check would find now, by currency."""
    query = FOUND_BY.format(query=all_checks()[check].query)
    return sql.rows(query, period_parameters(period))
