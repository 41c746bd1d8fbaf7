from datetime import date

import pytest
from django.test import Client

from closing_site.companies.models import Company, User
from closing_site.periods.actions import ensure_periods, period_by_code
from closing_site.wizard.closing import Orders, close
from closing_site.wizard.locking import reopen_period
from closing_site.wizard.opening_books import open_books
from tests.sql_counts import assert_sql_count

pytestmark = pytest.mark.django_db


def books(code: str, first_period: str = "2026-01") -> Company:
    return open_books(
        code=code,
        name=f"{code} Ltd",
        currency="CNY",
        country="CN",
        first_period=first_period,
        members=[("ann", "finance"), ("bob", "manager")],
        by="test",
    ).company


def person(username: str) -> User:
    return User.objects.get(username=username)


def lock(company: Company) -> str:
    """Close an empty January: the seal's digest."""
    orders = Orders(by=person("ann"), approver=person("bob"))
    return close(period_by_code(company, "2026-01"), orders).seal


@pytest.fixture
def ann(client: Client) -> Client:
    client.force_login(User.objects.get_or_create(username="ann")[0])
    return client


def test_open_and_locked_months_are_told_apart(ann: Client) -> None:
    company = books("NW")
    ensure_periods(company, date(2026, 2, 1))
    digest = lock(company)
    page = ann.get("/").content.decode().partition("<main")[2]
    assert f'<code title="{digest}">{digest[:8]}</code>' in page
    assert page.index("2026-02") < page.index("2026-01"), "the newest comes first"
    assert page.count("state-locked") == page.count("state-open") == 1
    assert "2026-02-28" in page


def test_a_reopened_month_shows_no_seal(ann: Client) -> None:
    company = books("NW")
    digest = lock(company)
    people = {"by": person("ann"), "approver": person("bob")}
    reopen_period(period_by_code(company, "2026-01"), reason="a late invoice", **people)
    page = ann.get("/").content.decode()
    assert digest[:8] not in page
    assert "state-open" in page


def test_all_companies_of_a_person_are_shown_and_no_other(ann: Client) -> None:
    books("AA")
    books("BB")
    open_books(
        code="CC",
        name="CC Ltd",
        currency="EUR",
        country="DE",
        first_period="2026-01",
        by="test",
    )
    page = ann.get("/").content.decode()
    assert "AA Ltd" in page
    assert "BB Ltd" in page
    assert "CC Ltd" not in page


def test_old_months_are_shown_on_request(ann: Client) -> None:
    ensure_periods(books("NW", "2020-01"), date(2026, 2, 1))
    page = ann.get("/").content.decode()
    assert "2024-03" in page
    assert "2024-02" not in page
    assert "?company=NW" in page
    assert "2020-01" in ann.get("/?company=NW").content.decode()


def test_who_has_no_role_yet_is_told_so(ann: Client) -> None:
    assert "You have no role in a company yet" in ann.get("/").content.decode()


def test_a_company_has_its_chinese_name_on_chinese_pages(ann: Client) -> None:
    company = books("NW")
    company.name_zh = "北风贸易"
    company.save()
    assert "NW Ltd" in ann.get("/").content.decode()
    ann.post("/language/", {"language": "zh-hans"})
    assert "北风贸易" in ann.get("/").content.decode()


def test_it_asks_as_few_questions_with_many_companies(ann: Client) -> None:
    for code in ("AA", "BB", "CC"):
        ensure_periods(books(code, "2024-01"), date(2026, 2, 1))
    with assert_sql_count("home"):
        ann.get("/")
