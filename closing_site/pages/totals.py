"""Totals below a list, by currency and in the company's own: of all that the filters find, not of
the page.

They come by a request of their own, so that no page waits for them. Where the filters set no month,
lists longer than ``MAX_SUMMED`` rows are added up only when somebody asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, transaction
from django.db.models import Expression, F, QuerySet
from psycopg.errors import QueryCanceled

from closing_site.pages.columns import Column, MoneyColumn

MAX_SUMMED: Final = 10_000
#: Milliseconds that a sum may take.
TIMEOUT: Final = 5_000


@dataclass(frozen=True)
class Sums:
    """Of one currency: ``amounts`` by the column's name."""

    currency: str
    count: int
    amounts: dict[str, Any]


@dataclass(frozen=True)
class Totals:
    """``base`` is in the company's currency, None where the rows' own says the same. ``is_long``:
    more rows than are summed unasked; ``is_late``: the database took too long."""

    by_currency: list[Sums] = field(default_factory=list)
    base: Sums | None = None
    is_long: bool = False
    is_late: bool = False


def has_totals(columns: Sequence[Column]) -> bool:
    return bool(_summed(columns))


def totals_of(
    columns: Sequence[Column], rows: QuerySet[Any], base: str, *, is_bounded: bool
) -> Totals:
    summed = _summed(columns)
    if not summed:
        return Totals()
    try:
        with transaction.atomic():
            found = _ask(summed, rows, is_bounded=is_bounded)
    except EmptyResultSet:
        return Totals()
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return Totals(is_late=True)
        raise
    if is_bounded and sum(row[1] for row in found) > MAX_SUMMED:
        return Totals(is_long=True)
    names = [column.name for column in summed]
    own = [
        Sums(currency, count, dict(zip(names, amounts[: len(names)], strict=True)))
        for currency, count, *amounts in found
    ]
    if [sums.currency for sums in own] in ([], [base]):
        return Totals(own)
    in_base = [amounts[len(names) :] for _currency, _count, *amounts in found]
    whole = {
        column.name: None if None in parts else sum(parts)
        for column, parts in zip(summed, zip(*in_base, strict=True), strict=True)
        if column.base_total is not None
    }
    return Totals(own, Sums(base, sum(sums.count for sums in own), whole))


def _summed(columns: Sequence[Column]) -> list[MoneyColumn]:
    return [c for c in columns if isinstance(c, MoneyColumn) and c.total is not None]


def _ask(summed: list[MoneyColumn], rows: QuerySet[Any], *, is_bounded: bool) -> list[Any]:
    """(currency, rows, the columns' sums, their sums in base currency). A sum in base currency is
    None where an amount has no rate."""
    wanted = {"of_currency": F(summed[0].currency_field)}
    for place, column in enumerate(summed):
        wanted[f"own_{place}"] = _expression(column.total)
        if column.base_total is not None:
            wanted[f"base_{place}"] = _expression(column.base_total)
    some = rows.order_by().values(**wanted)
    if is_bounded:
        some = some[: MAX_SUMMED + 1]
    inner, parameters = some.query.sql_with_params()
    own = ", ".join(f"coalesce(sum(own_{n}), 0)" for n in range(len(summed)))
    base = ", ".join(
        f"CASE WHEN count(own_{n}) = count(base_{n}) THEN coalesce(sum(base_{n}), 0) END"
        if f"base_{n}" in wanted
        else "NULL"
        for n in range(len(summed))
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {TIMEOUT}")
        cursor.execute(
            f"SELECT of_currency, count(*), {own}, {base} FROM ({inner}) AS summed"
            " GROUP BY of_currency ORDER BY of_currency",
            parameters,
        )
        found: list[Any] = cursor.fetchall()
        cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    return found


def _expression(total: str | Expression | None) -> Any:
    return F(total) if isinstance(total, str) else total
