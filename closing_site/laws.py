"""How a law is declared, and the SQL that each declaration becomes.

Every app declares its laws in ``laws.py`` as ``LAWS``; ``migration_operations.laws.InstallLaws``
makes the triggers. All are ``ENABLE ALWAYS``, run with the owner's rights and a fixed search path,
and raise ``check_violation`` with the trigger's name as constraint.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from closing_site.law_functions import function_sql


@dataclass(frozen=True)
class Trigger:
    """One trigger on one table. ``function`` is made from ``body`` unless it is a shared one.

    ``is_deferred``: asked, for each row, when the transaction ends. ``probes``: it looks up by an
    index what each row points at (law_functions.PROBING).
    """

    name: str
    table: str
    event: str
    timing: str = "AFTER"
    function: str = ""
    body: str = ""
    when: str = ""
    arguments: tuple[str, ...] = ()
    each_row: bool = False
    is_deferred: bool = False
    probes: bool = False

    def sql(self) -> Iterator[str]:
        function = self.function or self.name
        if self.body:
            yield function_sql(function, self.body, probes=self.probes)
        yield f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}"
        rows = {
            "INSERT": "REFERENCING NEW TABLE AS new_rows",
            "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
            "DELETE": "REFERENCING OLD TABLE AS old_rows",
        }
        uses_tables = self.timing == "AFTER" and not self.each_row
        kind = "CONSTRAINT TRIGGER" if self.is_deferred else "TRIGGER"
        parts = [
            f"CREATE {kind} {self.name} {self.timing} {self.event} ON {self.table}",
            "DEFERRABLE INITIALLY DEFERRED" if self.is_deferred else "",
            rows.get(self.event, "") if uses_tables else "",
            "FOR EACH ROW" if self.each_row else "FOR EACH STATEMENT",
            f"WHEN ({self.when})" if self.when else "",
            f"EXECUTE FUNCTION {function}({', '.join(quoted(a) for a in self.arguments)})",
        ]
        yield " ".join(part for part in parts if part)
        yield f"ALTER TABLE {self.table} ENABLE ALWAYS TRIGGER {self.name}"


@dataclass(frozen=True)
class Guarded:
    """Law 8: no row of a locked period comes, goes, changes, or is moved in or out.

    ``dated``: ``posted_on`` must lie in the row's period. ``movable``: columns that may change even
    when the month is locked, because they are not part of the document.

    Triggers fire by name: ``law_08`` comes before the others, so that the period is locked before
    what lies in it, and a refusal names it rather than what else would be wrong.
    """

    table: str
    dated: bool = False
    movable: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    def triggers(self) -> Iterator[Trigger]:
        dated = ("dated",) if self.dated else ()
        yield Trigger(
            f"{self.table}_law_08_insert",
            self.table,
            "INSERT",
            function="law_8_insert",
            arguments=dated,
        )
        yield Trigger(f"{self.table}_law_08_delete", self.table, "DELETE", function="law_8_delete")
        if self.movable:
            old, new = (
                ", ".join(f"{row}.{c}" for c in self.columns if c not in self.movable)
                for row in ("OLD", "NEW")
            )
            yield Trigger(
                f"{self.table}_law_08_update",
                self.table,
                "UPDATE",
                function="law_8_update_row",
                timing="BEFORE",
                when=f"ROW({old}) IS DISTINCT FROM ROW({new})",
                each_row=True,
            )
        else:
            yield Trigger(
                f"{self.table}_law_08_update",
                self.table,
                "UPDATE",
                function="law_8_update",
                arguments=dated,
            )
        yield no_truncate(self.table)


@dataclass(frozen=True)
class Exempt:
    """A table with a period that law 8 leaves alone, and why."""

    table: str
    reason: str

    def triggers(self) -> Iterator[Trigger]:
        return iter(())


@dataclass(frozen=True)
class Immutable:
    """Law 2: a row that never changes and never goes, once ``when`` (an SQL condition on OLD)."""

    table: str
    when: str = ""
    law: str = "law_2"
    says: str = "is final: correct it with a reversing document"

    def triggers(self) -> Iterator[Trigger]:
        for event in ("UPDATE", "DELETE"):
            yield Trigger(
                f"{self.table}_{self.law}_{event.lower()}",
                self.table,
                event,
                timing="BEFORE",
                function="law_2_row",
                when=self.when,
                arguments=(self.says,),
                each_row=True,
            )
        yield no_truncate(self.table)


@dataclass(frozen=True)
class PartOf:
    """Law 2 for lines: none is added to, changed in or taken from a parent that is final.

    The parent has a ``number`` and a ``period_id``.
    """

    table: str
    parent: str
    key: str
    is_final: str = "true"
    says: str = "is issued: its lines do not change"

    def triggers(self) -> Iterator[Trigger]:
        for event, rows in (
            ("INSERT", ("new_rows",)),
            ("UPDATE", ("old_rows", "new_rows")),
            ("DELETE", ("old_rows",)),
        ):
            keys = " UNION ALL ".join(f"SELECT {self.key} FROM {r}" for r in rows)
            body = f"""
                DECLARE culprit text;
                BEGIN
                    SELECT coalesce('Period ' || locked.code || ' is locked: ', '')
                        || parent.number INTO culprit
                    FROM ({keys}) AS part
                    JOIN {self.parent} AS parent ON parent.id = part.{self.key}
                    LEFT JOIN periods_period AS locked
                        ON locked.id = parent.period_id AND locked.status = 'locked'
                    WHERE {self.is_final} LIMIT 1;
                    IF FOUND THEN
                        RAISE EXCEPTION '% %', culprit, {quoted(self.says)}
                            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
                    END IF;
                    RETURN NULL;
                END"""
            yield Trigger(f"{self.table}_law_2_{event.lower()}", self.table, event, body=body)
        yield no_truncate(self.table)


@dataclass(frozen=True)
class Numbered:
    """Law 1: the numbers of a series are exactly 1…n, later ones never of an earlier date.

    ``series``: an SQL condition on NEW, a series' row: which series number this table. Their
    counter is the last number given, at the latest when the transaction ends.
    """

    table: str
    date: str
    series: str
    events: tuple[str, ...] = ("INSERT",)

    def triggers(self) -> Iterator[Trigger]:
        body = f"""
            DECLARE bad record;
            BEGIN
                SELECT series.code AS series INTO bad FROM (
                    SELECT series_id, min(sequence_number) AS low, max(sequence_number) AS high,
                        count(*) AS how_many, min({self.date}) AS first_on,
                        bool_or(prior > {self.date}) AS steps_back,
                        min(period_id) AS low_period, max(period_id) AS high_period,
                        min(company_id) AS company, max(company_id) AS other_company
                    FROM (
                        SELECT *, lag({self.date}) OVER (
                            PARTITION BY series_id ORDER BY sequence_number) AS prior
                        FROM new_rows WHERE sequence_number IS NOT NULL
                    ) AS numbered GROUP BY series_id
                ) AS fresh
                LEFT JOIN invoicing_numberseries AS series ON series.id = fresh.series_id
                LEFT JOIN {self.table} AS before
                    ON before.series_id = fresh.series_id AND before.sequence_number = fresh.low - 1
                WHERE series.id IS NULL
                    OR fresh.high - fresh.low + 1 <> fresh.how_many
                    OR (fresh.low > 1 AND before.id IS NULL)
                    OR series.last_number <> fresh.high
                    OR fresh.steps_back OR before.{self.date} > fresh.first_on
                    OR series.period_id <> fresh.low_period OR series.period_id <> fresh.high_period
                    OR series.company_id <> fresh.company
                    OR series.company_id <> fresh.other_company
                LIMIT 1;
                IF FOUND THEN
                    RAISE EXCEPTION 'The numbers of series % must go on without a gap, a double '
                        'or a step back in time', bad.series
                        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
                END IF;
                RETURN NULL;
            END"""
        for event in self.events:
            yield Trigger(f"{self.table}_law_1_{event.lower()}", self.table, event, body=body)
        counter = f"""
            DECLARE series record;
            BEGIN
                SELECT s.code, s.last_number, coalesce(max(d.sequence_number), 0) AS given
                INTO series FROM invoicing_numberseries AS s
                LEFT JOIN {self.table} AS d ON d.series_id = s.id
                WHERE s.id = NEW.id GROUP BY s.id;
                IF series.last_number <> series.given THEN
                    RAISE EXCEPTION 'Series % counts to %, and its last document bears %',
                        series.code, series.last_number, series.given
                        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
                END IF;
                RETURN NULL;
            END"""
        for event in ("INSERT", "UPDATE"):
            yield Trigger(
                f"{self.table}_law_1_counter_{event.lower()}",
                "invoicing_numberseries",
                event,
                body=counter,
                when=self.series,
                each_row=True,
                is_deferred=True,
            )


@dataclass(frozen=True)
class Audited:
    """Law 13: each change of state leaves one row in the audit.

    ``number`` and the ``…_when`` are SQL on the row ``r`` (an update's before is ``o``); before and
    after show the ``columns``. An action that is empty is not audited. ``says_why``: after shows
    the reason too, where there is one (``acting.because``).

    ``document``: the document's id, of a row that is a part of it; ``named``: what tells which part
    it is, name → SQL on ``r``, said of each. ``lookups``: (name, column, SQL on ``{row}``): a key
    is shown as what it points to. ``imported``: a kind of file; of rows that come from one
    (``acting.from_files``) each statement leaves a row that names the file, how many they are and
    their ids, and only those for which ``also_when`` holds leave one of their own.
    """

    table: str
    kind: str
    number: str
    columns: tuple[str, ...]
    inserted: str = ""
    insert_when: str = "true"
    updated: str = ""
    update_when: str = ""
    deleted: str = ""
    company: str = "r.company_id"
    says_why: bool = False
    document: str = "r.id"
    named: tuple[tuple[str, str], ...] = ()
    lookups: tuple[tuple[str, str, str], ...] = ()
    imported: str = ""
    also_when: str = "false"

    def triggers(self) -> Iterator[Trigger]:
        part = "".join(f", '{name}', {text}" for name, text in self.named)
        compared = (*self.columns, *(column for _name, column, _sql in self.lookups))
        old, new = (", ".join(f"{row}.{c}" for c in compared) for row in ("o", "r"))
        changed = self.update_when or f"ROW({old}) IS DISTINCT FROM ROW({new})"
        before, after = self._shown("o"), self._shown("r", part)
        if self.says_why:
            after += " || why"
        if self.inserted:
            rows = f"new_rows AS r WHERE ({self.insert_when})"
            if self.imported:
                rows += f" AND (from_files IS NULL OR ({self.also_when}))"
            yield self._trigger("INSERT", self.inserted, "NULL", after, rows)
        if self.updated:
            rows = f"new_rows AS r JOIN old_rows AS o ON o.id = r.id WHERE {changed}"
            yield self._trigger("UPDATE", self.updated, before, after, rows)
        if self.deleted:
            yield self._trigger("DELETE", self.deleted, after, "NULL", "old_rows AS r")

    def _shown(self, row: str, part: str = "") -> str:
        told = ", ".join(f"'{c}', {row}.{c}" for c in self.columns)
        told += "".join(f", '{n}', {text.format(row=row)}" for n, _column, text in self.lookups)
        return f"jsonb_build_object({told}{part})"

    def _trigger(self, event: str, action: str, before: str, after: str, rows: str) -> Trigger:
        told = action if action.startswith("CASE") else f"'{action}'"
        body = f"""
            DECLARE
                who text := coalesce(
                    nullif(current_setting('closing.actor', true), ''), session_user);
                at timestamptz := clock_timestamp();
                why jsonb := jsonb_strip_nulls(jsonb_build_object(
                    'reason', nullif(current_setting('closing.reason', true), '')));
                from_files jsonb := nullif(current_setting('closing.files', true), '')::jsonb;
                came_from text := coalesce(from_files ->> '{self.imported}', (
                    SELECT string_agg(value, ', ') FROM jsonb_each_text(from_files)), '');
            BEGIN
                INSERT INTO companies_auditentry (company_id, at, actor, action, document_kind,
                    document_id, document_number, before, after)
                SELECT {self.company}, at, who, {told}, '{self.kind}',
                    {self.document}, {self.number}, {before}, {after}
                FROM {rows};
                {self._of_files() if event == "INSERT" and self.imported else ""}
                RETURN NULL;
            END"""
        return Trigger(f"{self.table}_law_13_{event.lower()}", self.table, event, body=body)

    def _of_files(self) -> str:
        return f"""
                IF from_files IS NOT NULL THEN
                    INSERT INTO companies_auditentry (company_id, at, actor, action, document_kind,
                        document_id, document_number, before, after)
                    SELECT r.company_id, at, who, 'imported', 'import', min(r.id),
                        left(came_from, 80), NULL, jsonb_build_object('file', came_from,
                            'rows_of', '{self.imported}', 'rows', count(*),
                            'first_id', min(r.id), 'last_id', max(r.id))
                    FROM new_rows AS r GROUP BY r.company_id;
                END IF;"""


@dataclass(frozen=True)
class Law:
    """Triggers of a law that only one table has."""

    table: str
    own: tuple[Trigger, ...] = field(default=())

    def triggers(self) -> Iterator[Trigger]:
        return iter(self.own)


AnyLaw = Guarded | Exempt | Immutable | PartOf | Numbered | Audited | Law


def no_truncate(table: str) -> Trigger:
    return Trigger(
        f"{table}_no_truncate", table, "TRUNCATE", timing="BEFORE", function="law_no_truncate"
    )


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
