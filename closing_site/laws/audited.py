"""Law 13: the audit."""

from collections.abc import Iterator
from dataclasses import dataclass

from closing_site.laws.audit_sql import write_entries
from closing_site.laws.trigger import Trigger


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
            yield self._trigger("INSERT", self.inserted, "NULL::jsonb", after, rows)
        if self.updated:
            rows = f"new_rows AS r JOIN old_rows AS o ON o.id = r.id WHERE {changed}"
            yield self._trigger("UPDATE", self.updated, before, after, rows)
        if self.deleted:
            yield self._trigger("DELETE", self.deleted, after, "NULL::jsonb", "old_rows AS r")

    @property
    def shown(self) -> str:
        """SQL: what an entry shows of the row ``r``, without the reason."""
        return self._shown("r", "".join(f", '{name}', {text}" for name, text in self.named))

    def _shown(self, row: str, part: str = "") -> str:
        told = ", ".join(f"'{c}', {row}.{c}" for c in self.columns)
        told += "".join(f", '{n}', {text.format(row=row)}" for n, _column, text in self.lookups)
        return f"jsonb_build_object({told}{part})"

    def _trigger(self, event: str, action: str, before: str, after: str, rows: str) -> Trigger:
        told = action if action.startswith("CASE") else f"'{action}'"
        entries = f"""
                    SELECT {self.company}, at, who, {told}, '{self.kind}',
                        {self.document}, {self.number}, {before}, {after}
                    FROM {rows}"""
        body = f"""
            DECLARE
                batch_number bigint;
                who text := coalesce(
                    nullif(current_setting('closing.actor', true), ''), session_user);
                at timestamptz := clock_timestamp();
                why jsonb := jsonb_strip_nulls(jsonb_build_object(
                    'reason', nullif(current_setting('closing.reason', true), '')));
                from_files jsonb := nullif(current_setting('closing.files', true), '')::jsonb;
                came_from text := coalesce(from_files ->> '{self.imported}', (
                    SELECT string_agg(value, ', ') FROM jsonb_each_text(from_files)), '');
            BEGIN
                {write_entries(entries, kind=f"'{self.kind}'")}
                {self._of_files() if event == "INSERT" and self.imported else ""}
                RETURN NULL;
            END"""
        name = f"{self.table}_law_13_{event.lower()}"
        return Trigger(name, self.table, event, body=body, hashes=True)

    def _of_files(self) -> str:
        entries = f"""
                        SELECT r.company_id, at, who, 'imported', 'import', min(r.id),
                            left(came_from, 80), NULL::jsonb, jsonb_build_object('file', came_from,
                                'rows_of', '{self.imported}', 'rows', count(*),
                                'first_id', min(r.id), 'last_id', max(r.id))
                        FROM new_rows AS r GROUP BY r.company_id"""
        return f"""
                IF from_files IS NOT NULL THEN
                    {write_entries(entries, kind="'import'")}
                END IF;"""
