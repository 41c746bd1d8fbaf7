"""The roll-forward and the ageing at the month's end, per customer and currency.

Rows are in their own currency, where no exchange difference arises: it is in ``base_exchange``, and
in the totals, which are all in base currency.
"""

from django.utils.translation import gettext_noop as _

from closing_site.customers.names_sql import CUSTOMER_NAMES
from reconciliation.balances_sql import AMOUNTS, BALANCES, RECEIVED, RECEIVED_BY_MEANS
from reconciliation.cells import AGE_TITLES, FLOW_TITLES
from reconciliation.open_items_sql import AGED, AGES
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


_MEANS = {
    "received_cash": _("Received in cash and by bank"),
    "received_notes": _("Received in acceptance drafts"),
    "received_other": _("Received otherwise"),
}
_NAMES = [*AMOUNTS, *(prefix + name for prefix in ("", "base_") for name in (*AGES, *RECEIVED))]

REPORT = Report(
    slug="receivables",
    title=_("Receivables"),
    about=_("What customers owe at the month's end, how it came about, and since when it is due."),
    rank="base_closing",
    # They add up: opening to closing, by what there was in the month.
    key_figures=(
        *("opening", "invoiced", "credited", "allocated", "deducted", "written_off", "exchange"),
        *("closing", "advances_closing"),
    ),
    optional_figures=("credited", "deducted", "written_off", "exchange"),
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
                *(*_MEANS, "refunded", "placed", "advances_closing"),
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
        *_in_base(_MEANS),
        *(Column(name, title, Kind.BASE_AMOUNT) for name, title in _BASE.items()),
    ),
    # An invoice and a credit note of one amount, both of before, are no balance and no flow: their
    # customer is in the ageing alone.
    query=f"""
        WITH month AS (
            SELECT * FROM periods_period AS p
            WHERE p.company_id = %(company)s AND p.id = %(period)s
        ), aged AS (
            SELECT aged.* FROM month AS p CROSS JOIN LATERAL ({AGED}) AS aged
        ), means AS (
            SELECT means.* FROM month AS p CROSS JOIN LATERAL ({RECEIVED_BY_MEANS}) AS means
        )
        SELECT coalesce(kept.code, c.code) AS customer_code,
            coalesce(kept.name, c.name) AS name, b.*, 0::numeric AS exchange
        FROM (
            SELECT customer_id, currency,
                {", ".join(f"coalesce({name}, 0) AS {name}" for name in _NAMES)}
            FROM (SELECT * FROM ({BALANCES}) AS every WHERE period_id = %(period)s) AS balance
            FULL JOIN aged USING (customer_id, currency)
            LEFT JOIN means USING (customer_id, currency)
        ) AS b
        LEFT JOIN {CUSTOMER_NAMES} AS kept ON kept.id = b.customer_id
        JOIN customers_customer AS c ON c.id = b.customer_id
        ORDER BY 1, b.currency
    """,
)
