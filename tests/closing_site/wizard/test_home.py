"""The first page, as each role finds it."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from closing_site.companies.models import Company, User
from closing_site.periods.actions import ensure_periods
from closing_site.periods.models import Period
from closing_site.wizard.opening_books import open_books
from closing_site.wizard.past_months import Flows, PastMonth, flows_of
from tests.closing_site.wizard.by_pages import october, post, run_step, signed_in
from tests.sql_counts import assert_sql_count

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_books")]


MONEY = re.compile(r'<td class="is-number">(.+?)</td>', re.DOTALL)


def signed(cell: str) -> Decimal:
    text = re.sub(r"<[^>]+>|,", "", cell).replace("\N{MINUS SIGN}", "-").strip()
    return Decimal(text.replace("—", "0"))


def home(client: Client) -> str:
    return client.get("/").content.decode().partition("<main")[2]


def books(code: str, name_zh: str = "") -> Company:
    return open_books(
        code=code,
        name=f"{code} Ltd",
        name_zh=name_zh,
        currency="CNY",
        country="CN",
        first_period="2026-01",
        members=[("ann", "finance")],
        by="test",
    ).company


def ann() -> Client:
    client = Client()
    client.force_login(User.objects.get_or_create(username="ann")[0])
    return client


def test_it_shows_the_open_month_its_steps_and_the_last_months() -> None:
    text = home(signed_in("finance"))
    assert "2026-10" in text
    assert "Confirm orders" in text
    assert "not begun" in text
    assert text.index("2026-09") < text.index("2026-08")
    assert "<svg" in text
    # Flows are added up, balances are not.
    lines = re.findall(r"<tr.*?>(.+?)</tr>", text[text.index("The last months") :], re.DOTALL)
    amounts = [[signed(cell) for cell in MONEY.findall(line)] for line in lines[1:]]
    assert [sum(column) for column in zip(*(a[:3] for a in amounts[:-1]), strict=True)] == (
        amounts[-1]
    )


def test_credit_notes_are_negative_beside_what_was_invoiced() -> None:
    """1,130 invoiced, 113 of it credited; in the month before nothing was counted."""
    totals = {"gross": "1130.00", "credited": "113.00", "received": "500.00"}
    months = [PastMonth(Period(), totals), PastMonth(Period(), {})]
    assert months[0].credited == -113
    assert flows_of(months) == Flows(Decimal(1130), Decimal(-113), Decimal(500))


def test_finance_finds_its_steps_and_what_waits_in_them() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    waits = home(finance).partition('id="waits"')[2].partition("</section>")[0]
    assert "Confirm orders" in waits
    assert "documents are blocked." in waits
    assert "Report and analyse" in waits


def test_what_waits_for_me_and_for_others_are_two_lists() -> None:
    assert "Waits for others" not in home(signed_in("finance"))
    text = home(signed_in("manager"))
    mine = text.partition('id="waits"')[2].partition("</section>")[0]
    others = text.partition('id="due"')[2].partition("</section>")[0]
    assert "Confirm orders" in others
    assert "Confirm orders" not in mine


def test_figures_that_were_never_counted_are_counted_as_the_page_opens() -> None:
    finance = signed_in("finance")
    text = home(finance)
    assert "have not been counted yet" in text
    assert "/closing/DEMO/2026-10/count/" in text
    assert post(finance, "count", next="/").headers["Location"] == "/"
    assert "have not been counted" not in home(finance)
    assert "not begun" in home(finance)


def test_a_day_far_ahead_moves_no_one_from_the_month_to_be_closed() -> None:
    ensure_periods(october().company, date(2036, 1, 1))
    text = home(signed_in("finance"))
    assert "/closing/DEMO/2026-10/confirm/" in text
    assert "2036-01" not in text
    months = signed_in("finance").get("/closing/DEMO/").content.decode()
    assert "2036-01" not in months
    assert "2027-06" not in months


def test_an_auditor_reads_and_nothing_waits_for_them() -> None:
    text = home(signed_in("auditor"))
    assert "Nothing waits for you" in text
    assert "2026-10" in text


def test_a_rep_finds_their_own_orders_and_no_sums() -> None:
    run_step(signed_in("finance"), "confirm")
    text = home(signed_in("rep"))
    assert "My orders" in text
    assert "Receivables" not in text
    assert "Invoiced" not in text


def test_a_rep_finds_each_order_once_and_nothing_of_a_locked_month() -> None:
    run_step(signed_in("finance"), "confirm")
    rep = signed_in("rep")
    mend = home(rep).partition('id="mend"')[2].partition("</section>")[0]
    orders = re.findall(r'href="/c/DEMO/orders/([^"]+)/"', mend)
    assert orders
    assert len(orders) == len(set(orders))
    rep.post("/periods/2026-09/choose/", {"next": "/"})
    text = home(rep)
    assert "This month is locked" in text
    assert "Deliver and confirm" not in text
    assert "/orders/" not in text.partition('id="mend"')[2].partition("</section>")[0]


def test_it_asks_as_few_questions_with_many_companies() -> None:
    for code in ("AA", "BB", "CC"):
        ensure_periods(books(code), date(2026, 2, 1))
    client = ann()
    home(client)
    with assert_sql_count("home"):
        home(client)


def test_who_has_no_role_yet_is_told_so() -> None:
    assert "You have no role in a company yet" in home(ann())


def test_other_companies_of_a_person_are_named_and_no_one_elses() -> None:
    books("AA")
    books("BB")
    text = home(ann())
    assert "AA Ltd" in text
    assert "BB Ltd" in text
    assert "DEMO" not in text


def test_a_company_has_its_chinese_name_on_chinese_pages() -> None:
    books("NW", "北风贸易")
    client = ann()
    assert "NW Ltd" in home(client)
    client.post("/language/", {"language": "zh-hans"})
    assert "北风贸易" in home(client)


def test_all_months_are_listed_with_their_seals() -> None:
    text = signed_in("auditor").get("/closing/DEMO/").content.decode().partition("<main")[2]
    assert text.count("state-locked") == 5
    assert text.count("<code") == 5
