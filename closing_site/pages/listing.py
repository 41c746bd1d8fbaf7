"""A list's page: filter, sort, a page of rows, and how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from closing_site.pages.addresses import asking
from closing_site.pages.columns import Column
from closing_site.pages.exports import EXPORTS
from closing_site.pages.filters import Chip, FilterSet, chips
from closing_site.pages.formats import money_html
from closing_site.pages.keyset import page_of
from closing_site.pages.table import Table, body_html
from closing_site.pages.totals import Costly, Sums, Totals, has_totals, totals_of

#: Counting stops here; what is beyond is "1,000+".
MOST_COUNTED = 1_000

#: Asks for the totals below the list: ``?totals=all`` however long it is.
TOTALS, EVERY_ROW = "totals", "all"

Text = str | Promise


@dataclass(frozen=True)
class Head:
    """A column's head: its address sorts the list by it."""

    title: Text
    classes: str
    url: str
    order: str


@dataclass(frozen=True)
class Choice:
    name: str
    title: Text
    is_shown: bool


@dataclass(frozen=True)
class Total:
    """What stands below a column; empty below most."""

    title: Text
    classes: str
    text: SafeString | str


@dataclass(frozen=True)
class TotalLine:
    """The totals in one currency; ``in_base`` is the sum of the others, converted."""

    currency: str
    count: str
    cells: list[Total]
    in_base: bool = False


@dataclass(frozen=True)
class Footer:
    """What ``parts/list_totals.html`` shows: ``lines``, or where they have not been asked for yet,
    are too many or took too long, the address that asks for them."""

    url: str
    every_url: str
    columns: int
    is_asked: bool = False
    found: Totals = field(default_factory=Totals)
    lines: list[TotalLine] = field(default_factory=list)


@dataclass(frozen=True)
class Listing:
    """What ``parts/list.html`` shows."""

    table: type[Table]
    title: Text
    filter: Any
    chips: list[Chip]
    heads: list[Head]
    body: SafeString
    has_rows: bool
    count: str
    next_url: str
    previous_url: str
    clear_url: str
    export_urls: dict[str, str]
    choices: list[Choice]
    empty: Text
    footer: Footer | None = None


def list_page(
    request: HttpRequest,
    *,
    table: type[Table],
    queryset: QuerySet[Any],
    title: Text,
    filterset: type[FilterSet] | None = None,
    template: str = "parts/list_page.html",
    empty: Text = "",
    context: Mapping[str, Any] | None = None,
) -> HttpResponseBase:
    """The whole answer of a list's view: a page, a part of it for htmx, or a file.

    ``queryset`` is what the person may see, with everything that a row shows (``select_related``,
    annotations): no row asks the database again. ``context`` is for a template that extends
    ``parts/list_page.html``.

    It runs three statements: the person's columns, the rows, and a count that stops at a thousand.
    Where a money column has a total, a second request adds up what the filters find.
    """
    found = filterset(request.GET, queryset=queryset, request=request) if filterset else None
    rows = found.qs if found is not None else queryset
    wanted = request.user.columns_of(table.name)  # type: ignore[union-attr]
    columns = table.shown(wanted)
    sort = table.sort_of(request.GET)
    if export := EXPORTS.get(request.GET.get("export", "")):
        return export(table.name, str(title), columns, _sorted(rows, table, sort))
    footer = None
    if has_totals(columns):
        footer = _footer(request, found, rows, columns, table.costly)
    if footer and request.headers.get("HX-Target") == "list-totals":
        return render(request, "parts/list_totals.html", {"footer": footer})
    listing = _listing(request, table, title, found, rows, columns, sort, empty, footer)
    is_part = request.headers.get("HX-Target") == "list" and not request.headers.get(
        "HX-History-Restore-Request"
    )
    shown = "parts/list.html" if is_part else template
    answer = render(request, shown, {"title": title, **(context or {}), "listing": listing})
    # The browser must not take the part for the page when one comes back to it.
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _listing(
    request: HttpRequest,
    table: type[Table],
    title: Text,
    found: Any,
    rows: QuerySet[Any],
    columns: Sequence[Column],
    sort: str,
    empty: Text,
    footer: Footer | None,
) -> Listing:
    page = page_of(rows, _order(table, sort), request.GET, table.page_size)
    turned = {"after": None, "before": None}
    names = set(found.filters) if found is not None else set()
    return Listing(
        table=table,
        title=title,
        filter=found,
        chips=chips(found, request) if found is not None else [],
        heads=[_head(column, sort, request) for column in columns],
        body=body_html(columns, page.rows),
        has_rows=bool(page.rows),
        count=bounded_count(rows),
        next_url=asking(request, {**turned, **page.next}) if page.next else "",
        previous_url=asking(request, {**turned, **page.previous}) if page.previous else "",
        clear_url=asking(request, {**turned, **dict.fromkeys(names)}),
        export_urls={form: asking(request, {**turned, "export": form}) for form in EXPORTS},
        choices=[Choice(n, c.title, c in columns) for n, c in table.columns.items()],
        empty=empty,
        footer=footer,
    )


def _footer(
    request: HttpRequest,
    found: Any,
    rows: QuerySet[Any],
    columns: Sequence[Column],
    costly: Costly | None,
) -> Footer:
    turned = {"after": None, "before": None}
    asked = request.GET.get(TOTALS)
    url = asking(request, {**turned, TOTALS: "on"})
    every_url = asking(request, {**turned, TOTALS: EVERY_ROW})
    if asked is None:
        return Footer(url, every_url, len(columns))
    is_of_month = found is not None and "month" in found.filters and bool(found.data.get("month"))
    company = getattr(request, "company", None)
    totals = totals_of(
        columns,
        rows,
        company.currency if company else "",
        is_bounded=asked != EVERY_ROW and (costly is not None or not is_of_month),
        costly=costly,
    )
    return Footer(url, every_url, len(columns), True, totals, lines_of(columns, totals))


def lines_of(columns: Sequence[Column], totals: Totals) -> list[TotalLine]:
    lines = [_line(columns, sums) for sums in totals.by_currency]
    return [*lines, _line(columns, totals.base, in_base=True)] if totals.base else lines


def _line(columns: Sequence[Column], sums: Sums, *, in_base: bool = False) -> TotalLine:
    cells = [
        Total(
            column.title,
            column.classes,
            money_html(sums.amounts[column.name], sums.currency)
            if column.name in sums.amounts
            else "",
        )
        for column in columns
    ]
    return TotalLine(sums.currency, f"{sums.count:,}", cells, in_base)


def bounded_count(queryset: QuerySet[Any]) -> str:
    """``37``, and from a thousand on ``1,000+``: counting everything would take longer than the
    page."""
    count = queryset.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


def _order(table: type[Table], sort: str) -> str:
    column = table.columns[sort.removeprefix("-")]
    return f"{'-' if sort.startswith('-') else ''}{column.sort}"


def _sorted(rows: QuerySet[Any], table: type[Table], sort: str) -> QuerySet[Any]:
    order = _order(table, sort)
    return rows.order_by(order, "-pk" if order.startswith("-") else "pk")


def _head(column: Column, sort: str, request: HttpRequest) -> Head:
    if not column.sort:
        return Head(column.title, column.classes, "", "")
    is_sorted = sort.removeprefix("-") == column.name
    order = ("descending" if sort.startswith("-") else "ascending") if is_sorted else ""
    other = f"-{column.name}" if order == "ascending" else column.name
    url = asking(request, {"sort": other, "after": None, "before": None})
    return Head(column.title, column.classes, url, order)
