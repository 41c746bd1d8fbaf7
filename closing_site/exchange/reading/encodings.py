"""The encoding of a text file: said by the file, named by a person, or refused; never guessed.

UTF-8 with or without a byte-order mark, UTF-16 with one, and GB18030 where the text is plausible
Chinese. A name given by a person holds for files that are none of the first two. Pure.
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from closing_site.exchange.reading.chinese import is_plausible_chinese
from closing_site.exchange.reading.faults import UnreadableFile
from closing_site.message import Message, gettext_noop, message

DAMAGED: Final = gettext_noop(
    "it is not %(encoding)s all through: line %(line)s holds the bytes %(bytes)s after"
    " “%(before)s”; save it again as UTF-8"
)
UNKNOWN: Final = gettext_noop(
    "it is neither UTF-8 nor plainly Chinese in GB18030: line %(line)s holds the bytes %(bytes)s"
    " after “%(before)s”; save it as UTF-8, or say which encoding it has (import_data: --encoding)"
)
UNKNOWN_PERHAPS: Final = gettext_noop(
    "it is neither UTF-8 nor plainly Chinese in GB18030: line %(line)s holds the bytes %(bytes)s"
    " after “%(before)s”; save it as UTF-8, or say which encoding it has,"
    " perhaps %(guess)s (import_data: --encoding)"
)
UTF_32: Final = gettext_noop("it is in UTF-32; save it as UTF-8")


class Encoding(NamedTuple):
    """``codec``: Python's name; ``label``: as people call it; ``mark``: bytes before the text."""

    codec: str
    label: str
    mark: int = 0


UTF_8: Final = Encoding("utf-8", "UTF-8")
GB18030: Final = Encoding("gb18030", "GB18030")
MARKED: Final = (
    (codecs.BOM_UTF8, Encoding("utf-8", "UTF-8 (BOM)", len(codecs.BOM_UTF8))),
    (codecs.BOM_UTF16_LE, Encoding("utf-16-le", "UTF-16", len(codecs.BOM_UTF16_LE))),
    (codecs.BOM_UTF16_BE, Encoding("utf-16-be", "UTF-16", len(codecs.BOM_UTF16_BE))),
)

#: What a person may name: codec → label. GB2312 and GBK are parts of GB18030.
NAMEABLE: Final = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
    "gb18030": "GB18030",
    "big5": "Big5",
    "big5hkscs": "Big5-HKSCS",
    "cp950": "Big5 (Windows-950)",
    "cp932": "Shift_JIS (Windows-932)",
    "shift_jis": "Shift_JIS",
    "euc_jp": "EUC-JP",
    "cp949": "Korean (Windows-949)",
    "euc_kr": "EUC-KR",
    **{f"cp{number}": f"Windows-{number}" for number in range(1250, 1259)},
    **{f"iso8859-{part}": f"ISO-8859-{part}" for part in range(1, 17) if part != 12},
    "cp437": "DOS-437",
    "cp850": "DOS-850",
    "cp852": "DOS-852",
    "cp866": "DOS-866",
    "cp874": "Thai (Windows-874)",
    "koi8-r": "KOI8-R",
    "koi8-u": "KOI8-U",
    "mac-roman": "Mac Roman",
}
_SAME: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
}
_BLOCK: Final = 1 << 20
#: Of a text's characters beyond ASCII, so many decide whether it is Chinese.
_JUDGED: Final = 200_000
_ASCII: Final = re.compile(r"[\x00-\x7f]+")
_SHOWN_BYTES: Final = 4
_SHOWN_TEXT: Final = 20


class Place(NamedTuple):
    """Where a text cannot be decoded."""

    line: int
    before: str
    found: bytes

    def says(self) -> dict[str, object]:
        return {"line": self.line, "before": self.before, "bytes": self.found.hex(" ").upper()}


