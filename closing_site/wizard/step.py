"""What a step of the close is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from closing_site.desk.progress import Progress
from closing_site.desk.registry import Check, checks_of
from closing_site.periods.models import Period

Figures = dict[str, Any]


class RunFunction(Protocol):
    def __call__(self, period: Period, *, by: str, progress: Progress | None = None) -> int: ...


@dataclass(frozen=True)
class Step:
    """One step: its runs, its checks (those registered under its slug) and its figures.

    ``figures`` are what the preparer signs for: JSON, amounts as strings in base currency.
    ``prepare`` makes what the checks' queries read. ``includes_checks``: the run asks the checks
    itself.
    """

    slug: str
    position: int
    title: str
    purpose: str
    figures: Callable[[Period], Figures]
    runs: tuple[tuple[str, RunFunction], ...] = ()
    prepare: Callable[[Period], None] | None = None
    includes_checks: bool = False

    @property
    def checks(self) -> list[Check]:
        return checks_of(self.slug)
