"""What a workbook says beside its values: how large its sheets are, and how each cell is shown.

python-calamine gives values without their number formats, and asks for memory for every cell up to
the last one of a sheet: a workbook of 1.7 KB may ask for more than any machine has. So its parts
are scanned here first, with start elements alone; whatever is beyond the limits is refused.
Pure.
"""

import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import join, normpath
from typing import Final
from xml.parsers import expat

from closing_site.exchange.reading.cell_texts import Shown, shown_by
from closing_site.exchange.reading.faults import UnreadableFile
from closing_site.message import Message, gettext_noop, message

NO_WORKBOOK: Final = gettext_noop("it is not an .xlsx workbook")
OLD_OR_LOCKED: Final = gettext_noop(
    "it is an old .xls workbook or protected by a password; save it as .xlsx without one"
)
DAMAGED_ARCHIVE: Final = gettext_noop("the workbook is damaged; save it again in a spreadsheet")
DAMAGED_PART: Final = gettext_noop(
    "the workbook is damaged in %(part)s, line %(line)s; save it again in a spreadsheet"
)
WITHOUT_PART: Final = gettext_noop(
    "the workbook has no part %(part)s; save it again in a spreadsheet"
)
ENTITIES: Final = gettext_noop("%(part)s declares entities, which no spreadsheet writes")
TOO_LARGE: Final = gettext_noop(
    "unpacked it is larger than %(megabytes)s MB, or far larger than packed; save it"
    " again or divide it"
)
TOO_MANY_PARTS: Final = gettext_noop("it has more than %(most)s parts; save the sheets alone")
TOO_MANY_COLUMNS: Final = gettext_noop(
    "the sheet uses column %(column)s; up to %(most)s columns are read"
)
TOO_MANY_ROWS: Final = gettext_noop("the sheet uses row %(row)s; up to %(most)s rows are read")
TOO_MANY_CELLS: Final = gettext_noop(
    "the sheet is %(rows)s rows by %(columns)s columns, more than %(most)s cells; divide it"
)
TOO_MANY_STRINGS: Final = gettext_noop("it has more than %(most)s different texts; divide it")
TOO_MANY_STYLES: Final = gettext_noop("it has more than %(most)s cell formats")
ODD_CELL: Final = gettext_noop("the sheet has a cell at “%(reference)s”, where none can be")

MOST_PARTS: Final = 10_000
MOST_BYTES: Final = 400 * 2**20
#: Deflate makes a thousandth of a row of zeros; sheets of numbers and texts shrink to a fiftieth.
MOST_RATIO: Final = 500
#: Below this size the ratio says nothing.
SMALL: Final = 2**22
MOST_COLUMNS: Final = 256
MOST_ROWS: Final = 2_000_000
MOST_CELLS: Final = 20_000_000
MOST_STRINGS: Final = 3_000_000
MOST_STYLES: Final = 100_000
MOST_CHARACTERS: Final = 32_767

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_STYLES: Final = "xl/styles.xml"
_STRINGS: Final = "xl/sharedstrings.xml"
_OLD_START: Final = b"\xd0\xcf\x11\xe0"
_BLOCK: Final = 1 << 18
_MOST_DIGITS: Final = 7
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

BROKEN: Final = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError),
    *(EOFError, ValueError, KeyError, OSError, zlib.error),
)


@dataclass
class SheetScan:
    """``marks``: of cells that are shown as percent, with zeros before, errors or formulas, in the
    order of the sheet: row << 16 | column, both from 0. ``shown``: how, one by one."""

    rows: int = 0
    columns: int = 0
    marks: "array[int]" = field(default_factory=lambda: array("Q"))
    shown: bytearray = field(default_factory=bytearray)

    def in_order(self) -> Iterator[tuple[int, int]]:
        """Marks and how, by row and column, whatever order the sheet has them in."""
        pairs = zip(self.marks, self.shown, strict=True)
        is_sorted = all(a <= b for a, b in zip(self.marks, self.marks[1:], strict=False))
        return iter(pairs if is_sorted else sorted(pairs))


