"""What was recognised by the month's end and is not invoiced: the month's deferred list, by kind
and by age in days at the month's end.

Amounts are null where the fault keeps them from being known. Totals are in base currency, at the
rate of the month's last day.
"""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from closing_site.customers.names_sql import CUSTOMER_NAMES
from closing_site.desk.names_sql import PEOPLE_NAMES
from orders.models import DeferralKind
from reports.report import Column, Grouping, Kind, Report

AGES = {
    "days_0_30": _("0 to 30 days"),
    "days_31_60": _("31 to 60 days"),
    "days_61_90": _("61 to 90 days"),
    "days_over_90": _("Over 90 days"),
}


def kind_name(kind: str) -> str:
    return str(dict(DeferralKind.choices).get(kind, kind))


def age_name(age: str) -> str:
    return gettext(AGES[age]) if age in AGES else age


REPORT = Report(
    slug="deferred",
    title=_("Deferred deliveries"),
    about=_(
        "What was delivered by the month's end and is not invoiced, with kind, age and reason."
    ),
    rank="base_net",
    key_figures=("deliveries", "net", "tax"),
    groupings=(Grouping(_("By kind and age"), ("kind", "age")),),
    columns=(
        Column("order", _("Order"), is_whole=True),
        Column("customer_code", _("Customer")),
        Column("name", _("Name")),
        Column("delivered_on", _("Delivered on"), Kind.DATE),
        Column("kind", _("Kind"), says=kind_name),
        Column("age", _("Age"), says=age_name),
        Column("days", _("Days"), Kind.NUMBER),
        Column("deliveries", _("Deliveries"), Kind.COUNT, total="deliveries"),
        Column("currency", _("Currency")),
        Column("net", _("Net"), Kind.AMOUNT, total="base_net"),
        Column("tax", _("Tax"), Kind.AMOUNT, total="base_tax"),
        Column("estimate", _("Estimate"), Kind.AMOUNT, total="base_estimate"),
        Column("reason", _("Reason")),
        Column("deferred_by", _("Deferred by")),
        Column("approved_by", _("Approved by")),
    ),
    query=f"""
        SELECT "order", customer_code, name, delivered_on, kind, days, 1 AS deliveries, currency,
            net, tax, estimate, reason, deferred_by, approved_by,
            CASE WHEN days <= 30 THEN 'days_0_30' WHEN days <= 60 THEN 'days_31_60'
                WHEN days <= 90 THEN 'days_61_90' ELSE 'days_over_90' END AS age,
            round(net * rate, digits) AS base_net, round(tax * rate, digits) AS base_tax,
            round(estimate * rate, digits) AS base_estimate
        FROM (
            SELECT o.number AS "order",
                coalesce(kept.code, c.code, o.customer_code) AS customer_code,
                coalesce(kept.name, c.name, '') AS name, d.delivered_on, u.kind,
                p.ends_on - d.delivered_on AS days, o.currency, u.net, u.tax, u.estimate, u.reason,
                coalesce(deferring.code, requesting.code) AS deferred_by,
                granting.code AS approved_by, o.sort_key, u.id,
                currency_digits(company.currency) AS digits,
                exchange_rate_on(p.company_id, o.currency, company.currency, p.ends_on) AS rate
            FROM orders_unbilled AS u
            JOIN periods_period AS p ON p.id = u.period_id
            JOIN companies_company AS company ON company.id = p.company_id
            JOIN orders_delivery AS d ON d.id = u.delivery_id
            JOIN orders_order AS o ON o.id = d.order_id
            LEFT JOIN {CUSTOMER_NAMES} AS kept ON kept.id = o.customer_id
            LEFT JOIN customers_customer AS c ON c.id = o.customer_id
            LEFT JOIN orders_deferral AS f ON f.id = u.deferral_id
            LEFT JOIN {PEOPLE_NAMES} AS deferring ON deferring.id = f.deferred_by_id
            LEFT JOIN desk_approval AS a ON a.id = u.approval_id
            LEFT JOIN {PEOPLE_NAMES} AS requesting ON requesting.id = a.requested_by_id
            LEFT JOIN {PEOPLE_NAMES} AS granting ON granting.id = a.decided_by_id
            WHERE u.company_id = %(company)s AND u.period_id = %(period)s
        ) AS deferred
        ORDER BY kind, days DESC, sort_key, id
    """,
)