def named_encoding(name: str) -> Encoding | None:
    """The encoding a person names, as "cp1252", "Windows-1252", "GBK"; None where there is none."""
    plain = name.strip().casefold().replace("windows-", "cp").replace("utf16", "utf-16")
    try:
        codec = codecs.lookup(plain).name
    except (LookupError, ValueError):
        return None
    codec = _SAME.get(codec, codec)
    label = NAMEABLE.get(codec)
    return Encoding(codec, label) if label else None


def encoding_of(path: Path, named: Encoding | None = None) -> Encoding:
    """The encoding in which the whole file can be read.

    Raises UnreadableFile, with the place of the first bytes that do not fit, and OSError.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        raise UnreadableFile(Message(UTF_32))
    for mark, encoding in MARKED:
        if start.startswith(mark):
            return _require(path, encoding)
    place = _first_fault(path, UTF_8)
    if place is None:
        # A text in UTF-16 without its mark is valid UTF-8, full of NULs.
        is_utf_16 = named is not None and named.codec.startswith("utf-16")
        return _require(path, named) if named and is_utf_16 else UTF_8
    if named is not None:
        return _require(path, named)
    if _first_fault(path, GB18030) is None and is_plausible_chinese(_beyond_ascii(path)):
        return GB18030
    if _is_mostly_utf_8(path):
        raise UnreadableFile(message(DAMAGED, encoding=UTF_8.label, **place.says()))
    guess = _guess(path)
    if guess:
        raise UnreadableFile(message(UNKNOWN_PERHAPS, guess=guess, **place.says()))
    raise UnreadableFile(message(UNKNOWN, **place.says()))


def _require(path: Path, encoding: Encoding) -> Encoding:
    if place := _first_fault(path, encoding):
        raise UnreadableFile(message(DAMAGED, encoding=encoding.label, **place.says()))
    return encoding


def _blocks(path: Path, encoding: Encoding) -> Iterator[bytes]:
    """The last one is empty."""
    with path.open("rb") as file:
        file.seek(encoding.mark)
        while block := file.read(_BLOCK):
            yield block
        yield b""


def _first_fault(path: Path, encoding: Encoding) -> Place | None:
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    line, tail = 1, ""
    for block in _blocks(path, encoding):
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            good = tail + error.object[: error.start].decode(encoding.codec, "ignore")
            before = good.rpartition("\n")[2][-_SHOWN_TEXT:]
            end = min(max(error.end, error.start + 1), error.start + _SHOWN_BYTES)
            found = error.object[error.start : end]
            return Place(line + good.count("\n") - tail.count("\n"), _shown(before), found)
        line += text.count("\n")
        tail = (tail + text)[-_SHOWN_TEXT:]
    return None


def _shown(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _beyond_ascii(path: Path) -> str:
    decoder = codecs.getincrementaldecoder(GB18030.codec)()
    found: list[str] = []
    room = _JUDGED
    for block in _blocks(path, GB18030):
        part = _ASCII.sub("", decoder.decode(block, final=not block))[:room]
        found.append(part)
        room -= len(part)
        if not room:
            break
    return "".join(found)


def _is_mostly_utf_8(path: Path) -> bool:
    """It has more characters of several bytes than bytes that fit nowhere."""
    decoder = codecs.getincrementaldecoder(UTF_8.codec)("replace")
    good = bad = 0
    for block in _blocks(path, UTF_8):
        beyond = _ASCII.sub("", decoder.decode(block, final=not block))
        lost = beyond.count("\ufffd")
        good, bad = good + len(beyond) - lost, bad + lost
    return good >= bad


def _guess(path: Path) -> str:
    """What charset-normalizer takes it for, to be proposed; it errs too often to be believed."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 (slow, and rarely needed)

    with path.open("rb") as file:
        sample = file.read(_BLOCK // 4)
    isolated = ["cp1252", "cp1251", "big5", "cp932", "euc_jp", "cp949", "gb18030"]
    best = from_bytes(sample, cp_isolation=isolated).best()
    codec = named_encoding(best.encoding) if best else None
    return codec.label if codec else ""
