"""Taking rows into the books, from a file or from a form: the same transaction, the same rules.

A form's document is staged as a file of one row would be, and recorded by the functions that record
files. What a file calls a bad row is then a refusal that names the field.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from psycopg.errors import ForeignKeyViolation, UniqueViolation

from closing_site import cells, sql
from closing_site.acting import acting
from closing_site.cells import Unreadable, escaped
from closing_site.declared import declared
from closing_site.kind import Kind
from closing_site.message import Message
from closing_site.refusals import Refusal
from closing_site.staged import MAKE_LEFT_OUT, Problem, Staged
from closing_site.staging import stage_nothing
from closing_site.told import told_message

#: One at a time of a company: two would both find the same order missing.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('closing import', %(company)s))"

LEFT_OUT = "INSERT INTO left_out (kind, key, line) VALUES (%(kind)s, %(key)s, NULL)"

#: From when on what is recorded is of these rows: a transaction may hold several recordings.
BEGIN = "SELECT set_config('closing.recording_began', clock_timestamp()::text, true)"
BEGAN = "coalesce(nullif(current_setting('closing.recording_began', true), '')::timestamptz, now())"

#: The cells of a row: column → text.
Given = Mapping[str, str | None]


class ValueTooLarge(Refusal):
    """The database has no room for a value: %(reason)s. Nothing was written."""


class ChangedMeanwhile(Refusal):
    """Somebody else wrote the same rows just now: %(reason)s. Nothing was written; try again."""


class NotTaken(Refusal):
    """%(reason)s"""

    def __init__(self, problems: Mapping[str, Sequence[Problem]]) -> None:
        """``problems``: kind → what is wrong with its rows, ``line`` counting them from 1."""
        self.problems = problems
        reasons = [problem.reason for found in problems.values() for problem in found]
        super().__init__(reason=" ".join(dict.fromkeys(reasons)))


class Unconfirmed(Refusal):
    """%(questions)s"""

    def __init__(self, questions: Sequence[str]) -> None:
        self.questions = questions
        super().__init__(questions=" ".join(questions))

    @property
    def answer(self) -> str:
        """What confirms these questions and no others."""
        return sha256("\n".join(self.questions).encode()).hexdigest()


def require_confirmed(questions: Sequence[str], answer: str | None) -> None:
    """What can be meant and is rarely meant is asked of a person. ``answer``: of the questions they
    were shown; None: no one is asked. Raises Unconfirmed."""
    if questions and answer is not None:
        asked = Unconfirmed(questions)
        if asked.answer != answer:
            raise asked


def hold_rows(company_id: int) -> None:
    """Until the transaction ends, no one else takes in rows of this company."""
    sql.execute(LOCK, {"company": company_id})


@contextmanager
def recording(company_id: int, by: str) -> Iterator[None]:
    """The transaction in which rows are taken in. Raises ValueTooLarge, ChangedMeanwhile."""
    with staging(by):
        hold_rows(company_id)
        yield


@contextmanager
def staging(by: str) -> Iterator[None]:
    """As ``recording``, without its lock: files are read first, then ``hold_rows`` is called."""
    with _refusals(), acting(by), transaction.atomic():
        sql.execute(BEGIN)
        for statement in MAKE_LEFT_OUT:
            sql.execute(statement)
        yield


def stage_rows(kind: Kind, rows: Sequence[Given] = ()) -> Staged:
    """The staged table of these rows; a column that no row names is left as it is in the books."""
    staged = stage_nothing(kind, is_partial=False)
    named = {name for row in rows for name in row}
    columns = [column for column in kind.columns if column.name in named]
    staged.given = frozenset(column.name for column in columns)
    names = ["line", *(column.name for column in columns), *kind.derived]
    statement = f"COPY {staged.table} ({', '.join(names)}) FROM STDIN WITH (NULL '')"
    bad_keys: list[str] = []
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for line, row in enumerate(rows, start=1):
            given = {name: (row.get(name) or "").strip() for name in named}
            texts = [str(line)]
            problems = []
            for column in columns:
                text = _read(column, given[column.name])
                if isinstance(text, Unreadable):
                    reason = told_message(text.reason)
                    problems.append(Problem(line, column.name, given[column.name], reason))
                else:
                    texts.append(text)
            if problems:
                staged.problems += problems
                bad_keys.append("\x1f".join(given[name] for name in kind.key))
                continue
            texts += [escaped(derive(given[source])) for source, _, derive in kind.derived.values()]
            copy.write("\t".join(texts) + "\n")
    # What belongs to a bad row is not bad itself.
    for key in bad_keys:
        sql.execute(LEFT_OUT, {"kind": kind.name, "key": key})
    return staged


def _read(column: Any, text: str) -> str | Unreadable:
    if text:
        found: str | Unreadable = column.read(text)
        return found
    return Unreadable(Message(cells.BLANK)) if column.is_needed else ""


def require_taken(*staged: Staged) -> None:
    """Raises NotTaken where one of the rows is bad."""
    if found := {one.kind: one.problems for one in staged if one.problems}:
        raise NotTaken(found)


def refuse(kind: Kind, column: str, reason: str, value: str = "", line: int = 1) -> NotTaken:
    """The refusal of one field."""
    return NotTaken({kind.name: [Problem(line, column, value, reason)]})


def follow(kind: str, company: Any) -> None:
    """What higher floors do once rows of this kind have come: their ``followers.py`` says it, as
    ``FOLLOWERS``, kind → function of the company, within the transaction."""
    for followers in declared("followers", "FOLLOWERS"):
        if do := followers.get(kind):
            do(company)


@contextmanager
def _refusals() -> Iterator[None]:
    """What the checks before did not foresee, as a refusal; a broken law stays what it is."""
    try:
        yield
    except DataError as error:
        raise ValueTooLarge(reason=_words(error)) from error
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation | ForeignKeyViolation):
            raise
        raise ChangedMeanwhile(reason=_words(error)) from error


def _words(error: Exception) -> Any:
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "message_primary", None) or str(error)
