"""Every variable of the environment is declared, and docs/settings.md says what the code does."""

import re

from closing_site.backups.variables import (
    OF_THE_MACHINE,
    declared_variables,
    settings_page,
    variables_read,
)
from ops.places import ROOT

FOLDERS = (
    *("closing_site", "ops", "bench", "orders", "invoicing", "payments", "reconciliation"),
    *("reports", "tests"),
)
#: Names that tests of the readers themselves use.
MADE_UP = {"NAME", "A_NAME"}
#: ``NAME=value`` or ``NAME: value`` in what deploys the program.
SET = re.compile(r"^\s*(?:ENV |Environment=)?([A-Z][A-Z_]{3,})(?:=|: )", re.MULTILINE)
#: Of the image of PostgreSQL, and of other programs.
OTHERS = {"POSTGRES_PASSWORD", "CMD"}


def read() -> set[str]:
    files = [ROOT / "manage.py", *(f for name in FOLDERS for f in (ROOT / name).rglob("*.py"))]
    found = {name for file in files for name, _call in variables_read(file)}
    return {name for name in found if name.isupper()} - MADE_UP


def test_each_variable_that_is_read_is_declared() -> None:
    assert read() - set(OF_THE_MACHINE) <= set(declared_variables())


def test_none_is_declared_that_nobody_reads_or_sets() -> None:
    deployed = {
        name
        for file in (ROOT / "deploy").rglob("*")
        if file.is_file()
        for name in re.findall(r"[A-Z_]{4,}", file.read_text())
    }
    assert set(declared_variables()) <= read() | deployed


def test_what_deploys_the_program_sets_nothing_it_does_not_know() -> None:
    set_by = {
        (file.name, name)
        for file in (ROOT / "deploy").rglob("*")
        if file.is_file() and file.suffix in (".env", ".service", ".yaml")
        for name in SET.findall(file.read_text())
    }
    assert set_by
    assert {name for _file, name in set_by} - OTHERS <= set(declared_variables())


def test_the_page_is_current() -> None:
    """Written by ``./run manage describe_settings --output docs/settings.md``."""
    assert (ROOT / "docs" / "settings.md").read_text() == settings_page()
