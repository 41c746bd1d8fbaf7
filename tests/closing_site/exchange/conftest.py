"""Importing through the command, as scripts do."""

import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.core.management import call_command

from closing_site.companies.actions import create_company
from closing_site.companies.models import Company

NORTHWIND = Path(__file__).parents[2] / "data" / "northwind"


class Import(Protocol):
    """Writes the named files into a folder of their own, imports it, and gives status and JSON."""

    def __call__(self, files: dict[str, str], *options: str, code: str = "NW") -> "Outcome": ...


class Outcome:
    def __init__(self, status: int, result: dict[str, Any], folder: Path) -> None:
        self.status = status
        self.result = result
        self.folder = folder

    def file(self, kind: str) -> dict[str, Any]:
        (found,) = (file for file in self.result["files"] if file["kind"] == kind)
        return dict(found)

    def counts(self, kind: str) -> tuple[int, int, int, int]:
        """New, changed, unchanged, bad."""
        file = self.file(kind)
        return file["new"], file["changed"], file["unchanged"], len(file["bad"])

    def bad(self, kind: str) -> list[tuple[int, str, str]]:
        return [(bad["line"], bad["column"], bad["value"]) for bad in self.file(kind)["bad"]]

    def reasons(self, kind: str) -> list[str]:
        return [bad["reason"] for bad in self.file(kind)["bad"]]


def run_import(path: Path, *options: str, code: str = "NW") -> Outcome:
    output = StringIO()
    status = 0
    try:
        call_command("import_data", str(path), "--company", code, "--json", *options, stdout=output)
    except SystemExit as stopped:
        status = int(stopped.code or 0)
    return Outcome(status, json.loads(output.getvalue()), path)


@pytest.fixture
def company(transactional_db: None) -> Company:
    return create_company(
        code="NW",
        name="Northwind",
        currency="USD",
        country="US",
        first_day=date(1996, 7, 1),
        by="test",
    )


@pytest.fixture
def chinese_company(transactional_db: None) -> Company:
    return create_company(
        code="NW",
        name="北风",
        currency="CNY",
        country="CN",
        first_day=date(2026, 1, 1),
        by="test",
    )


@pytest.fixture
def take(tmp_path: Path) -> Import:
    def take_files(files: dict[str, str], *options: str, code: str = "NW") -> Outcome:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        return run_import(folder, *options, code=code)

    return take_files


Row = Callable[..., Any]
