"""What is wrong with a file, or with a row of it. Pure."""

from typing import NamedTuple

from closing_site.message import Message


class Fault(NamedTuple):
    """``line`` counts the file's lines from 1; a blank ``column`` means the row or the file."""

    line: int
    column: str
    value: str
    reason: Message


class UnreadableFile(Exception):
    """The file cannot be read; ``reason`` completes "The file cannot be read: …"."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason
