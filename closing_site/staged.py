"""Rows of a file in a temporary table, on their way into the books.

The exchange floor reads a file and fills the table, its columns named and typed as in the exchange
format, a blank as null. Each floor then refuses what it cannot take, one statement per rule, and
writes what is left, one statement per table.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_noop

from closing_site import sql
from closing_site.told import Told, told

LEFT_OUT = gettext_noop("Its %(parent)s %(value)s has a bad row of its own.")
ALIKE = gettext_noop("%(value)s differs from %(other)s in capitals alone: are they two?")

#: Of a file's bad rows, so many are named; ``Staged.bad`` counts all of them.
MOST_PROBLEMS: Final = 1_000
MOST_SHOWN: Final = 200

#: Keys of bad rows, so that a row which belongs to one is not taken for a stray; and their lines,
#: none of a row that is taken out without being bad.
MAKE_LEFT_OUT = (
    "DROP TABLE IF EXISTS left_out",
    "CREATE TEMPORARY TABLE left_out (kind text, key text, line integer) ON COMMIT DROP",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is not taken. ``line`` counts the file's lines from 1."""

    line: int
    column: str
    value: str
    reason: str


@dataclass
class Staged:
    """One file's rows.

    ``table`` holds what is still good. ``given`` are the columns the file has: what it does not
    have is left as it is in the books. ``is_partial``: bad rows are left out and the rest is
    written, so that a row which belongs to a bad one is bad too; else nothing will be written, and
    only the bad row itself is named.
    """

    kind: str
    table: str
    key: tuple[str, ...]
    given: frozenset[str]
    is_partial: bool
    #: The prices of this file's lines include tax, as its header says; None: it does not say.
    includes_tax: bool | None = None
    #: Of the first bad rows; ``bad`` counts all of a file's.
    problems: list[Problem] = field(default_factory=list)
    bad: int = 0
    #: Of rows that are taken in all the same.
    notes: list[Problem] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    #: Rows of the books that go, because the file has what they belong to without them.
    removed: int = 0
    #: The file says of itself that it holds a part of its documents' rows only.
    is_incomplete: bool = False

    @property
    def key_sql(self) -> str:
        """The row's key as one text, of the row ``s``."""
        return " || chr(31) || ".join(f"s.{column}::text" for column in self.key)

    def refuse(
        self,
        reason: str,
        *,
        column: str,
        where: str,
        joins: str = "",
        says: Mapping[str, str] | None = None,
        parameters: sql.Parameters | None = None,
    ) -> None:
        """Take out the rows ``s`` for which ``where`` holds, and remember why.

        ``says``: what the reason names besides the row's ``value``, as SQL.
        """
        for row in self._take_out(column, where, joins, says or {}, parameters or {}):
            self.problems.append(_problem(row, column, _said(reason, row)))

    def note(self, reason: str, *, column: str, query: str, parameters: sql.Parameters) -> None:
        """Remember something of rows that stay; the query tells ``line``, ``value`` and what the
        reason names."""
        bounded = f"SELECT * FROM ({query}) AS noted ORDER BY line LIMIT {MOST_PROBLEMS}"
        self.notes += [
            _problem(row, column, _said(reason, row)) for row in sql.rows(bounded, parameters)
        ]

    def refuse_strays(
        self,
        reason: str,
        *,
        column: str,
        where: str,
        parent: "Staged",
        parent_key: str,
        joins: str = "",
        says: Mapping[str, str] | None = None,
        parameters: sql.Parameters | None = None,
    ) -> None:
        """As ``refuse``, for rows whose ``parent`` is nowhere; see ``is_partial``."""
        says = {
            **(says or {}),
            "is_left_out": "EXISTS (SELECT FROM left_out AS gone"
            f" WHERE gone.kind = '{parent.kind}' AND gone.key = {parent_key})",
        }
        silent = "false" if self.is_partial else "is_left_out"
        for row in self._take_out(column, where, joins, says, parameters or {}, silent):
            if row["is_left_out"]:
                text = told(LEFT_OUT, parent=column, value=row["value"])
            else:
                text = _said(reason, row)
            self.problems.append(_problem(row, column, text))

    def refuse_doubles(self, reason: str) -> None:
        """Of rows with the same key, take out all but the first."""
        keys = ", ".join(self.key)
        same = " AND ".join(f"double.{column} = s.{column}" for column in self.key)
        self.refuse(
            reason,
            column=self.key[-1],
            joins=f"JOIN (SELECT {keys}, min(line) AS first FROM {self.table}"
            f" GROUP BY {keys} HAVING count(*) > 1) AS double ON {same}",
            where="double.first < s.line",
            says={"first": "double.first"},
        )

    def _take_out(
        self,
        column: str,
        where: str,
        joins: str,
        says: Mapping[str, str],
        parameters: sql.Parameters,
        silent: str = "false",
    ) -> list[dict[str, Any]]:
        """The first of the rows that are bad. ``silent``: condition on those that are not: they
        count as new, as nothing is written of this file."""
        more = "".join(f", {text} AS {name}" for name, text in says.items())
        found = sql.rows(
            f"""
            WITH found AS MATERIALIZED (
                SELECT s.line, s.{column}::text AS value, {self.key_sql} AS key{more}
                FROM {self.table} AS s {joins} WHERE {where}
            ), gone AS (
                DELETE FROM {self.table} AS s USING found WHERE s.line = found.line
            ), noted AS (
                INSERT INTO left_out
                SELECT '{self.kind}', key, CASE WHEN NOT ({silent}) THEN line END FROM found
            )
            SELECT found.*, ({silent}) AS _is_silent,
                count(*) FILTER (WHERE {silent}) OVER () AS _silent, count(*) OVER () AS _all
            FROM found ORDER BY _is_silent, line LIMIT {MOST_PROBLEMS}
            """,
            parameters,
        )
        if found:
            self.new += found[0]["_silent"]
            self.bad += found[0]["_all"] - found[0]["_silent"]
        return [row for row in found if not row["_is_silent"]]

    def count(self, *, new: str, changed: str) -> None:
        """Count what is left in the table: ``new`` and ``changed`` are conditions on its rows."""
        (row,) = sql.rows(
            f"""
            SELECT count(*) FILTER (WHERE {new}) AS new,
                count(*) FILTER (WHERE NOT ({new}) AND ({changed})) AS changed,
                count(*) FILTER (WHERE NOT ({new}) AND NOT ({changed})) AS unchanged
            FROM {self.table}
            """
        )
        self.new += row["new"]
        self.changed += row["changed"]
        self.unchanged += row["unchanged"]


