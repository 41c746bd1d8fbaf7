"""Law 8: what a locked month guards."""

from collections.abc import Iterator
from dataclasses import dataclass

from closing_site.laws.trigger import Trigger, no_truncate


@dataclass(frozen=True)
class Guarded:
    """Law 8: no row of a locked period comes, goes, changes, or is moved in or out.

    ``dated``: ``posted_on`` must lie in the row's period. ``movable``: columns that may change even
    when the month is locked, because they are not part of the document. ``prepares``: what a person
    prepares who writes such a row (ACCOUNTING 15), kept in ``periods_preparation``.

    Triggers fire by name: ``law_08`` comes before the others, so that the period is locked before
    what lies in it, and a refusal names it rather than what else would be wrong.
    """

    table: str
    dated: bool = False
    movable: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    prepares: str = ""

    def triggers(self) -> Iterator[Trigger]:
        arguments = ("dated" if self.dated else "", self.prepares)
        yield Trigger(
            f"{self.table}_law_08_insert",
            self.table,
            "INSERT",
            function="law_8_insert",
            arguments=arguments,
        )
        yield Trigger(
            f"{self.table}_law_08_delete",
            self.table,
            "DELETE",
            function="law_8_delete",
            arguments=arguments,
        )
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
                arguments=arguments,
            )
        yield no_truncate(self.table)


@dataclass(frozen=True)
class Exempt:
    """A table with a period that law 8 leaves alone, and why."""

    table: str
    reason: str

    def triggers(self) -> Iterator[Trigger]:
        return iter(())
