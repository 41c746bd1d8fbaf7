"""Every open finding, and who accepted it, or deferred its order, and why.

Amounts have the sign of their document: a credit note's and a refund's are negative. Totals are in
base currency at the rate of the month's last day, and count by severity.
"""

import json
from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from closing_site.companies.models import ZeroCategory
from closing_site.desk.findings import ACKNOWLEDGED
from closing_site.desk.models import Severity
from closing_site.desk.names_sql import PEOPLE_NAMES
from closing_site.desk.registry import message_of, title_of
from reports.report import Column, Grouping, Kind, Report, Row

STEPS = {
    "confirm": _("Confirm orders"),
    "invoice": _("Issue invoices"),
    "pay": _("Record payments"),
    "reconcile": _("Reconcile and settle"),
    "report": _("Report and analyse"),
}
DOCUMENTS = {
    "order": _("order"),
    "invoice": _("invoice"),
    "credit_note": _("credit note"),
    "payment": _("payment"),
    "customer": _("customer"),
    "voucher": _("voucher"),
    "series": _("number series"),
    "tax_rate": _("tax rate"),
    "person": _("person"),
}


#: A locked month's findings do not change when a later month's answer fits them too.
IN_TIME = """NOT EXISTS (
            SELECT FROM periods_seal AS s
            JOIN periods_period AS p ON p.id = s.period_id AND p.status = 'locked'
            WHERE s.company_id = %(company)s AND s.period_id = %(period)s
            HAVING max(s.sealed_at) < a.acknowledged_at)"""


#: ``rates``: of each currency in the month's findings (f). An amount without a currency is in the
#: company's.
RATES = """
    rates AS (
        SELECT own.currency, currency_digits(c.currency) AS digits, exchange_rate_on(
            c.id, coalesce(nullif(own.currency, ''), c.currency), c.currency, p.ends_on) AS rate
        FROM (
            SELECT DISTINCT currency FROM desk_finding
            WHERE company_id = %(company)s AND period_id = %(period)s AND resolved_at IS NULL
                AND amount IS NOT NULL
        ) AS own
        JOIN companies_company AS c ON c.id = %(company)s
        JOIN periods_period AS p ON p.company_id = c.id AND p.id = %(period)s
    )"""
BASE_AMOUNT = "round(f.amount * rates.rate, rates.digits) AS base_amount"
BY_CHECK = Grouping(_("By step and check"), ("step", "severity", "check"))
AMOUNT = Column("amount", _("Amount"), Kind.AMOUNT, total="base_amount")


def said_step(step: str) -> str:
    return gettext(STEPS[step]) if step in STEPS else step


def said_severity(severity: str) -> str:
    return str(dict(Severity.choices).get(severity, severity))


def said_document(document: str) -> str:
    """Of ``order:10248``."""
    kind, _colon, number = document.partition(":")
    if kind == "tax_rate":
        number = str(dict(ZeroCategory.choices).get(number, number))
    return f"{gettext(DOCUMENTS[kind])} {number}" if kind in DOCUMENTS else document


def with_message(row: Row) -> Row:
    message = message_of(row["check"], json.loads(row["parameters"]), row["currency"])
    return {**row, "message": message}


def count_by_severity(rows: Sequence[Row]) -> Row:
    found = Counter(row["severity"] for row in rows)
    return {severity: found[severity] for severity in Severity.values}


REPORT = Report(
    slug="exceptions",
    title=_("Exceptions"),
    about=_("Every open finding, and who accepted it and why."),
    groupings=(BY_CHECK,),
    columns=(
        Column("step", _("Step"), says=said_step),
        Column("check", _("Check"), says=title_of),
        Column("severity", _("Severity"), says=said_severity),
        Column("document", _("Document"), says=said_document, is_whole=True),
        AMOUNT,
        Column("currency", _("Currency")),
        Column("message", _("Message")),
        Column("acknowledged_by", _("Acknowledged by")),
        Column("reason", _("Reason")),
    ),
    query=f"""
        WITH {RATES}
        SELECT f.step, f.check_slug AS "check", f.severity,
            f.document_kind || ':' || f.document_number AS document, f.amount, f.currency,
            f.parameters, {BASE_AMOUNT}, coalesce(u.code, f.deferred_by) AS acknowledged_by,
            coalesce(a.reason, f.deferred_reason) AS reason
        FROM desk_finding AS f
        {ACKNOWLEDGED} AND {IN_TIME}
        LEFT JOIN rates ON rates.currency = f.currency
        LEFT JOIN {PEOPLE_NAMES} AS u ON u.id = a.acknowledged_by_id
        WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.resolved_at IS NULL
        ORDER BY array_position(
                ARRAY['confirm', 'invoice', 'pay', 'reconcile', 'report'], f.step::text),
            f.severity, f.check_slug, f.document_number, f.document_id
    """,
    complete=with_message,
    count_totals=count_by_severity,
)
