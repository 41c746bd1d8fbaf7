"""What a run would do, counted before it is started. Nothing is written."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from closing_site import sql
from closing_site.desk.models import StepStock
from closing_site.desk.registry import all_checks
from closing_site.pages.figures import Figure
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from orders.scope import make_scope

#: Of the orders recognised by the month's end: what a check blocked when it was last asked.
TO_CONFIRM = """
    SELECT o.currency, b.is_blocked, count(*) AS orders, sum(d.deliveries) AS deliveries,
        sum(o.net_amount) AS net
    FROM (SELECT order_id, count(*) AS deliveries FROM scope_deliveries
        WHERE NOT is_confirmed GROUP BY order_id) AS d
    JOIN scope_orders AS o ON o.order_id = d.order_id
    CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM desk_finding AS f
        WHERE f.company_id = %(company)s AND f.period_id = %(period)s
            AND f.document_kind = 'order' AND f.document_id = o.order_id
            AND f.severity = 'block' AND f.resolved_at IS NULL
            AND f.check_slug <> 'delivered-not-confirmed') AS is_blocked) AS b
    GROUP BY o.currency, b.is_blocked ORDER BY o.currency
"""
FOUND_BY = """
    SELECT currency, count(*) AS how_many, sum(amount) AS amount FROM ({query}) AS found
    GROUP BY currency ORDER BY currency
"""
OPEN_ITEMS = """
    SELECT kind = 'payment' AS is_payment, currency, count(*) AS how_many,
        sum(amount - settled) AS amount
    FROM customers_openitem
    WHERE company_id = %(company)s AND settled < amount AND posted_on <= %(ends_on)s
        AND kind IN ('payment', 'invoice', 'opening_invoice')
    GROUP BY kind = 'payment', currency ORDER BY currency
"""

Rows = Iterable[dict[str, Any]]


def orders_to_confirm(period: Period) -> list[Figure]:
    with transaction.atomic():
        make_scope(period)
        rows = sql.rows(TO_CONFIRM, period_parameters(period))
    passing = [row for row in rows if not row["is_blocked"]]
    stopped = sum(row["orders"] for row in rows if row["is_blocked"])
    is_checked = StepStock.objects.filter(
        company_id=period.company_id, period=period, step="confirm", checked_at__isnull=False
    ).exists()
    title = _("Orders to confirm") if is_checked else _("Orders to check, then to confirm")
    return [
        Figure(title, sum(row["orders"] for row in passing)),
        Figure(_("Their deliveries"), int(sum(row["deliveries"] for row in passing))),
        *(Figure(_("Their net amount"), row["net"], row["currency"]) for row in passing),
        Figure(_("Blocked when last checked"), stopped, note=_("Each is checked again first."))
        if is_checked
        else Figure(_("Blocked"), None, note=_("Not checked yet: which are blocked shows then.")),
    ]


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
