"""Reading a PDF back."""

import io
import re

from pypdf import PdfReader


def opened(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(content: bytes) -> str:
    """All of its text, every run of spaces one space."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in opened(content).pages))
