"""The cells of roll-forward and ageing: each figure leads to the rows it sums."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from closing_site.periods.models import Period, PeriodStatus
from reconciliation.open_items_sql import AGEING
from reconciliation.overview import Overview, due_within

FLOW_TITLES: Final = {
    "opening": _("Opening"),
    "invoiced": _("Invoiced"),
    "credited": _("Credited"),
    "allocated": _("Allocated"),
    "deducted": _("Deducted"),
    "written_off": _("Written off"),
    "exchange": _("Exchange difference"),
    "closing": _("Closing"),
    "advances_opening": _("Advances, opening"),
    "received": _("Received"),
    "refunded": _("Refunded"),
    "placed": _("Placed"),
    "advances_closing": _("Advances, closing"),
}
AGE_TITLES: Final = {
    "not_due": _("Not due"),
    "days_1_30": _("1 to 30 days"),
    "days_31_60": _("31 to 60 days"),
    "days_61_90": _("61 to 90 days"),
    "days_over_90": _("Over 90 days"),
    "unapplied_credits": _("Unapplied credits"),
}
#: Column → the list of what it sums, and the filter besides month and customer.
OF_MONTH: Final = {
    "invoiced": ("invoice_list", {"kind": "invoice"}),
    "credited": ("invoice_list", {"kind": "credit_note"}),
    "received": ("payment_list", {}),
    "refunded": ("payment_list", {"kind": "refund"}),
}


#: Column of balances → ``kind`` of the list of open items.
KINDS: Final = {
    "closing": "receivable",
    "total": "receivable",
    "advances_closing": "advances",
    "unapplied_credits": "credits",
}


class Cell(NamedTuple):
    title: str
    amount: Decimal
    currency: str
    url: str


class Row(NamedTuple):
    code: str
    name: str
    currency: str
    cells: list[Cell]


TITLES: Final = {**FLOW_TITLES, **AGE_TITLES, "total": _("Total")}


def titles(names: Sequence[str]) -> list[str]:
    return [gettext(TITLES[name]) for name in names]


def rows_of(found: Overview, names: Sequence[str], period: Period, before: str) -> Iterator[Row]:
    for row in found.rows:
        links = _Links(period, before, row["code"])
        yield Row(row["code"], row["name"], row["currency"], _cells(links, row, names))


class TotalRow(NamedTuple):
    currency: str
    cells: list[Cell]


def totals_of(
    found: Overview, names: Sequence[str], period: Period, before: str, customer: str = ""
) -> list[TotalRow]:
    """A line for each currency, and one in the company's own, where it says more than they do."""
    base = period.company.currency
    links = _Links(period, before, customer)
    own = [row["currency"] for row in found.by_currency]
    rows = [TotalRow(row["currency"], _cells(_Nowhere(), row, names)) for row in found.by_currency]
    in_base = TotalRow(base, _cells(links, {**found.totals, "currency": base}, names))
    return [in_base] if own in ([], [base]) else [*rows, in_base]


def _cells(links: "_Links | _Nowhere", row: Mapping[str, Any], names: Sequence[str]) -> list[Cell]:
    return [
        Cell(title, row[name], row["currency"], links.of(name))
        for name, title in zip(names, titles(names), strict=True)
    ]


class _Links:
    def __init__(self, period: Period, before: str, customer: str) -> None:
        self.period, self.before = period, before
        self.query = {"customer": customer} if customer else {}

    def of(self, name: str) -> str:
        if name in OF_MONTH:
            url, query = OF_MONTH[name]
            return self._url(url, month=self.period.code, **query)
        if name in ("opening", "advances_opening") and self.before:
            return self._url("reconciliation", month=self.before)
        # Open items are those of today: of a locked month they are no longer.
        if self.period.status == PeriodStatus.LOCKED:
            return ""
        if name in KINDS:
            return self._url("open_items", kind=KINDS[name])
        if name in AGEING:
            return self._url("open_items", kind="owed", **_days(name, self.period.ends_on))
        return ""

    def _url(self, name: str, **query: Any) -> str:
        return f"{reverse(name)}?{urlencode({**query, **self.query})}"


def _days(bucket: str, ends_on: date) -> dict[str, str]:
    since, until = due_within(bucket, ends_on)
    days = {"since": since, "until": until}
    return {name: day.isoformat() for name, day in days.items() if day}


class _Nowhere:
    """Of sums that no list shows: those in one currency."""

    def of(self, name: str) -> str:
        return ""
