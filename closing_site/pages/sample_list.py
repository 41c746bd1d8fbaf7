"""A list without a database: rows that the sample's table shows."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from closing_site.pages.columns import (
    Column,
    DateColumn,
    DocumentColumn,
    MoneyColumn,
    PercentColumn,
    StatusColumn,
)
from closing_site.pages.filters import Chip
from closing_site.pages.listing import Choice, Footer, Head, Listing, lines_of
from closing_site.pages.table import Table, body_html
from closing_site.pages.totals import Sums, Totals

STATES = {"draft": _("draft"), "confirmed": _("confirmed"), "overdue": _("overdue")}
NAMES = ("Ernst Handel", "北京华信贸易有限公司", "Königlich Essen", "上海远东机械制造股份有限公司")


@dataclass(frozen=True)
class Sold:
    number: str
    customer: str
    ordered_on: date | None
    discount: Decimal
    gross: Decimal
    currency: str
    state: str


class SampleTable(Table):
    name = "parts"
    default_sort = "number"
    number = DocumentColumn(_("Number"), kind="order", sort=True)
    customer = Column(_("Customer"), sort=True)
    ordered_on = DateColumn(_("Ordered on"), sort=True)
    discount = PercentColumn(_("Discount"), phone=False)
    gross = MoneyColumn(_("Gross"), sort=True)
    currency = Column(_("Currency"))
    state = StatusColumn(_("State"), labels=STATES)


class SampleFilterForm(forms.Form):
    search = forms.CharField(
        label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    month = forms.CharField(label=_("Month"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", "---------"), *STATES.items()]
    )


def sample_rows() -> list[Sold]:
    first = Sold("SO-1001", NAMES[0], date(2026, 6, 1), Decimal(0), Decimal("980"), "CNY", "draft")
    rows = [first]
    for place in range(1, 24):
        rows.append(
            replace(
                first,
                number=f"SO-{1001 + place}",
                customer=NAMES[place % len(NAMES)],
                ordered_on=first.ordered_on + timedelta(place) if first.ordered_on else None,
                discount=Decimal(place % 3 * 5) / 2,
                gross=Decimal(-1 if place == 5 else 1) * Decimal(place * place * 317) / 4,
                currency="JPY" if place % 9 == 4 else "CNY",
                state=[*STATES][place % 3],
            )
        )
    return rows


def sample_listing(request: HttpRequest) -> Listing:
    columns = SampleTable.shown(None)
    rows = sample_rows()
    totals = Totals(
        [
            Sums(
                currency,
                sum(row.currency == currency for row in rows),
                {"gross": sum(row.gross for row in rows if row.currency == currency)},
            )
            for currency in ("CNY", "JPY")
        ]
    )
    return Listing(
        table=SampleTable,
        title=_("Orders"),
        filter=SimpleNamespace(form=SampleFilterForm({"state": "draft"})),
        chips=[Chip(str(_("State")), str(_("draft")), "?")],
        heads=[
            Head(c.title, c.classes, "?" if c.sort else "", "ascending" if not place else "")
            for place, c in enumerate(columns)
        ],
        body=body_html(columns, rows),
        has_rows=True,
        count="1,000+",
        next_url="?",
        previous_url="?",
        clear_url="?",
        export_urls={"csv": "?", "xlsx": "?"},
        choices=[Choice(name, column.title, True) for name, column in SampleTable.columns.items()],
        empty="",
        footer=Footer("?", "?", len(columns), True, totals, lines_of(columns, totals)),
    )
