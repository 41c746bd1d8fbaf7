"""The completeness proof (ACCOUNTING 17), net, one row a currency.

Totals are in base currency at the rate of the month's last day. They add up as the rows do: what
rounding leaves is in ``delivered``.
"""

from django.utils.translation import gettext_noop as _

from reconciliation.completeness import BY_CURRENCY, MEASURES, make_proof_scope
from reports.report import Column, Kind, Report, Table

#: What there was to invoice and its sum, what became of it and its sum.
TO_INVOICE = ("opening", "delivered", "changes", "to_invoice")
ACCOUNTED_FOR = (
    *("invoiced", "credited", "recognised", "recognition", "amount_unknown"),
    *("accounted_for", "difference"),
)
TITLES = {
    "opening": _("Not invoiced at the beginning"),
    "delivered": _("Delivered"),
    "changes": _("Changes of amount"),
    "to_invoice": _("To be invoiced"),
    "invoiced": _("Invoiced, without deposits"),
    "credited": _("Credited before invoice"),
    "recognised": _("Recognised, not invoiced"),
    "recognition": _("Refused, returned or disputed"),
    "amount_unknown": _("Amount unknown (estimate)"),
    "accounted_for": _("Accounted for"),
    "difference": _("Difference"),
}
_ROUNDED = [name for name in MEASURES if name != "delivered"]

REPORT = Report(
    slug="completeness",
    title=_("Completeness proof"),
    about=_(
        "What was delivered is invoiced, credited before it was invoiced, or deferred."
        " All amounts are net."
    ),
    key_figures=("to_invoice", "accounted_for", "difference"),
    tables=(
        Table(_("What there was to invoice"), ("currency", *TO_INVOICE)),
        Table(_("What became of it"), ("currency", *ACCOUNTED_FOR)),
    ),
    columns=(
        Column("currency", _("Currency")),
        *(Column(name, title, Kind.AMOUNT, total=f"base_{name}") for name, title in TITLES.items()),
    ),
    query=f"""
        SELECT based.*, base_accounted_for + base_difference AS base_to_invoice,
            base_accounted_for + base_difference - base_opening - base_changes AS base_delivered
        FROM (
            SELECT rounded.*, base_invoiced + base_credited + base_recognised + base_recognition
                + base_amount_unknown AS base_accounted_for
            FROM (
                SELECT proof.*, opening + delivered + changes AS to_invoice,
                    invoiced + credited + recognised + recognition + amount_unknown
                        AS accounted_for,
                    {", ".join(f"round({name} * rate, digits) AS base_{name}" for name in _ROUNDED)}
                FROM ({BY_CURRENCY}) AS proof
                CROSS JOIN (
                    SELECT company.id, company.currency AS base,
                        currency_digits(company.currency) AS digits, p.ends_on
                    FROM periods_period AS p
                    JOIN companies_company AS company ON company.id = p.company_id
                    WHERE p.company_id = %(company)s AND p.id = %(period)s
                ) AS month
                CROSS JOIN LATERAL (
                    SELECT exchange_rate_on(month.id, proof.currency, month.base, month.ends_on)
                        AS rate
                ) AS rated
            ) AS rounded
        ) AS based
        ORDER BY currency
    """,
    prepare=make_proof_scope,
)
