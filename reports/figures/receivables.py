"""The roll-forward and the ageing at the month's end, per customer and currency.

Rows are in their own currency, where no exchange difference arises: it is in ``base_exchange``, and
in the totals, which are all in base currency.
"""

from django.utils.translation import gettext_noop as _

from closing_site.customers.names_sql import CUSTOMER_NAMES
from reconciliation.balances_sql import BALANCES
from reconciliation.cells import AGE_TITLES, FLOW_TITLES
from reconciliation.open_items_sql import AGED, AGEING
from reports.figures.suspense import IN_SUSPENSE
from reports.report import Column, Kind, Plot, Report, Table

_BASE = {
    "base_exchange": _("Exchange difference, base currency"),
    "base_closing": _("Closing, base currency"),
    "base_advances_closing": _("Advances, closing, base currency"),
}


def _in_base(amounts: dict[str, str]) -> tuple[Column, ...]:
    return tuple(
        Column(name, title, Kind.AMOUNT, total=f"base_{name}") for name, title in amounts.items()
    )


_AGED_NAMES = [*AGEING, *(f"base_{bucket}" for bucket in AGEING)]

REPORT = Report(
    slug="receivables",
    title=_("Receivables"),
    about=_("What customers owe at the month's end, how it came about, and since when it is due."),
    rank="base_closing",
    key_figures=("opening", "invoiced", "allocated", "closing", "advances_closing"),
    plot=Plot(_("Receivables by age"), tuple(AGE_TITLES)),
    tables=(
        Table(
            _("Roll-forward"),
            (
                *("customer_code", "name", "currency", "opening", "invoiced", "credited"),
                *("allocated", "deducted", "written_off", "exchange", "closing"),
            ),
        ),
        Table(
            _("Ageing"),
            ("customer_code", "name", "currency", *AGE_TITLES, "closing", "base_closing"),
        ),
        Table(
            _("Advances"),
            (
                *("customer_code", "name", "currency", "advances_opening", "received"),
                *("refunded", "placed", "advances_closing"),
            ),
        ),
    ),
    beside=IN_SUSPENSE,
    columns=(
        Column("customer_code", _("Code")),
        Column("name", _("Name")),
        Column("currency", _("Currency")),
        *_in_base(FLOW_TITLES),
        *_in_base(AGE_TITLES),
        *(Column(name, title, Kind.BASE_AMOUNT) for name, title in _BASE.items()),
    ),
    query=f"""
        SELECT c.code AS customer_code, c.name, b.*, 0::numeric AS exchange,
            {", ".join(f"coalesce(a.{name}, 0) AS {name}" for name in _AGED_NAMES)}
        FROM ({BALANCES}) AS b
        JOIN {CUSTOMER_NAMES} AS c ON c.id = b.customer_id
        LEFT JOIN (
            SELECT aged.* FROM periods_period AS p CROSS JOIN LATERAL ({AGED}) AS aged
            WHERE p.company_id = %(company)s AND p.id = %(period)s
        ) AS a ON a.customer_id = b.customer_id AND a.currency = b.currency
        WHERE b.period_id = %(period)s
        ORDER BY c.code, b.currency
    """,
)
