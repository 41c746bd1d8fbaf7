"""A document's number in an address: any signs, always one piece between two strokes.

``~`` and two hexadecimal digits stand for a byte that would end the piece or mean something else
there. A number that reads like a page's own word (``new``) has its first sign written so too.
"""

import re

from django.urls import register_converter

UNSAFE = re.compile(r"[~/\\%?#;\x00-\x1f\x7f]")
WORD = re.compile(r"\.{1,2}|[a-z-]+")
ESCAPED = re.compile(rb"~([0-9A-F]{2})")


class NumberConverter:
    """``<document:number>``"""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        raw = ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), value.encode())
        # What is no text is no number: ValueError is "not found".
        return raw.decode()

    def to_url(self, value: str) -> str:
        text = UNSAFE.sub(lambda sign: _escaped(sign[0]), str(value))
        return _escaped(text[0]) + text[1:] if WORD.fullmatch(text) else text


def _escaped(sign: str) -> str:
    return "".join(f"~{byte:02X}" for byte in sign.encode())


def register() -> None:
    register_converter(NumberConverter, "document")
