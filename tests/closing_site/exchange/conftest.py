"""Importing through the command, as scripts do."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from closing_site.acting import acting
from closing_site.companies.actions import create_company
from closing_site.companies.models import Company, User
from closing_site.periods.actions import period_by_code
from closing_site.periods.models import Period, PeriodStatus, Seal
from orders.models import Delivery

NORTHWIND = Path(__file__).parents[2] / "data" / "northwind"


class Outcome:
    """What the command said: its status, its JSON, and the folder that was imported."""

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


class Take(Protocol):
    """Writes the texts to files of these names in a new folder, and imports the folder."""

    def __call__(self, files: dict[str, str], *options: str) -> Outcome: ...


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
    """Books in US dollars from July 1996, without a tax rate of their own."""
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
    """Books in yuan from 2026, with 13 % where nothing else is said."""
    return create_company(
        code="NW", name="北风", currency="CNY", country="CN", first_day=date(2026, 1, 1), by="test"
    )


@pytest.fixture
def take(tmp_path: Path) -> Take:
    def take_files(files: dict[str, str], *options: str) -> Outcome:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        return run_import(folder, *options)

    return take_files


def confirm(company: Company, number: str, code: str) -> None:
    """What the confirm-run does to the order's deliveries of a month, and nothing more of it."""
    period = period_by_code(company, code)
    Delivery.objects.filter(
        order__number=number, delivered_on__range=(period.starts_on, period.ends_on)
    ).update(period=period, posted_on=period.starts_on, confirmed_at=timezone.now())


@transaction.atomic
def lock(company: Company, code: str) -> Period:
    """Lock the month as the last step of a close does."""
    period = period_by_code(company, code)
    before = Seal.objects.filter(company=company).order_by("-position").first()
    first, second = (User.objects.get_or_create(username=name)[0] for name in ("first", "second"))
    with acting("first"):
        _seal(company, period, before, first, second)
    return period


def _seal(company: Company, period: Period, before: Seal | None, first: User, second: User) -> None:
    Seal.objects.create(
        company=company,
        period=period,
        position=before.position + 1 if before else 1,
        previous=before,
        version=1,
        totals={},
        documents={},
        digest="0" * 64,
        signature="0" * 128,
        public_key="0" * 64,
        sealed_by=first,
        approved_by=second,
    )
    period.status = PeriodStatus.LOCKED
    period.save()
