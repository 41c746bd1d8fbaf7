"""What scripts rely on: one JSON object on standard output, and the exit status."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from closing_site.companies.actions import create_company
from closing_site.companies.errors import CompanyExists, UnknownRole
from closing_site.companies.management.company_command import CompanyCommand
from closing_site.companies.models import Company, Role

pytestmark = pytest.mark.django_db

Run = Callable[..., tuple[dict[str, Any], int]]


@pytest.fixture(autouse=True)
def books() -> Company:
    return create_company(
        code="NW",
        name="Northwind",
        currency="CNY",
        country="CN",
        first_day=date(2026, 1, 1),
        by="test",
    )


def command(run: Run) -> CompanyCommand:
    made = CompanyCommand()
    made.run_command = run  # type: ignore[method-assign]
    return made


def test_json_is_one_object_whatever_else_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    def run(company: Company, **options: Any) -> tuple[dict[str, Any], int]:
        print("on the way")
        return {"company": company.code, "total": Decimal("12.50"), "on": date(2026, 1, 31)}, 0

    call_command(command(run), "--company", "NW", "--json")
    told = capsys.readouterr()
    assert json.loads(told.out) == {"company": "NW", "total": "12.50", "on": "2026-01-31"}
    assert told.err == "on the way\n"


def test_findings_are_printed_and_the_status_is_handed_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command(command(lambda company, **_: ({"findings": [1]}, 1)), company="NW", json=True)
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out) == {"findings": [1]}


def refuse(company: Company, **options: Any) -> tuple[dict[str, Any], int]:
    raise CompanyExists(code=company.code)


def test_a_refusal_is_a_message_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command(command(refuse), company="NW", json=True)
    assert ended.value.code == 1
    told = capsys.readouterr()
    assert json.loads(told.out) == {"refused": "There is a company NW already."}
    assert told.err == "There is a company NW already.\n"


def test_without_json_a_refusal_leaves_standard_output_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        call_command(command(refuse), company="NW")
    assert capsys.readouterr() == ("", "There is a company NW already.\n")


def test_a_law_of_the_database_that_refuses_is_a_refusal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(company: Company, **options: Any) -> tuple[dict[str, Any], int]:
        company.zero_category = "none"
        company.save()
        return {}, 0

    with pytest.raises(SystemExit) as ended:
        call_command(command(run), company="NW", json=True)
    assert ended.value.code == 1
    assert "companies_company_zero_category" in json.loads(capsys.readouterr().out)["refused"]


def test_an_unknown_company_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command(command(refuse), company="XX", json=True)
    assert ended.value.code == 2
    assert json.loads(capsys.readouterr().out) == {"refused": "There is no company XX."}


def test_wrong_usage_found_late_is_wrong_usage_too() -> None:
    def run(company: Company, **options: Any) -> tuple[dict[str, Any], int]:
        raise UnknownRole(role="boss", roles=", ".join(Role.values))

    with pytest.raises(SystemExit) as ended:
        call_command(command(run), company="NW")
    assert ended.value.code == 2


def test_a_command_without_its_company_is_refused() -> None:
    with pytest.raises(CommandError, match="--company"):
        call_command(command(refuse))
