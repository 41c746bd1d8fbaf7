"""Prints the first of the given paths that whoever runs this cannot use, and ends with 1.

``read:PATH``: the folder with all that is in it, or the file; ``write:PATH``: a folder.
"""

import os
import sys
from collections.abc import Iterator

#: What serving needs nothing of.
PASSED_OVER = {".git", "var", "__pycache__", "node_modules", ".venv"}


def unusable(wanted: str) -> Iterator[str]:
    right, _, path = wanted.partition(":")
    if right == "write":
        if not os.access(path, os.W_OK | os.X_OK):
            yield path
    elif not os.path.isdir(path):
        if not os.access(path, os.R_OK):
            yield path
    else:
        yield from _unreadable_in(path)


def _unreadable_in(top: str) -> Iterator[str]:
    refused: list[str] = []
    for folder, folders, files in os.walk(
        top, onerror=lambda error: refused.append(str(error.filename))
    ):
        yield from refused
        folders[:] = [name for name in folders if name not in PASSED_OVER]
        for name in files:
            path = os.path.join(folder, name)
            if not os.access(path, os.R_OK):
                yield path
    yield from refused


def main() -> int:
    for wanted in sys.argv[1:]:
        for path in unusable(wanted):
            print(path)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
