"""Law 13: a row keeps its key and its company, by which the audit tells before from after."""

from collections.abc import Iterator
from dataclasses import dataclass

from closing_site.laws.trigger import Trigger


@dataclass(frozen=True)
class Keyed:
    """No UPDATE names the key in its SET list, and none changes the company.

    An update's entry in the audit joins the row after to the row before by its key: one that
    changed the key as well would leave none. Costs nothing where SET names neither; Django's
    ``save`` names the company, which is then compared for each row.
    """

    table: str
    key: str = "id"
    has_company: bool = True

    def triggers(self) -> Iterator[Trigger]:
        yield Trigger(
            f"{self.table}_law_13_key",
            self.table,
            "UPDATE",
            timing="BEFORE",
            function="law_13_key",
            columns=(self.key,),
        )
        if self.has_company:
            yield Trigger(
                f"{self.table}_law_13_company",
                self.table,
                "UPDATE",
                timing="BEFORE",
                function="law_13_company",
                columns=("company_id",),
                when="OLD.company_id IS DISTINCT FROM NEW.company_id",
                each_row=True,
            )
