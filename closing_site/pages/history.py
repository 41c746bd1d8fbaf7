"""What happened to a document: its changes (from the audit) and the stages of its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Change:
    """One entry of the audit, in words: ``values`` are (title, before, after)."""

    at: datetime
    actor: str
    action: str | Promise
    values: Sequence[tuple[str | Promise, Any, Any]] = ()


@dataclass(frozen=True)
class Stage:
    """A station of a document's way: done on a day, the current one, or still to come."""

    title: str | Promise
    on: date | None = None
    is_current: bool = False
    url: str = ""
    note: str | Promise = ""

    @property
    def state(self) -> str:
        return "done" if self.on else "current" if self.is_current else "ahead"
