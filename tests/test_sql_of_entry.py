"""How many statements the pages of entry and administration run."""

from datetime import date

import pytest

from closing_site.companies.models import Company
from orders.actions.deferring import defer_order
from tests.entering import delivered, order, person, the_shop
from tests.pages_of_entry import client_of
from tests.sql_counts import assert_sql_count

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    company = the_shop()
    for number in range(1, 4):
        made = order(company, f"SO-{number}")
        defer_order(
            order=made, reason="no truck", expected_on=date(2026, 3, 1), by=person("finance")
        )
        delivered(company, f"SO-1{number}")
    return company


@pytest.mark.parametrize(
    ("page", "role", "url"),
    [
        ("my orders", "sales_rep", "/my-orders/"),
        ("new order", "finance", "/orders/new/"),
        ("change order", "finance", "/orders/SO-1/change/"),
        ("deliver", "finance", "/orders/SO-1/deliver/"),
        ("new payment", "finance", "/payments/new/"),
        ("new customer", "finance", "/customers/new/"),
        ("imports", "finance", "/imports/"),
        ("people", "admin", "/people/"),
        ("company settings", "admin", "/settings/company/"),
        ("cut-offs", "finance", "/settings/cut-off/"),
        ("audit", "auditor", "/audit/"),
        ("own sessions", "finance", "/preferences/sessions/"),
    ],
)
def test_a_page_runs_as_many_statements_as_it_did(
    shop: Company, page: str, role: str, url: str
) -> None:
    client = client_of(role)
    with assert_sql_count(page):
        assert client.get(url).status_code == 200
