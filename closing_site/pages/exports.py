"""A list as a file: all its rows, in the columns that the person sees."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from closing_site.pages.columns import Column
from closing_site.pages.downloads import csv_download, workbook_download
from closing_site.tabular import Cell, csv_lines, workbook

#: Rows that are taken from the database at a time.
CHUNK = 2_000


def _cells(columns: Sequence[Column], rows: QuerySet[Any]) -> Iterator[list[Cell]]:
    for row in rows.iterator(chunk_size=CHUNK):
        yield [column.export(row) for column in columns]


def _csv(name: str, title: str, columns: Sequence[Column], rows: QuerySet[Any]) -> HttpResponseBase:
    lines = csv_lines([str(column.title) for column in columns], _cells(columns, rows))
    return csv_download(name, _in_this_language(lines))


def _xlsx(
    name: str, title: str, columns: Sequence[Column], rows: QuerySet[Any]
) -> HttpResponseBase:
    titles = [str(column.title) for column in columns]
    return workbook_download(name, workbook(title, titles, _cells(columns, rows)))


def _in_this_language(lines: Iterator[str]) -> Iterator[str]:
    """They are sent when language and time zone of the thread may be another request's."""
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def pieces() -> Iterator[str]:
        while True:
            with translation.override(language), timezone.override(zone):
                piece = next(lines, None)
            if piece is None:
                return
            yield piece

    return pieces()


#: By the word that ``?export=`` asks with; each takes the file's name, the title, columns and rows.
EXPORTS: Mapping[str, Callable[..., HttpResponseBase]] = {"csv": _csv, "xlsx": _xlsx}
