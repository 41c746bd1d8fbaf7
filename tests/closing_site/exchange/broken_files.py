"""Makes broken exchange files: every way to break one, of every kind. The same each time."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping

import xlsxwriter

from closing_site.exchange.examples import example_of
from closing_site.exchange.kinds import KINDS

Break = Callable[[str], bytes]


def table(kind: str) -> tuple[list[str], list[str]]:
    """A good file's header and row, without columns that are blank."""
    names, row = example_of(kind)
    filled = [(name, cell) for name, cell in zip(names, row, strict=True) if cell]
    return [name for name, _ in filled], [cell for _, cell in filled]


def text(kind: str, *rows: list[str], header: list[str] | None = None) -> str:
    names, row = table(kind)
    lines = [header or names, *(rows or [row])]
    return "".join(",".join(cells) + "\n" for cells in lines)


def key_cell(kind: str, value: str) -> str:
    """The good file with this in its first key column."""
    names, row = table(kind)
    place = names.index(KINDS[kind].key[-1])
    return text(kind, [*row[:place], value, *row[place + 1 :]])


def header_cell(kind: str, value: str) -> str:
    names, _row = table(kind)
    return text(kind, header=[value, *names[1:]])


def without_key(kind: str) -> str:
    names, row = table(kind)
    place = names.index(KINDS[kind].key[-1])
    return text(kind, [*row[:place], *row[place + 1 :]], header=names[:place] + names[place + 1 :])


def noise(kind: str) -> bytes:
    return b"\xff" + random.Random(kind).randbytes(5000)


#: Of CSV files. Each has at least one bad row, or cannot be read.
CSV_FILES: Mapping[str, Break] = {
    "empty": lambda _kind: b"",
    "blank-lines": lambda _kind: b"\n\n\r\n , \n",
    "unknown-columns": lambda _kind: b"a,b\n1,2\n",
    "chinese-unknown-columns": lambda _kind: "甲,乙\n1,2\n".encode(),
    "without-key": lambda kind: without_key(kind).encode(),
    "column-twice": lambda kind: text(
        kind, [*table(kind)[1], "x"], header=[*table(kind)[0], KINDS[kind].key[0].upper()]
    ).encode(),
    "nul-in-header": lambda kind: header_cell(kind, "co\0de").encode(),
    "bell-in-header": lambda kind: header_cell(kind, "co\x07de").encode(),
    "nul-in-key": lambda kind: key_cell(kind, "A\0B").encode(),
    "key-blank": lambda kind: key_cell(kind, "").encode(),
    "key-too-long": lambda kind: key_cell(kind, "9" * 500).encode(),
    "key-with-mark-of-direction": lambda kind: key_cell(kind, "A\u202eB").encode(),
    "same-row-twice": lambda kind: text(kind, table(kind)[1], table(kind)[1]).encode(),
    "row-too-long": lambda kind: text(kind, [*table(kind)[1], "more"]).encode(),
    "mark-and-damage": lambda kind: b"\xef\xbb\xbf" + text(kind).encode() + b"\xff\xfe\xfd\n",
    "cut-in-a-character": lambda kind: (text(kind) + "北京").encode()[:-1],
    "windows-1252": lambda kind: (text(kind) + "Müller\n").encode("cp1252"),
    "big5": lambda kind: (text(kind) + "臺灣積體電路\n").encode("big5"),
    "utf-16-without-mark": lambda kind: text(kind).encode("utf-16-le"),
    "utf-16-cut": lambda kind: text(kind).encode("utf-16")[:-1],
    "utf-32": lambda kind: text(kind).encode("utf-32"),
    "quote-left-open": lambda kind: (text(kind) + '"never closed,\n1,2\n').encode(),
    "quote-inside": lambda kind: (text(kind) + '"a"b,c\n').encode(),
    "cell-too-long": lambda kind: (text(kind) + "x" * 200_000 + "\n").encode(),
    "three-hundred-columns": lambda kind: text(
        kind, header=[*table(kind)[0], *(f"c{n}" for n in range(300))]
    ).encode(),
    "noise": noise,
    "semicolons": lambda kind: text(kind).replace(",", ";").encode(),
    "web-page": lambda _kind: b"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n",
    "archive": lambda kind: workbook(kind),
}

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def workbook(kind: str) -> bytes:
    """A good one."""
    names, row = table(kind)
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet(kind)
        sheet.write_row(0, 0, names)
        sheet.write_row(1, 0, row)
    return made.getvalue()


