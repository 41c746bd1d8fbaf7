"""What a report is: one query about a month, its columns, and the figures it gives."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from django.db import transaction

from closing_site import sql
from closing_site.money import currency_digits, round_half_away
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters

Row = dict[str, Any]

#: Of the form of what ``Figures.as_json`` returns.
VERSION = 1


class Kind(Enum):
    TEXT = auto()
    DATE = auto()
    COUNT = auto()
    #: In the currency that the row names in ``currency``, else in the company's.
    AMOUNT = auto()
    #: In the company's, whatever the row's is.
    BASE_AMOUNT = auto()
    #: A quantity or a percentage: as many decimals as it has.
    NUMBER = auto()
    #: An average of marks, two decimals.
    MARK = auto()


@dataclass(frozen=True)
class Column:
    """One key of a row. ``total`` names the query's column that its total sums, if it has one:
    itself, or where rows differ in currency, the same in the company's. ``says`` puts a code into
    the reader's words. What ``is_whole`` is read in one line."""

    name: str
    title: str
    kind: Kind = Kind.TEXT
    total: str = ""
    says: Callable[[str], str] | None = None
    is_whole: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind not in (Kind.TEXT, Kind.DATE)


def summed(name: str, title: str, kind: Kind = Kind.AMOUNT) -> Column:
    return Column(name, title, kind, total=name)


@dataclass(frozen=True)
class Table:
    """Some of a report's columns, as wide as a page bears."""

    title: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Grouping:
    """A table that comes first: the columns that are added up, summed by what ``names`` say."""

    title: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Plot:
    """What a report's chart shows: ``values`` of each row under its ``label``, the largest first
    where a report ranks its rows; without a label, the totals of ``values`` beside each other."""

    title: str
    values: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True)
class Beside:
    """An amount of the month, in the company's currency, that is in no row because it belongs to
    none: ``query`` gives it, ``column`` is the one that would hold it, ``says`` tells of it with
    ``%(amount)s`` and, together with the column's total, ``%(whole)s``."""

    column: str
    says: str
    query: str


@dataclass(frozen=True)
class Report:
    """``query`` has the parameters of a check: company, period, starts_on, ends_on. ``prepare``
    fills the temporary tables that it reads. ``complete`` makes a row of what the query cannot say;
    ``count_totals`` gives totals that are no sums.

    For readers: ``about`` says what it tells, ``rank`` names the amount by which rows matter where
    not all can be shown, ``key_figures`` the totals that come first (the ``optional_figures`` among
    them only where they are not zero), ``tables`` how its columns are spread where they are too
    many for one, ``groupings`` what is summed up before them.
    """

    slug: str
    title: str
    about: str
    columns: tuple[Column, ...]
    query: str
    prepare: Callable[[Period], None] | None = None
    complete: Callable[[Row], Row] = lambda row: row
    count_totals: Callable[[Sequence[Row]], Row] = lambda rows: {}
    rank: str = ""
    key_figures: tuple[str, ...] = ()
    optional_figures: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    groupings: tuple[Grouping, ...] = ()
    plot: Plot | None = None
    beside: Beside | None = None

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Figures:
    """A report of one month. Amounts are Decimals; ``currency`` is the totals'. ``rows`` are the
    query's: ``told`` completes those that are shown."""

    report: Report
    company: str
    period: str
    currency: str
    rows: list[Row]
    totals: Row
    #: In each currency, where rows are in another than the totals.
    by_currency: dict[str, Row] = field(default_factory=dict)
    beside: Decimal = Decimal(0)

    def told(self, rows: Iterable[Row]) -> Iterator[Row]:
        return map(self.report.complete, rows)

    def currency_of(self, column: Column, row: Row) -> str:
        is_base = column.kind is Kind.BASE_AMOUNT
        return self.currency if is_base else row.get("currency") or self.currency

    def text_of(self, column: Column, row: Row) -> Any:
        """The cell as exports show it: amounts with their currency's digits; None stays."""
        found = row.get(column.name)
        if isinstance(found, Decimal):
            return _text_of_number(found, column, self.currency_of(column, row))
        return found.isoformat() if isinstance(found, date) else found

    def as_json(self) -> dict[str, Any]:
        columns = self.report.columns
        return {
            "report": self.report.slug,
            "company": self.company,
            "period": self.period,
            "version": VERSION,
            "columns": [column.name for column in columns],
            "rows": [
                {c.name: self.text_of(c, row) for c in columns} for row in self.told(self.rows)
            ],
            "totals": {
                **{c.name: self.text_of(c, self.totals) for c in columns if c.total},
                **self.report.count_totals(self.rows),
            },
            **({"totals_by_currency": self._by_currency()} if self.by_currency else {}),
        }

    def _by_currency(self) -> dict[str, Row]:
        return {
            currency: {
                c.name: self.text_of(c, {**sums, "currency": currency})
                for c in self.report.columns
                if c.name in sums
            }
            for currency, sums in self.by_currency.items()
        }


def figures(report: Report, period: Period) -> Figures:
    parameters = period_parameters(period)
    rows = _rows(report, period, parameters)
    totals = sums(report, rows)
    beside = sql.value(report.beside.query, parameters) if report.beside else Decimal(0)
    company = period.company
    return Figures(
        report,
        company.code,
        period.code,
        company.currency,
        rows,
        totals,
        sums_by_currency(report, rows, company.currency),
        beside,
    )


def _rows(report: Report, period: Period, parameters: sql.Parameters) -> list[Row]:
    if report.prepare is None:
        return sql.rows(report.query, parameters)
    with transaction.atomic():
        report.prepare(period)
        return sql.rows(report.query, parameters)


def sums(report: Report, rows: Sequence[Row]) -> Row:
    """The totals of these rows."""
    return {column.name: _total(column, rows) for column in report.columns if column.total}


def sums_by_currency(report: Report, rows: Sequence[Row], base: str) -> dict[str, Row]:
    """The totals of these rows in each of their currencies, empty where that is ``base`` alone, or
    where each currency has one row."""
    first, *others = report.columns
    if first.name == "currency" or all(column.name != "currency" for column in others):
        return {}
    names = [c.name for c in report.columns if c.total and c.total != c.name]
    found: dict[str, list[Row]] = {}
    for row in rows:
        if any(row[name] is not None for name in names):
            found.setdefault(row["currency"] or base, []).append(row)
    if not names or [*found] in ([], [base]):
        return {}
    return {
        currency: {name: _sum_of_known(name, found[currency]) for name in names}
        for currency in sorted(found)
    }


def _sum_of_known(name: str, rows: Sequence[Row]) -> Decimal:
    return sum((row[name] for row in rows if row[name] is not None), Decimal(0))


def _total(column: Column, rows: Sequence[Row]) -> Decimal | int | None:
    """Of what is known; unknown where rows are all unknown."""
    known = [row[column.total] for row in rows if row[column.total] is not None]
    if rows and not known:
        return None
    return sum(known, Decimal(0) if column.kind is Kind.AMOUNT else 0)


def _text_of_number(number: Decimal, column: Column, currency: str) -> str:
    match column.kind:
        case Kind.AMOUNT | Kind.BASE_AMOUNT:
            return f"{round_half_away(number, currency_digits(currency)):f}"
        case Kind.MARK:
            return f"{round_half_away(number, 2):f}"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
