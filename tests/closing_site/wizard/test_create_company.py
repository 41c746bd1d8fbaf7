"""``create_company`` as scripts call it."""

import json
import subprocess
import sys
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from closing_site.companies.models import Company, User
from closing_site.periods.models import Period
from closing_site.wizard.models import ProcedureStep
from ops.places import ROOT
from reconciliation.models import Account, AccountRole

pytestmark = pytest.mark.django_db

NORTHWIND = ["NW", "--name", "Northwind", "--currency", "USD", "--country", "US"]
JULY = [*NORTHWIND, "--first-period", "1996-07"]


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    call_command("create_company", *arguments, "--json")
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_a_company_has_all_that_its_first_close_needs(capsys: pytest.CaptureFixture[str]) -> None:
    answer = told(capsys, *JULY, "--member", "ann:finance", "--member", "bob:manager")
    company = Company.objects.get(code="NW")
    assert answer["company"] == "NW"
    assert answer["first_period"] == "1996-07"
    assert answer["members"] == [
        {"user": "ann", "role": "finance"},
        {"user": "bob", "role": "manager"},
    ]
    assert {account.role for account in Account.objects.filter(company=company)} == set(AccountRole)
    assert [period.code for period in Period.objects.filter(company=company)] == ["1996-07"]
    steps = ProcedureStep.objects.filter(company=company).order_by("position")
    assert [step.step for step in steps] == ["confirm", "invoice", "pay", "reconcile", "report"]
    assert all(step.instruction_zh for step in steps)


def test_for_a_person_it_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_company", *JULY)
    assert capsys.readouterr().out.startswith("Company NW (Northwind) begins with 1996-07 in USD:")


def test_the_same_company_again_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, *JULY)
    with pytest.raises(SystemExit) as ended:
        call_command("create_company", *JULY, "--json")
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out) == {"refused": "There is a company NW already."}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([*NORTHWIND, "--first-period", "1996-13"], "1996-13 is no month of the form YYYY-MM"),
        ([*JULY, "--member", "ann"], "'ann' must have the form USER:ROLE"),
        ([*JULY, "--member", "ann:boss"], "'boss' is no role; there are: sales_rep, finance"),
        ([*JULY, "--language", "fr"], "invalid choice: 'fr'"),
        (JULY[:-2], "--first-period"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_made(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("create_company", *arguments)


def test_a_currency_that_is_none_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("create_company", *JULY, "--currency", "dollars")
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("dollars is no currency")


def test_what_fails_at_the_last_member_leaves_nothing_behind() -> None:
    with pytest.raises(SystemExit):
        call_command("create_company", *JULY, "--member", "ann:finance", "--member", "b b:manager")
    assert not Company.objects.exists()
    assert not User.objects.exists()


def test_from_the_command_line_wrong_usage_is_one_json_object_and_status_2() -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "create_company", "NW", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--name" in json.loads(done.stdout)["refused"]
