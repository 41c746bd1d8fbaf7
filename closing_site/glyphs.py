"""What our fonts lack. Pango takes a missing sign from another installed font; a sign that no font
has would be an empty box, so it is named instead: [U+1F600]."""

import ctypes
import ctypes.util
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

OURS: Final = "fonts/NotoSansSC-Regular.ttf"
#: Signs without a shape of their own: joiners, direction marks, control characters.
SHAPELESS: Final = frozenset({"Cc", "Cf"})
VARIATIONS: Final = range(0xFE00, 0xFE10)


def with_named_signs(text: str) -> str:
    """The text, each sign that no font has by its number."""
    unknown = {sign for sign in set(text) - _ours() if _is_lacking(sign)}
    if not unknown:
        return text
    return text.translate({ord(sign): f"[U+{ord(sign):04X}]" for sign in unknown})


@cache
def _ours() -> frozenset[str]:
    path = Path(str(finders.find(OURS)))
    with TTFont(path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@cache
def _is_lacking(sign: str) -> bool:
    if unicodedata.category(sign) in SHAPELESS or ord(sign) in VARIATIONS or sign.isspace():
        return False
    return not _is_installed(ord(sign))


class _FontSet(ctypes.Structure):
    _fields_ = (("nfont", ctypes.c_int), ("sfont", ctypes.c_int), ("fonts", ctypes.c_void_p))


def _is_installed(code: int) -> bool:
    """Whether a font of the system has it, as fontconfig tells, which Pango asks too."""
    library = _fontconfig()
    signs, pattern, wanted = (
        library.FcCharSetCreate(),
        library.FcPatternCreate(),
        library.FcObjectSetCreate(),
    )
    library.FcCharSetAddChar(signs, code)
    library.FcPatternAddCharSet(pattern, b"charset", signs)
    library.FcObjectSetAdd(wanted, b"file")
    found = library.FcFontList(None, pattern, wanted)
    has_some = bool(found) and found.contents.nfont > 0
    if found:
        library.FcFontSetDestroy(found)
    library.FcObjectSetDestroy(wanted)
    library.FcPatternDestroy(pattern)
    library.FcCharSetDestroy(signs)
    return has_some


@cache
def _fontconfig() -> Any:
    library = ctypes.CDLL(ctypes.util.find_library("fontconfig") or "libfontconfig.so.1")
    pointer = ctypes.c_void_p
    for name in ("FcCharSetCreate", "FcPatternCreate", "FcObjectSetCreate"):
        getattr(library, name).restype = pointer
        getattr(library, name).argtypes = ()
    library.FcCharSetAddChar.argtypes = (pointer, ctypes.c_uint32)
    library.FcPatternAddCharSet.argtypes = (pointer, ctypes.c_char_p, pointer)
    library.FcObjectSetAdd.argtypes = (pointer, ctypes.c_char_p)
    library.FcFontList.argtypes = (pointer, pointer, pointer)
    library.FcFontList.restype = ctypes.POINTER(_FontSet)
    library.FcFontSetDestroy.argtypes = (ctypes.POINTER(_FontSet),)
    for name in ("FcObjectSetDestroy", "FcPatternDestroy", "FcCharSetDestroy"):
        getattr(library, name).argtypes = (pointer,)
        getattr(library, name).restype = None
    return library
