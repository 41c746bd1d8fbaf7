"""Files made to take memory and time, and honest ones of a size that nobody else tries.

Each is written to a folder, piece by piece.
"""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.closing_site.exchange.broken_files import SHEET, STRINGS, text, workbook

#: Writes the file into the folder.
Make = Callable[[Path], Path]
PIECE: Final = 1 << 20


def _csv(rows: Callable[[], Iterator[str]], kind: str = "customers") -> Make:
    def make(folder: Path) -> Path:
        path = folder / f"{kind}.csv"
        with path.open("w", encoding="utf-8") as file:
            for row in rows():
                file.write(row)
        return path

    return make


def _workbook(parts: Mapping[str, Callable[[bytes], Iterator[bytes]]]) -> Make:
    """A good workbook of which some parts are others, or are added."""

    def make(folder: Path) -> Path:
        path, good = folder / "customers.xlsx", folder / "good.zip"
        good.write_bytes(workbook("customers"))
        with (
            zipfile.ZipFile(good) as source,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
        ):
            names = source.namelist()
            for name in [*names, *(name for name in parts if name not in names)]:
                content = source.read(name) if name in names else b""
                with target.open(name, "w", force_zip64=True) as part:
                    for piece in parts[name](content) if name in parts else [content]:
                        part.write(piece)
        good.unlink()
        return path

    return make


def _into_sheet(pieces: Callable[[], Iterator[bytes]]) -> Make:
    def changed(xml: bytes) -> Iterator[bytes]:
        before, after = xml.split(b"</sheetData>")
        yield before
        yield from pieces()
        yield b"</sheetData>" + after

    return _workbook({SHEET: changed})


def _repeated(piece: bytes, times: int) -> Iterator[bytes]:
    many = max(1, PIECE // len(piece))
    for _ in range(times // many):
        yield piece * many
    yield piece * (times % many)


def _nested(depth: int) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        yield from _repeated(b"<a>", depth)
        yield from _repeated(b"</a>", depth)

    return pieces


def _sheet_rows(rows: int, cells: int) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        names = [_letters(n) for n in range(cells)]
        for row in range(3, rows + 3):
            line = "".join(f'<c r="{name}{row}"><v>1</v></c>' for name in names)
            yield f'<row r="{row}">{line}</row>'.encode()

    return pieces


def _letters(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _repeated_text() -> Make:
    cells = b"".join(b'<c r="A%d" t="s"><v>0</v></c>' % row for row in range(2, 60_000))

    def sheet(xml: bytes) -> Iterator[bytes]:
        yield xml.replace(b"</sheetData>", b'<row r="3">' + cells + b"</row></sheetData>")

    def strings(xml: bytes) -> Iterator[bytes]:
        yield xml.replace(b"<t>code</t>", b"<t>" + b"x" * 32_000 + b"</t>")

    return _workbook({SHEET: sheet, STRINGS: strings})


def _many_texts(xml: bytes) -> Iterator[bytes]:
    yield xml[: xml.index(b"<si>")]
    yield from _repeated(b"<si><t>abcdefgh</t></si>", 12_000_000)
    yield b"</sst>"


def _many_parts() -> Make:
    empty = {f"xl/worksheets/sheet{n}.xml": lambda _xml: iter([b"<a/>"]) for n in range(2, 20_000)}
    return _workbook(empty)


def _rows(row: Callable[[int], str], header: str, count: int) -> Callable[[], Iterator[str]]:
    def rows() -> Iterator[str]:
        yield header
        for first in range(0, count, 10_000):
            yield "".join(row(n) for n in range(first, min(first + 10_000, count)))

    return rows


def _customer(number: int) -> str:
    return (
        f"L{number:07},Customer number {number} of a wholesale company,{number} Long Street,Berlin,"
        f"10115,DE,office{number}@example.com,+49 30 {number:07},EUR,30\n"
    )


CUSTOMERS: Final = (
    "code,name,address,city,postal_code,country,email,phone,currency,payment_terms_days\n"
)
LINES: Final = "order_number,line_number,sku,quantity,unit_price\n"
LINES_OF_NO_ORDERS: Final = _csv(
    _rows(lambda n: f"O{n // 3:07},{n % 3 + 1},SKU{n % 5000:05},1,100.00\n", LINES, 10_000_000),
    "order_lines",
)

#: Kind of file → what makes it. Each is imported by the command.
HOSTILE: Final[Mapping[str, Make]] = {
    "zip bomb: a sheet of 1 GB of blanks": _into_sheet(lambda: _repeated(b" ", 2**30)),
    "12,000,000 shared texts": _workbook({STRINGS: _many_texts}),
    "a text of 32,000 signs in 60,000 cells": _repeated_text(),
    "XML 5,000,000 levels deep": _into_sheet(_nested(5_000_000)),
    "a workbook of 20,000 parts": _many_parts(),
    "a sheet of 3,000,000 rows": _into_sheet(_sheet_rows(3_000_000, 1)),
    "a sheet of 200 rows by 16,384 columns": _into_sheet(_sheet_rows(200, 16_384)),
    "10,000,000 rows of nothing that fits": _csv(lambda: iter(["code\n", *["x,y\n" * PIECE] * 10])),
    "rows of 100,000 cells": _csv(
        lambda: iter([text("customers"), *["1," * 100_000 + "\n"] * 100])
    ),
    "one line of 100 MB": _csv(lambda: iter(["x" * PIECE] * 100)),
    "one quotation mark, then 25,000,000 rows": _csv(
        lambda: iter([text("customers"), '"', *["a,b\n" * (PIECE // 4)] * 100])
    ),
    "NUL, 100 MB of it": _csv(lambda: iter(["\0" * PIECE] * 100)),
    "10,000,000 lines of orders that are not there": LINES_OF_NO_ORDERS,
}
#: What no spreadsheet writes around its cells says nothing: the one row in it is good.
READ_ALL_THE_SAME: Final = frozenset({"XML 5,000,000 levels deep"})
#: Files as a real company may have them, of this size.
HONEST: Final[Mapping[str, Make]] = {
    "customers, 100 MB of CSV": _csv(_rows(_customer, CUSTOMERS, 740_000)),
}


def archive_of(path: Path, name: str) -> Path:
    """The file in a ZIP archive, beside it."""
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        target.write(path, name)
    return packed


def archive_of_zeros(folder: Path) -> Path:
    """1 GB that packs to a thousandth."""
    packed = folder / "zeros.zip"
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
        target.open("customers.csv", "w", force_zip64=True) as part,
    ):
        for piece in _repeated(b"\0", 2**30):
            part.write(piece)
    return packed


def archive_that_lies(folder: Path) -> Path:
    """1 GB that says of itself that it is ten bytes."""
    packed = archive_of_zeros(folder)
    content = bytearray(packed.read_bytes())
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    packed.write_bytes(content)
    return packed


def archive_of_many(folder: Path) -> Path:
    packed = folder / "many.zip"
    with zipfile.ZipFile(packed, "w") as target:
        for number in range(50_000):
            target.writestr(f"{number}.csv", b"code\n")
    return packed


#: Kind of archive → what makes it. Each is uploaded, as a page does.
ARCHIVES: Final[Mapping[str, Make]] = {
    "archive of 1 GB of zeros": archive_of_zeros,
    "archive of 1 GB that says 10 bytes": archive_that_lies,
    "archive of 50,000 files": archive_of_many,
    "archive of 10,000,000 order lines": lambda folder: archive_of(
        LINES_OF_NO_ORDERS(folder), "order_lines.csv"
    ),
}