def changed(
    kind: str,
    parts: Mapping[str, Callable[[bytes], bytes] | None],
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """The good workbook with parts changed, or left out; ``more`` parts added."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(kind))) as good,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for name in good.namelist():
            content: bytes | None = good.read(name)
            if name in parts:
                change = parts[name]
                content = change(content or b"") if change else None
            if content is not None:
                bad.writestr(name, content)
        for name, content in (more or {}).items():
            bad.writestr(name, content)
    return made.getvalue()


def with_cells(kind: str, cells: bytes) -> bytes:
    row = b'<row r="3">' + cells + b"</row></sheetData>"
    return changed(kind, {SHEET: lambda xml: xml.replace(b"</sheetData>", row)})


def encrypted(kind: str) -> bytes:
    """Says of each part that it is."""
    good = bytearray(workbook(kind))
    for found in re.finditer(rb"PK\x01\x02", bytes(good)):
        good[found.start() + 8] |= 1
    return bytes(good)


def damaged(kind: str) -> bytes:
    """The content of a part does not fit its check sum."""
    good = bytearray(workbook(kind))
    for found in re.finditer(re.escape(SHEET.encode()), bytes(good)):
        good[found.end() + 40] ^= 0xFF
        break
    return bytes(good)


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
)

#: Of workbooks. None can be read.
WORKBOOKS: Mapping[str, Break] = {
    "cell-at-the-far-end": lambda kind: with_cells(kind, b'<c r="XFD1048576"><v>1</v></c>'),
    "row-without-end": lambda kind: with_cells(kind, b'<c r="A9999999"><v>1</v></c>'),
    "rectangle-too-large": lambda kind: with_cells(kind, b'<c r="IV1048576"><v>1</v></c>'),
    "odd-reference": lambda kind: with_cells(kind, b'<c r="1A"><v>1</v></c>'),
    "formula-not-calculated": lambda kind: with_cells(kind, b'<c r="A3"><f>A2</f></c>'),
    "formula-without-value": lambda kind: with_cells(kind, b'<c r="A3"><f>A2</f><v></v></c>'),
    "row-zero": lambda kind: with_cells(kind, b'<c r="A0"><v>1</v></c>'),
    "sheet-cut": lambda kind: changed(kind, {SHEET: lambda xml: xml[: len(xml) // 2]}),
    "sheet-of-noise": lambda kind: changed(kind, {SHEET: lambda _xml: noise(kind)}),
    "sheet-missing": lambda kind: changed(kind, {SHEET: None}),
    "strings-cut": lambda kind: changed(kind, {STRINGS: lambda xml: xml[:-20]}),
    "strings-missing": lambda kind: changed(kind, {STRINGS: None}),
    "entities": lambda kind: changed(
        kind, {SHEET: lambda xml: ENTITIES + xml[xml.index(b"<worksheet") :]}
    ),
    "blown-up": lambda kind: changed(
        kind, {SHEET: lambda xml: xml.replace(b"</sheetData>", b" " * 2**24 + b"</sheetData>")}
    ),
    "relations-missing": lambda kind: changed(kind, {"xl/_rels/workbook.xml.rels": None}),
    "workbook-missing": lambda kind: changed(kind, {"xl/workbook.xml": None}),
    "part-twice": lambda kind: changed(kind, {}, {SHEET.upper(): b"<worksheet/>"}),
    "encrypted": encrypted,
    "damaged": damaged,
    "cut": lambda kind: workbook(kind)[:-100],
    "old-workbook": lambda _kind: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000,
    "text": lambda kind: text(kind).encode(),
}


#: Kind of broken file → suffix, and the names of its files in the corpus of that suffix.
GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "no table: empty, web page, noise, archive": (
        "csv",
        ("empty", "blank-lines", "web-page", "noise", "archive"),
    ),
    "header: unknown, doubled or no columns": (
        "csv",
        (
            *("unknown-columns", "chinese-unknown-columns", "without-key", "column-twice"),
            "semicolons",
        ),
    ),
    "NUL, bell, marks of direction": (
        "csv",
        ("nul-in-header", "bell-in-header", "nul-in-key", "key-with-mark-of-direction"),
    ),
    "keys: blank, too long, twice": ("csv", ("key-blank", "key-too-long", "same-row-twice")),
    "wrong encodings": (
        "csv",
        (
            *("mark-and-damage", "cut-in-a-character", "windows-1252", "big5"),
            *("utf-16-without-mark", "utf-16-cut", "utf-32"),
        ),
    ),
    "quotation marks": ("csv", ("quote-left-open", "quote-inside")),
    "wide rows, long cells": (
        "csv",
        ("row-too-long", "cell-too-long", "three-hundred-columns"),
    ),
    "no workbook: text, .xls": ("xlsx", ("text", "old-workbook")),
    "archive: cut, damaged, encrypted": ("xlsx", ("cut", "damaged", "encrypted")),
    "parts: missing, twice": (
        "xlsx",
        (
            *("sheet-missing", "strings-missing", "relations-missing", "workbook-missing"),
            "part-twice",
        ),
    ),
    "bad sheet XML": ("xlsx", ("sheet-cut", "sheet-of-noise", "strings-cut")),
    "entities": ("xlsx", ("entities",)),
    "zip bomb, 16 MB": ("xlsx", ("blown-up",)),
    "cells where none can be": (
        "xlsx",
        (
            *("cell-at-the-far-end", "row-without-end", "rectangle-too-large", "odd-reference"),
            "row-zero",
        ),
    ),
    "formulas without a value": ("xlsx", ("formula-not-calculated", "formula-without-value")),
}


def corpus() -> int:
    """How many files there are."""
    return len(KINDS) * (len(CSV_FILES) + len(WORKBOOKS))
