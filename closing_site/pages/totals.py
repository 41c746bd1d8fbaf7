"""Totals below a list, by currency and in the company's own: of all that the filters find, not of
the page.

They come by a request of their own, so that no page waits for them. Where the filters set no month,
lists longer than ``MAX_SUMMED`` rows are added up only when somebody asks for it. So are, with a
month or without, long lists of which some amounts are worked out for each row (``Costly``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, transaction
from django.db.models import Expression, F, Q, QuerySet
from psycopg.errors import QueryCanceled

from closing_site.money import currency_digits
from closing_site.pages.columns import Column, MoneyColumn

MAX_SUMMED: Final = 10_000
#: Milliseconds that a sum may take.
TIMEOUT: Final = 5_000


@dataclass(frozen=True)
class Costly:
    """Rows whose amounts are worked out, not read: so many of them are added up unasked."""

    rows: Q
    most: int


@dataclass(frozen=True)
class Sums:
    """Of one currency: ``amounts`` by the column's name."""

    currency: str
    count: int
    amounts: dict[str, Any]


@dataclass(frozen=True)
class Totals:
    """``base`` is in the company's currency, None where the rows' own says the same. ``too_many``:
    there are more rows than these, which are summed unasked; ``is_costly``: more than these have
    amounts that are worked out; ``is_late``: the database took too long."""

    by_currency: list[Sums] = field(default_factory=list)
    base: Sums | None = None
    too_many: int = 0
    is_costly: bool = False
    is_late: bool = False


def has_totals(columns: Sequence[Column]) -> bool:
    return bool(_summed(columns))


def totals_of(
    columns: Sequence[Column],
    rows: QuerySet[Any],
    base: str,
    *,
    is_bounded: bool,
    costly: Costly | None = None,
) -> Totals:
    """Where there may be ``costly`` rows, they are counted before any is added up."""
    summed = _summed(columns)
    if not summed:
        return Totals()
    try:
        with transaction.atomic():
            if is_bounded and costly:
                if _is_longer(rows, MAX_SUMMED):
                    return Totals(too_many=MAX_SUMMED)
                if _is_longer(rows.filter(costly.rows), costly.most):
                    return Totals(is_costly=True)
            found = _ask(summed, rows, base, is_bounded=is_bounded)
    except EmptyResultSet:
        return Totals()
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return Totals(is_late=True)
        raise
    if is_bounded and sum(row[1] for row in found) > MAX_SUMMED:
        return Totals(too_many=MAX_SUMMED)
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
        if column.has_base_total
    }
    return Totals(own, Sums(base, sum(sums.count for sums in own), whole))


def _summed(columns: Sequence[Column]) -> list[MoneyColumn]:
    return [c for c in columns if isinstance(c, MoneyColumn) and c.total is not None]


def _is_longer(rows: QuerySet[Any], most: int) -> bool:
    return rows.order_by().values("pk")[: most + 1].count() > most


def _ask(
    summed: list[MoneyColumn], rows: QuerySet[Any], base: str, *, is_bounded: bool
) -> list[Any]:
    """(currency, rows, the columns' sums, their sums in base currency). A sum in base currency is
    None where an amount has no rate."""
    wanted: dict[str, Any] = {"of_currency": F(summed[0].currency_field)}
    for place, column in enumerate(summed):
        wanted[f"own_{place}"] = _expression(column.total)
        if column.base_total is not None:
            wanted[f"base_{place}"] = _expression(column.base_total)
        elif column.base_rate is not None:
            wanted[f"rate_{place}"] = column.base_rate
    some = rows.order_by().values(**wanted)
    if is_bounded:
        some = some[: MAX_SUMMED + 1]
    inner, parameters = some.query.sql_with_params()
    own = ", ".join(f"coalesce(sum(own_{n}), 0)" for n in range(len(summed)))
    in_base = ", ".join(_base_sum(n, wanted, currency_digits(base)) for n in range(len(summed)))
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {TIMEOUT}")
        cursor.execute(
            f"SELECT of_currency, count(*), {own}, {in_base} FROM ({inner}) AS summed"
            " GROUP BY of_currency ORDER BY of_currency",
            parameters,
        )
        found: list[Any] = cursor.fetchall()
        cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    return found


def _base_sum(place: int, wanted: Mapping[str, Any], digits: int) -> str:
    if f"base_{place}" in wanted:
        amount = f"base_{place}"
    elif f"rate_{place}" in wanted:
        amount = f"round(own_{place} * rate_{place}, {digits})"
    else:
        return "NULL"
    return f"CASE WHEN count(own_{place}) = count({amount}) THEN coalesce(sum({amount}), 0) END"


def _expression(total: str | Expression | None) -> Any:
    return F(total) if isinstance(total, str) else total
