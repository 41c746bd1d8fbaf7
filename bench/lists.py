"""``./run bench lists``: every list, filter and sort beside a bare keyset view of the same rows.

The bare view shows the list's first page by the same templates and the key of the default sort,
with the form of the filters: nothing is filtered, counted or looked up of the person's columns. A
page may take 1.3 times as long (MEASURES). All months but the last are locked.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.http import HttpRequest
from django.shortcuts import render
from django.test import RequestFactory
from django.urls import resolve

from bench.books import CODE, begin, closed, open_month, write_month
from bench.databases import Server
from bench.list_cases import BARE, CASES, Case, values
from closing_site.companies.models import Company, Membership, User
from closing_site.pages.listing import Head, Listing
from closing_site.pages.table import body_html

RESULTS = Path(__file__).parent / "LISTS.md"
REPS = 10
#: As reps are given to customers and orders: one after the other.
GIVE_REPS = """
    INSERT INTO customers_salesrep (company_id, code, name, user_id)
    SELECT c.id, 'R' || lpad(n::text, 2, '0'), 'Rep ' || n, CASE n WHEN 1 THEN u.id END
    FROM companies_company AS c CROSS JOIN generate_series(1, %(reps)s) AS n
    LEFT JOIN companies_user AS u ON u.username = 'rep' WHERE c.code = %(code)s;
    INSERT INTO companies_membership (company_id, user_id, role)
    SELECT c.id, u.id, 'sales_rep' FROM companies_company AS c, companies_user AS u
    WHERE c.code = %(code)s AND u.username = 'rep';
    UPDATE customers_customer AS c SET sales_rep_id = r.id FROM customers_salesrep AS r
    WHERE r.code = 'R' || lpad((c.id %% %(reps)s + 1)::text, 2, '0');
    UPDATE orders_order AS o SET sales_rep_id = c.sales_rep_id FROM customers_customer AS c
    WHERE c.id = o.customer_id;
