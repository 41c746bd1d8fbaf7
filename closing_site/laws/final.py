"""Law 2: what is final, and what is part of it."""

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
