"""A list's table: its columns, declared in a class, and the cells of some rows."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from closing_site.pages.columns import Column
from closing_site.pages.totals import Costly


class Table:
    """Columns are class attributes, shown in the order they are written.

    ``name`` is what a person's saved columns are kept under. ``default_sort`` names a column, with
    ``-`` before it for the largest first. ``costly``: where amounts of some rows are worked out,
    how many of them are added up unasked, in a month too.
    """

    name: ClassVar[str]
    default_sort: ClassVar[str]
    page_size: ClassVar[int] = 50
    costly: ClassVar[Costly | None] = None
    columns: ClassVar[dict[str, Column]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = {key: value for key, value in vars(cls).items() if isinstance(value, Column)}
        cls.columns = {**cls.columns, **own}
        if cls.columns and cls.default_sort.removeprefix("-") not in cls.columns:
            raise ValueError(f"{cls.__name__} has no column {cls.default_sort}")

    @classmethod
    def shown(cls, wanted: Sequence[str] | None) -> list[Column]:
        """The columns a person chose, in the table's order; without a choice all but the hidden."""
        chosen = [column for key, column in cls.columns.items() if key in (wanted or ())]
        return chosen or [column for column in cls.columns.values() if not column.is_hidden]

    @classmethod
    def sort_of(cls, query: QueryDict) -> str:
        """The sort that is asked for, as the name of a column with ``-`` before it where the
        largest comes first."""
        asked = query.get("sort", "")
        column = cls.columns.get(asked.removeprefix("-"))
        return asked if column and column.sort else cls.default_sort


def body_html(columns: Sequence[Column], rows: Iterable[Any]) -> SafeString:
    """The rows in one go: a template's tags would take most of the page's time.

    The roles are said again because cards on a phone are no table to a screen reader otherwise.
    """
    heads = [
        format_html(
            '<{} class="{}" data-title="{}">',
            mark_safe('th scope="row" role="rowheader"' if place == 0 else 'td role="cell"'),
            column.classes,
            column.title,
        )
        for place, column in enumerate(columns)
    ]
    ends = ["</th>" if place == 0 else "</td>" for place in range(len(columns))]
    parts = list(zip(heads, [column.html for column in columns], ends, strict=True))
    lines: list[str] = []
    for row in rows:
        lines.append('<tr role="row">')
        for head, html, end in parts:
            lines += (head, html(row), end)
        lines.append("</tr>")
    return mark_safe("".join(lines))