"""


@dataclass
class Measured:
    """Milliseconds of each repetition: the page, its statements alone, the bare view."""

    case: Case
    ours: list[float] = field(default_factory=list)
    sql: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return median(self.ours) / median(self.bare)

    @property
    def least(self) -> float:
        """The ratio of the fastest of each: what a busy machine spoils least."""
        return min(self.ours) / min(self.bare)


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench lists", description=__doc__)
    parser.add_argument("--sizes", type=int, default=100_000, metavar="ORDERS")
    parser.add_argument("--months", type=int, default=20)
    parser.add_argument("--repeat", type=int, default=7, metavar="TIMES")
    parser.add_argument("--output", type=Path, default=RESULTS, metavar="FILE")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    options = parsed(arguments)
    server = Server()
    try:
        begun = time.perf_counter()
        fill(server, options.sizes, options.months)
        print(
            f"books of {options.sizes:,} orders in {time.perf_counter() - begun:.0f} s", flush=True
        )
        found = []
        for measured in measure(options.repeat):
            found.append(measured)
            print(_line(measured), flush=True)
        options.output.write_text(_page(options, found, server.describe()), encoding="utf-8")
    finally:
        server.close()
    return 0


def fill(server: Server, size: int, months: int) -> None:
    a_month = size // months
    with TemporaryDirectory() as name:
        folder = Path(name)
        past = {"history": months - 1, "history_orders": a_month, "folder": folder}
        month = write_month(size=a_month, **past)  # type: ignore[arg-type]
        database = begin(server, **past)  # type: ignore[arg-type]
        open_month(month)
        month.take(month.everything)
        closed(month.period, through="pay")
    User.objects.create(username="rep")
    server.leave()
    with server.without_laws(database) as owner:
        owner.execute(GIVE_REPS, {"code": CODE, "reps": REPS})
    server.tidy(database)


def measure(repeat: int) -> Iterator[Measured]:
    company = Company.objects.get(code=CODE)
    known = values(company)
    for case in CASES:
        found = Measured(case)
        ours = partial(_ours, case.path.format(**known), case.username)
        bare = partial(_bare, case.name, case.username)
        for _turn in range(repeat + 1):
            found.bare.append(_timed(bare))
            with _Statements() as statements:
                found.ours.append(_timed(ours))
            found.sql.append(statements.milliseconds)
        # The first has what was never asked before: plans, templates, pages of the disk.
        for times in (found.ours, found.sql, found.bare):
            del times[0]
        yield found


def _timed(run: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    run()
    return (time.perf_counter() - begun) * 1000


def _request(path: str, username: str) -> HttpRequest:
    request: Any = RequestFactory().get(path)
    member = Membership.objects.select_related("company", "user").get(
        user__username=username, company__code=CODE
    )
    request.user, request.membership, request.company = member.user, member, member.company
    request.memberships, request.session = [member], SessionBase()
    request.resolver_match = resolve(path.partition("?")[0])
    found: HttpRequest = request
    return found


def _ours(path: str, username: str) -> None:
    request = _request(path, username)
    match = request.resolver_match
    assert match
    answer = match.func(request, **match.kwargs)
    assert answer.status_code == 200, path


def _bare(name: str, username: str) -> None:
    path, table, filterset, rows = BARE[name]
    request: Any = _request(path, username)
    sort = table.columns[table.default_sort.removeprefix("-")].sort
    down = "-" if table.default_sort.startswith("-") else ""
    seen = rows(request.membership)
    found = list(seen.order_by(f"{down}{sort}", f"{down}pk")[: table.page_size + 1])
    columns = table.shown(None)
    listing = Listing(
        table=table,
        title="",
        filter=filterset(request.GET, queryset=seen, request=request),
        chips=[],
        heads=[Head(column.title, column.classes, "?", "") for column in columns],
        body=body_html(columns, found[: table.page_size]),
        has_rows=True,
        count="",
        next_url="?",
        previous_url="",
        clear_url="?",
        export_urls={},
        choices=[],
        empty="",
    )
    render(request, "parts/list_page.html", {"title": "", "listing": listing})


class _Statements:
    def __enter__(self) -> "_Statements":
        self.milliseconds = 0.0
        self._wrapper = connection.execute_wrapper(self._add)
        self._wrapper.__enter__()
        return self

    def __exit__(self, *details: Any) -> None:
        self._wrapper.__exit__(*details)

    def _add(self, execute: Callable[..., Any], *asked: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*asked)
        finally:
            self.milliseconds += (time.perf_counter() - begun) * 1000


def _line(found: Measured) -> str:
    case = found.case
    return (
        f"{case.name:<14} {case.title:<46} {median(found.ours):7.1f} ms"
        f" (SQL {median(found.sql):6.1f}), bare {median(found.bare):6.1f},"
        f" {found.ratio:5.2f}× (least {found.least:.2f}×)"
    )


def _page(options: argparse.Namespace, found: Sequence[Measured], server: dict[str, str]) -> str:
    lines = [
        "# Lists",
        "",
        f"Written by `./run bench lists --sizes {options.sizes} --months {options.months}`:"
        f" {options.sizes:,} orders of 3 lines over {options.months} months, all but the last"
        " locked. Milliseconds and ratio are of medians; a bare view shows the list's first page by"
        " the same template, by key, filtering and counting nothing. To reach: ≤ 1.3×.",
        "",
        "PostgreSQL " + ", ".join(f"{name} {value}" for name, value in server.items()),
        "",
        "| List | Question | Page | of it SQL | Bare view | Ratio | of the least |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {m.case.name} | {m.case.title} | {median(m.ours):.1f} | {median(m.sql):.1f} |"
        f" {median(m.bare):.1f} | {m.ratio:.2f}× | {m.least:.2f}× |"
        for m in found
    ]
    return "\n".join(lines) + "\n"
