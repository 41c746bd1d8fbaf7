"""Pages and files of the reports, and who may have them."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from closing_site import sql
from closing_site.companies.models import User
from closing_site.periods.models import Period
from reports.errors import NotLockedYet
from reports.figures import REPORTS
from reports.pack import request_pack
from tests.commands import run
from tests.invoicing.tea import CODE
from tests.pdfs import text_of
from tests.sql_counts import assert_sql_count

pytestmark = pytest.mark.django_db
MONTH = f"/reports/{CODE}/2026-01/"


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


@pytest.fixture
def january(january_books: None, db: None) -> Period:
    return Period.objects.get(code="2026-01")


def test_the_month_offers_every_report(january: Period) -> None:
    page = signed_in("ann").get(MONTH).content.decode()
    for name in REPORTS:
        assert f'href="{MONTH}{name}/"' in page
    assert "The pack comes with the lock" in page
    assert signed_in("ann").get("/reports/").status_code == 200


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_report_is_a_page(january: Period, name: str, language: str) -> None:
    User.objects.update(language=language)
    answer = signed_in("ann").get(f"{MONTH}{name}/")
    assert answer.status_code == 200
    assert ("报表" in answer.content.decode()) == (language == "zh-hans")


def test_page_files_and_database_say_the_same(january: Period) -> None:
    gross: Decimal = sql.value(
        "SELECT sum(gross * CASE currency WHEN 'USD' THEN 7.1 ELSE 1 END) FROM v_invoices"
    )
    ann = signed_in("ann")
    assert f"{gross:,.2f}" in ann.get(f"{MONTH}revenue/").content.decode()
    assert f"{gross:,.2f}" in text_of(ann.get(f"{MONTH}revenue.pdf").content)
    told = json.loads(ann.get(f"{MONTH}revenue.json").content)
    assert told["totals"]["gross"] == f"{gross:.2f}"


@pytest.mark.parametrize("wanted", ["pdf", "xlsx", "csv", "json"])
def test_a_file_has_its_name_and_type(january: Period, wanted: str) -> None:
    answer = signed_in("ann").get(f"{MONTH}tax.{wanted}")
    assert answer.status_code == 200
    assert f'filename="tax-{CODE}-2026-01.{wanted}"' in answer["Content-Disposition"]


@pytest.mark.parametrize(
    ("page", "path"), [("reports", "/reports/"), ("report", f"{MONTH}receivables/")]
)
def test_statements_are_few_and_fixed(january: Period, page: str, path: str) -> None:
    ann = signed_in("ann")
    ann.get(path)  # Remembers the company in the session.
    with assert_sql_count(page):
        ann.get(path)


@pytest.mark.parametrize("path", ["nothing/", "nothing.pdf", "revenue.exe"])
def test_what_is_no_report_is_not_found(january: Period, path: str) -> None:
    assert signed_in("ann").get(f"{MONTH}{path}").status_code == 404


def test_a_rep_sees_no_sum_over_all(january: Period) -> None:
    rita = signed_in("rita")
    for path in ("/reports/", MONTH, f"{MONTH}revenue/", f"{MONTH}revenue.csv", f"{MONTH}pack.pdf"):
        assert rita.get(path).status_code == 403, path


def test_another_company_is_not_found(january: Period) -> None:
    User.objects.create_user("stranger")
    assert signed_in("stranger").get(MONTH).status_code == 404


def test_an_open_month_has_no_pack_yet(january: Period, tmp_path: Path) -> None:
    answer = signed_in("ann").get(f"{MONTH}pack.pdf")
    assert answer.status_code == 409
    path = str(tmp_path / "pack.pdf")
    told, status = run(
        *("report", "pack", "--company", CODE, "--period", "2026-01", "--output", path)
    )
    assert status == 1
    assert "2026-01" in str(told["refused"])
    with pytest.raises(NotLockedYet):
        request_pack(january)
