"""Law 2: what is final, what is part of it, and that a part has what it is part of."""

from collections.abc import Iterator
from dataclasses import dataclass

from closing_site.laws.trigger import Trigger, no_truncate, quoted


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
class Belongs:
    """Lines that may be written before their document: it is there, and of their company, when the
    transaction ends, and does not go while they are there.

    In the place of a deferred foreign key, which asks for each row. A statement leaves one row in
    ``laws_pending``, empty between transactions, and for all of its lines is asked at once.
    """

    table: str
    parent: str
    key: str

    def triggers(self) -> Iterator[Trigger]:
        # What is there already is held, so that no one takes it away meanwhile.
        leave = f"""
            BEGIN
                PERFORM FROM {self.parent}
                    WHERE id = ANY (ARRAY(SELECT DISTINCT {self.key} FROM new_rows))
                    ORDER BY id FOR KEY SHARE;
                INSERT INTO laws_pending (law, lines, parent, key, first_id, last_id)
                SELECT TG_NAME, TG_TABLE_NAME, {quoted(self.parent)}, {quoted(self.key)},
                    min(id), max(id)
                FROM new_rows HAVING count(*) > 0;
                RETURN NULL;
            END"""
        stay = f"""
            DECLARE culprit bigint;
            BEGIN
                SELECT o.id INTO culprit FROM old_rows AS o
                WHERE NOT EXISTS (SELECT FROM {self.parent} AS p
                        WHERE p.id = o.id AND p.company_id = o.company_id)
                    AND EXISTS (SELECT FROM {self.table} AS l WHERE l.{self.key} = o.id)
                LIMIT 1;
                IF FOUND THEN
                    RAISE EXCEPTION '% % has lines in {self.table}: they go first',
                        TG_TABLE_NAME, culprit
                        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
                END IF;
                RETURN NULL;
            END"""
        for event in ("INSERT", "UPDATE"):
            name = f"{self.table}_law_2_parent_{event.lower()}"
            yield Trigger(name, self.table, event, body=leave, probes=True)
        for event in ("UPDATE", "DELETE"):
            name = f"{self.table}_law_2_stays_{event.lower()}"
            yield Trigger(name, self.parent, event, body=stay, probes=True)
        yield Trigger(
            "laws_pending_law_2_insert",
            "laws_pending",
            "INSERT",
            function="law_2_pending",
            each_row=True,
            is_deferred=True,
        )
