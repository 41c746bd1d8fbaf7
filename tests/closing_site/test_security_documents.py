"""docs/asvs.md names what exists, each requirement once; docs/security.md counts its states."""

import re
from collections import Counter
from functools import cache

import pytest

from closing_site import settings
from closing_site.backups.variables import declared_variables
from ops.places import ROOT

ASVS = (ROOT / "docs" / "asvs.md").read_text()
ROW = re.compile(r"^\| (V[\d.]+) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
ROWS = ROW.findall(ASVS)
CODE = re.compile(r"`([^`]+)`")
STATES = ("met", "in part", "not met", "not applicable")
#: Of levels 1 and 2 together, by chapter.
REQUIREMENTS = {
    **{"V1": 27, "V2": 11, "V3": 19, "V4": 10, "V5": 9, "V6": 35, "V7": 18, "V8": 7, "V9": 7},
    **{"V10": 29, "V11": 14, "V12": 9, "V13": 13, "V14": 9, "V15": 13, "V16": 16, "V17": 7},
}


@cache
def _tests_in(file: str) -> frozenset[str]:
    """The tests of all files of this name below tests/."""
    found = [path.read_text() for path in (ROOT / "tests").rglob(file)]
    return frozenset(re.findall(r"^def (test_\w+)", "\n".join(found), re.MULTILINE))


def test_each_requirement_has_one_row() -> None:
    ids = [row[0] for row in ROWS]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert Counter(name.partition(".")[0] for name in ids) == REQUIREMENTS
    assert {row[2] for row in ROWS} == set(STATES)


def missing(text: str) -> bool:
    """Whether this names a file, test or setting that does not exist."""
    if match := re.fullmatch(r"(test_\w+\.py)(?:::(test_\w+))?", text):
        found = _tests_in(match[1])
        return match[2] not in found if match[2] else not found
    if re.fullmatch(r"\.?[\w@.-]*(/[\w@.-]+)*/?", text) and ("/" in text or "." in text):
        return not text.startswith("/") and not (ROOT / text).exists()
    if re.fullmatch(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+", text):
        return not hasattr(settings, text) and text not in declared_variables()
    return False


def test_what_is_named_exists() -> None:
    assert [(row[0], text) for row in ROWS for text in CODE.findall(row[3]) if missing(text)] == []


@pytest.mark.parametrize(
    "text", ["test_lockout.py::test_nothing", "closing_site/nothing.py", "NO_SETTING"]
)
def test_what_does_not_exist_is_found(text: str) -> None:
    assert missing(text)


def is_place(text: str) -> bool:
    if re.match(r"test_\w+\.py", text) or hasattr(settings, text):
        return True
    return "/" in text or (ROOT / text).is_file()


def test_met_is_said_with_a_place() -> None:
    without = [
        name
        for name, _asks, state, where in ROWS
        if state == "met" and "](" not in where and not any(map(is_place, CODE.findall(where)))
    ]
    assert without == []


def test_the_summary_counts_them() -> None:
    summary = (ROOT / "docs" / "security.md").read_text()
    by_chapter: dict[str, Counter[str]] = {}
    for name, _asks, state, _where in ROWS:
        by_chapter.setdefault(name.partition(".")[0], Counter())[state] += 1
    total = Counter(row[2] for row in ROWS)
    for chapter, counts in [*by_chapter.items(), ("All", total)]:
        figures = " | ".join(str(counts[state]) for state in STATES)
        assert re.search(rf"^\| {chapter}\b[^|]* \| {re.escape(figures)} \|", summary, re.MULTILINE)
