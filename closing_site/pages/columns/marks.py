"""Columns of states, of documents and of yes or no."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from closing_site.pages.columns.column import Column, Read
from closing_site.pages.documents import document_html
from closing_site.pages.formats import NOTHING
from closing_site.pages.status import badge_html
from closing_site.tabular import Cell


class StatusColumn(Column):
    """A badge: the field's slug for the colour, its label for the word.

    The words are the field's choices, or ``labels``, slug → word.
    """

    look = "is-status"

    def __init__(
        self,
        title: str | Promise,
        value: str | Read = "",
        *,
        labels: Mapping[str, str | Promise] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(title, value, **options)
        self.labels = labels

    def word(self, row: Any) -> str:
        state = self.read(row)
        if self.labels is not None:
            return str(self.labels.get(state, state))
        display = getattr(row, f"get_{self.name}_display", None)
        return str(display() if display else state)

    def html(self, row: Any) -> SafeString:
        state = self.read(row)
        return badge_html(str(state), self.word(row)) if state else NOTHING

    def export(self, row: Any) -> Cell:
        return self.word(row) if self.read(row) else None


class DocumentColumn(Column):
    """A number that links to its document; ``kind`` as in the app's LINKS, or a function of the row
    that tells it."""

    look = "is-document"

    def __init__(
        self,
        title: str | Promise,
        value: str | Read = "",
        *,
        kind: str | Read,
        **options: Any,
    ) -> None:
        super().__init__(title, value, **options)
        self.kind = kind

    def html(self, row: Any) -> SafeString:
        number = self.read(row)
        if not number:
            return NOTHING
        kind = self.kind(row) if callable(self.kind) else self.kind
        return document_html(kind, str(number))


class FlagColumn(Column):
    """Yes is a tick, no is nothing."""

    look = "is-flag"
    yes = mark_safe('<span class="yes" aria-hidden="true">✓</span>')

    def html(self, row: Any) -> SafeString:
        if not self.read(row):
            return NOTHING
        return format_html('{}<span class="visually-hidden">{}</span>', self.yes, self.title)

    def export(self, row: Any) -> Cell:
        return bool(self.read(row))
