"""What a step of the close is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from closing_site.desk.progress import Progress
from closing_site.desk.registry import Check, checks_of
from closing_site.pages.figures import Figure
from closing_site.periods.models import Period

Figures = dict[str, Any]


class RunFunction(Protocol):
    def __call__(self, period: Period, *, by: str, progress: Progress | None = None) -> int: ...


class StepRun(NamedTuple):
    """A run over the month. ``preview`` counts what it would do; ``explanation`` says what it does.

    ``done`` says what it did, with %(count)s in it.
    """

    kind: str
    run: RunFunction
    title: str
    explanation: str
    done: str
    preview: Callable[[Period], Sequence[Figure]]


@dataclass(frozen=True)
class Step:
    """One step: its runs, its checks (those registered under its slug) and its figures.

    ``figures`` counts them: JSON, amounts as strings in base currency. ``names`` are those that the
    preparer signs for; ``shown`` those of the page in their order, where it shows more.
    ``prepare`` makes what the checks' queries read. ``late`` is done for documents that came after
    the step's run, before its checks compare them. ``includes_checks``: the run asks the checks
    itself. ``partial`` is a template of its own that stands above the findings.
    """

    slug: str
    position: int
    title: str
    purpose: str
    figures: Callable[[Period], Figures]
    names: tuple[str, ...]
    runs: tuple[StepRun, ...] = ()
    prepare: Callable[[Period], None] | None = None
    late: RunFunction | None = None
    includes_checks: bool = False
    partial: str = ""
    shown: tuple[str, ...] = ()

    @property
    def checks(self) -> list[Check]:
        return checks_of(self.slug)

    @property
    def kept(self) -> tuple[str, ...]:
        """What is kept for its page."""
        return tuple(dict.fromkeys((*self.names, *self.shown)))

    def signed(self, figures: Figures) -> Figures:
        """Of all that was counted, what the preparer signs for."""
        return {name: figures[name] for name in self.names}

    def run_named(self, kind: str) -> StepRun | None:
        return next((run for run in self.runs if run.kind == kind), None)