class Workbook:
    """The parts of an .xlsx file. Raises UnreadableFile where it is none, or beyond the limits."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _broken(), zipfile.ZipFile(path) as archive:
            self._members = _checked_members(path, archive)

    def sheet_names(self) -> list[str]:
        return list(self._sheets())

    def scan(self, sheet: str) -> SheetScan:
        """Look a sheet through. Raises UnreadableFile."""
        part = self._sheets().get(sheet)
        if part is None:
            raise UnreadableFile(message(WITHOUT_PART, part=sheet))
        self._count_strings()
        styles = self._styles()
        return self._scan_sheet(part, styles)

    def _sheets(self) -> dict[str, str]:
        """Name of a sheet → its part."""
        named: list[tuple[str, str]] = []
        targets: dict[str, str] = {}

        def sheet(tag: str, has: dict[str, str]) -> None:
            if _local(tag) == "sheet" and "name" in has:
                key = next((value for name, value in has.items() if _local(name) == "id"), "")
                named.append((has["name"], key))

        def relation(tag: str, has: dict[str, str]) -> None:
            if _local(tag) == "Relationship":
                target = has.get("Target", "")
                is_whole = target.startswith("/")
                path = target.lstrip("/") if is_whole else normpath(join("xl", target))
                targets[has.get("Id", "")] = path.casefold()

        self._read(_WORKBOOK, sheet)
        self._read(_RELATIONS, relation)
        return {
            name: targets[key]
            for name, key in named
            if key in targets and "chartsheets/" not in targets[key]
        }

    def _count_strings(self) -> None:
        if _STRINGS not in self._members:
            return
        found = 0

        def string(tag: str, _has: dict[str, str]) -> None:
            nonlocal found
            found += tag == "si" or tag.endswith(":si")
            if found > MOST_STRINGS:
                raise UnreadableFile(message(TOO_MANY_STRINGS, most=MOST_STRINGS))

        self._read(_STRINGS, string)

    def _styles(self) -> dict[str, int]:
        """Number of a cell format, as cells name it → how it shows numbers, where that matters."""
        if _STYLES not in self._members:
            return {}
        codes: dict[int, str] = {}
        formats: list[int] = []
        is_inside = False

        def style(tag: str, has: dict[str, str]) -> None:
            nonlocal is_inside
            name = _local(tag)
            if name == "numFmt":
                codes[int(has["numFmtId"])] = has.get("formatCode", "")
            elif name in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
                is_inside = name == "cellXfs"
            elif name == "xf" and is_inside:
                formats.append(int(has.get("numFmtId", "0")))
                if len(formats) > MOST_STYLES:
                    raise UnreadableFile(message(TOO_MANY_STYLES, most=MOST_STYLES))

        self._read(_STYLES, style)
        shown = {number: shown_by(number, codes.get(number, "")) for number in set(formats)}
        return {str(place): shown[number] for place, number in enumerate(formats) if shown[number]}

    def _scan_sheet(self, part: str, styles: dict[str, int]) -> SheetScan:
        scan = SheetScan()
        letters: dict[str, int] = {}
        cell = value = inline = formula = row_tag = ""
        row = column = how = -1
        rows = columns = 0
        next_row = next_column = 0
        is_number = True

        def begin(tag: str, has: dict[str, str]) -> None:
            nonlocal cell, value, inline, formula, row_tag, row, column, how, rows, columns
            nonlocal next_row, next_column, is_number
            if tag in (value, inline):
                # Only what holds something counts: formats alone reach far beyond the values.
                if row >= rows:
                    rows = row + 1
                    if rows > MOST_ROWS:
                        raise UnreadableFile(message(TOO_MANY_ROWS, row=rows, most=MOST_ROWS))
                if column >= columns:
                    columns = column + 1
                    if columns > MOST_COLUMNS:
                        said = {"column": columns, "most": MOST_COLUMNS}
                        raise UnreadableFile(message(TOO_MANY_COLUMNS, **said))
                if how:
                    scan.marks.append(row << 16 | column)
                    scan.shown.append(how)
            elif tag == cell:
                if reference := has.get("r"):
                    name = reference.rstrip("0123456789")
                    column = letters.get(name, -1)
                    if column < 0:
                        column = letters[name] = _column(reference)
                    digits = reference[len(name) :]
                    if not 0 < len(digits) <= _MOST_DIGITS or digits.strip("0") == "":
                        raise UnreadableFile(message(ODD_CELL, reference=reference[:20]))
                    row = int(digits) - 1
                else:
                    row, column = max(next_row, 1) - 1, next_column
                next_column = column + 1
                is_number = has.get("t", "n") == "n"
                how = styles.get(has.get("s", ""), 0)
                if not is_number:
                    how = Shown.ERROR if has["t"] == "e" else 0
            elif tag == formula and is_number:
                scan.marks.append(row << 16 | column)
                scan.shown.append(Shown.FORMULA)
            elif tag == row_tag:
                number = has.get("r", "")
                next_row = int(number) if number.isdecimal() else next_row + 1
                next_column = 0
            elif not cell and _local(tag) == "worksheet":
                prefix = tag[: -len("worksheet")]
                cell, value = f"{prefix}c", f"{prefix}v"
                inline, formula, row_tag = f"{prefix}is", f"{prefix}f", f"{prefix}row"

        self._read(part, begin)
        if rows * columns > MOST_CELLS:
            said = {"rows": rows, "columns": columns, "most": MOST_CELLS}
            raise UnreadableFile(message(TOO_MANY_CELLS, **said))
        scan.rows, scan.columns = rows, columns
        return scan

    def _read(self, part: str, begin: Callable[[str, dict[str, str]], None]) -> None:
        """Hand every start element of a part on."""
        member = self._members.get(part)
        if member is None:
            raise UnreadableFile(message(WITHOUT_PART, part=part))
        parser = expat.ParserCreate()
        parser.StartElementHandler = begin

        def refuse(*_declared: object) -> None:
            raise UnreadableFile(message(ENTITIES, part=part))

        parser.StartDoctypeDeclHandler = refuse
        parser.EntityDeclHandler = refuse
        with _broken(), zipfile.ZipFile(self.path) as archive, archive.open(member) as opened:
            try:
                while block := opened.read(_BLOCK):
                    parser.Parse(block)
                parser.Parse(b"", True)  # noqa: FBT003 (expat takes no keyword)
            except expat.ExpatError as error:
                said = {"part": part, "line": error.lineno}
                raise UnreadableFile(message(DAMAGED_PART, **said)) from error


@contextmanager
def _broken() -> Iterator[None]:
    """What an archive that is none, or a damaged one, raises."""
    try:
        yield
    except BROKEN as error:
        raise UnreadableFile(Message(DAMAGED_ARCHIVE)) from error


def _checked_members(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    members = archive.infolist()
    if len(members) > MOST_PARTS:
        raise UnreadableFile(message(TOO_MANY_PARTS, most=MOST_PARTS))
    size = sum(member.file_size for member in members)
    is_blown_up = size > SMALL and size > MOST_RATIO * path.stat().st_size
    if size > MOST_BYTES or is_blown_up:
        raise UnreadableFile(message(TOO_LARGE, megabytes=MOST_BYTES >> 20))
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFile(Message(OLD_OR_LOCKED))
    found = {member.filename.lstrip("/").casefold(): member for member in members}
    if len(found) < len(members):
        # Two parts of one name: who reads the other one reads another workbook.
        raise UnreadableFile(Message(DAMAGED_ARCHIVE))
    if _WORKBOOK not in found:
        raise UnreadableFile(Message(NO_WORKBOOK))
    return found


def require_workbook(path: Path) -> None:
    """Raises UnreadableFile with what it is instead of a workbook."""
    with path.open("rb") as file:
        start = file.read(4)
    if start == _OLD_START:
        raise UnreadableFile(Message(OLD_OR_LOCKED))
    if start[:2] != b"PK":
        raise UnreadableFile(Message(NO_WORKBOOK))


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _column(reference: str) -> int:
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise UnreadableFile(message(ODD_CELL, reference=reference[:20]))
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1