def _problem(row: Mapping[str, Any], column: str, reason: str) -> Problem:
    return Problem(row["line"], column, (row["value"] or "")[:MOST_SHOWN], reason)


def _said(reason: str, row: Mapping[str, Any]) -> Told:
    return told(reason, **{name: row[name] for name in row if f"%({name})" in reason})


def note_look_alikes(
    company_id: int, staged: Staged, *, table: str, column: str, is_new: str
) -> None:
    """Of the new rows, those whose code is another's but for capitals: two for the books, one for
    who reads them. ``is_new``: a condition on the row ``s``."""
    if not staged.new:
        return
    staged.note(
        ALIKE,
        column=column,
        query=f"""
            SELECT s.line, s.{column} AS value, min(k.{column}) AS other FROM {staged.table} AS s
            JOIN {table} AS k ON k.company_id = %(company)s
                AND lower(k.{column}) = lower(s.{column}) AND k.{column} <> s.{column}
            WHERE {is_new} GROUP BY s.line, s.{column}
        """,
        parameters={"company": company_id},
    )


def make_table(name: str, query: str, parameters: sql.Parameters | None = None) -> None:
    """A temporary table with these rows, for the rest of the transaction, known to the planner."""
    sql.execute(f"DROP TABLE IF EXISTS {name}")
    sql.execute(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {query}", parameters)
    sql.execute(f"ANALYZE {name}")


def differs(pairs: Collection[tuple[str, str]]) -> str:
    """SQL: one of these pairs of expressions is not the same on both sides."""
    if not pairs:
        return "false"
    left, right = (", ".join(side) for side in zip(*pairs, strict=True))
    return f"ROW({left}) IS DISTINCT FROM ROW({right})"
