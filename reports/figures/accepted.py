"""The exceptions that a person accepted, with who, when and why; deferred deliveries have a report
of their own."""

from django.utils.translation import gettext_noop as _

from closing_site.desk.findings import ACKNOWLEDGED
from closing_site.desk.names_sql import PEOPLE_NAMES
from closing_site.desk.registry import title_of
from reports.figures.exceptions import (
    AMOUNT,
    BASE_AMOUNT,
    BY_CHECK,
    IN_TIME,
    RATES,
    count_by_severity,
    said_document,
    said_severity,
    said_step,
    with_message,
)
from reports.report import Column, Kind, Report

REPORT = Report(
    slug="accepted",
    title=_("Accepted exceptions"),
    about=_("Findings that a person accepted, with the person, the day and the reason."),
    groupings=(BY_CHECK,),
    columns=(
        Column("step", _("Step"), says=said_step),
        Column("check", _("Check"), says=title_of),
        Column("severity", _("Severity"), says=said_severity),
        Column("document", _("Document"), says=said_document, is_whole=True),
        AMOUNT,
        Column("currency", _("Currency")),
        Column("message", _("Message")),
        Column("accepted_by", _("Accepted by")),
        Column("accepted_on", _("Accepted at"), Kind.DATE),
        Column("reason", _("Reason")),
    ),
    query=f"""
        WITH {RATES}
        SELECT f.step, f.check_slug AS "check", f.severity,
            f.document_kind || ':' || f.document_number AS document, f.amount, f.currency,
            f.parameters, {BASE_AMOUNT}, u.code AS accepted_by,
            (a.acknowledged_at AT TIME ZONE company.time_zone)::date AS accepted_on, a.reason
        FROM desk_finding AS f
        {ACKNOWLEDGED} AND {IN_TIME}
        LEFT JOIN rates ON rates.currency = f.currency
        JOIN {PEOPLE_NAMES} AS u ON u.id = a.acknowledged_by_id
        JOIN companies_company AS company ON company.id = f.company_id
        WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.resolved_at IS NULL
        ORDER BY array_position(
                ARRAY['confirm', 'invoice', 'pay', 'reconcile', 'report'], f.step::text),
            f.severity, f.check_slug, f.document_number, f.document_id
    """,
    complete=with_message,
    count_totals=count_by_severity,
)
