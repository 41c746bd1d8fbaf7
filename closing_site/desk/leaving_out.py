"""Runs that go on without the documents which the database refuses.

A run writes a month in a few statements. Where one document of it violates a constraint, the
statements fail as a whole; the document is then found by halving, named, left out, and the run is
done again for the others.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from django.db import DataError, IntegrityError, transaction

from closing_site import sql
from closing_site.periods.models import Period
from closing_site.refusals import LOCKED, Refusal

Unit = TypeVar("Unit", int, str)

#: More than these are no longer single documents: something else is wrong.
MOST = 200

_OF_THE_MONTH = "_law_08_"
#: Whether lines have their document is checked when a transaction ends: here it is checked while
#: the document can still be found.
CHECK_NOW = (
    "SET CONSTRAINTS laws_pending_law_2_insert IMMEDIATE",
    "SET CONSTRAINTS laws_pending_law_2_insert DEFERRED",
)

FORGET = """
    DELETE FROM desk_leftout WHERE company_id = %(company)s AND period_id = %(period)s
        AND run = %(run)s AND (%(only)s::bigint[] IS NULL OR document_id = ANY (%(only)s))
"""
KEEP = """
    INSERT INTO desk_leftout (company_id, period_id, run, document_kind, document_id,
        document_number, reason, left_out_at)
    SELECT %(company)s, %(period)s, %(run)s, found.kind, found.id, found.number, left_out.reason,
        now()
    FROM jsonb_each_text(%(reasons)s::jsonb) AS left_out (unit, reason)
    JOIN ({documents}) AS found ON found.unit = left_out.unit
    ON CONFLICT DO NOTHING
"""


class TooManyRefused(Refusal):
    """More than %(most)s documents cannot be processed. The database says of one: %(reason)s"""


def go_on_without(
    attempt: Callable[[Sequence[Unit] | None], int],
    units: Callable[[], Iterable[Unit]],
) -> tuple[int, dict[Unit, str]]:
    """Do ``attempt`` for everything (None), and where the database refuses a document, for the
    others. Returns what it returned, and of each unit left out what the database said.

    ``attempt`` writes within a savepoint and may be done several times over; it is given the
    ``units`` it is for. Raises the refusal of what is not about one document, as of a locked month.
    """
    try:
        return _write(attempt, None), {}
    except (IntegrityError, DataError) as error:
        _require_of_a_document(error)
        first = error
    everything = list(units())
    refused: dict[Unit, str] = {}
    _find(attempt, everything, refused)
    if not refused:
        raise first
    rest = [unit for unit in everything if unit not in refused]
    return _write(attempt, rest), refused


def keep_left_out(
    period: Period,
    run: str,
    refused: Mapping[int, str] | Mapping[str, str],
    documents: str,
    only: Sequence[int] | None = None,
) -> None:
    """Replace what the run's last time left out. ``documents``: SQL that yields ``unit`` (text),
    ``kind``, ``id`` and ``number``. ``only``: the documents that were looked at."""
    parameters = {
        "company": period.company_id,
        "period": period.pk,
        "run": run,
        "only": None if only is None else list(only),
    }
    sql.execute(FORGET, parameters)
    if refused:
        reasons = json.dumps({str(unit): reason for unit, reason in refused.items()})
        sql.execute(KEEP.format(documents=documents), {**parameters, "reasons": reasons})


def left_out(run: str) -> str:
    """SQL of a check: the documents that the run left out of the month."""
    return f"""
        SELECT x.document_kind, x.document_id, x.document_number, NULL::numeric AS amount,
            ''::text AS currency, jsonb_build_object('reason', x.reason) AS parameters
        FROM desk_leftout AS x
        WHERE x.company_id = %(company)s AND x.period_id = %(period)s AND x.run = '{run}'
    """


def _write(attempt: Callable[[Sequence[Unit] | None], int], units: Sequence[Unit] | None) -> int:
    with transaction.atomic():
        done = attempt(units)
        for statement in CHECK_NOW:
            sql.execute(statement)
        return done


def _find(
    attempt: Callable[[Sequence[Unit] | None], int],
    units: Sequence[Unit],
    refused: dict[Unit, str],
) -> None:
    """Of units that fail together, those that fail alone."""
    middle = len(units) // 2
    for half in (units[:middle], units[middle:]) if middle else (units,):
        error = _fails(attempt, half)
        if error is None:
            continue
        if len(half) > 1:
            _find(attempt, half, refused)
            continue
        refused[half[0]] = _reason(error)
        if len(refused) > MOST:
            raise TooManyRefused(most=MOST, reason=_reason(error))


class _Undo(Exception):
    pass


def _fails(
    attempt: Callable[[Sequence[Unit] | None], int], units: Sequence[Unit]
) -> IntegrityError | DataError | None:
    """Try it and take it back."""
    if not units:
        return None
    try:
        with transaction.atomic():
            _write(attempt, units)
            raise _Undo
    except _Undo:
        return None
    except (IntegrityError, DataError) as error:
        _require_of_a_document(error)
        return error


def _require_of_a_document(error: Exception) -> None:
    diagnostics = getattr(error.__cause__, "diag", None)
    constraint = getattr(diagnostics, "constraint_name", None) or ""
    if _OF_THE_MONTH in constraint or LOCKED.match(_reason(error)):
        raise error


def _reason(error: Exception) -> str:
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "message_primary", None) or str(error)
