"""What a file may bring on purpose and a person's form refuses."""

from decimal import Decimal

import pytest
from django.db import IntegrityError

from closing_site.companies.models import Company
from closing_site.recording import NotTaken
from orders.actions.basics import record_product, record_tax_rate
from orders.actions.ordering import record_order
from orders.errors import NotARate
from orders.models import Order, TaxRate
from tests.entering import LINE, delivered, order, person, the_shop
from tests.pages_of_entry import client_of, said, send

pytestmark = pytest.mark.django_db

HEAD = {"number": "SO-9", "customer_code": "ACME", "order_date": "2026-02-03", "sales_rep": "R1"}


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


def refused(shop: Company, line: dict[str, str] | None = None, **given: str) -> str:
    lines = [{**LINE, **(line or {})}]
    with pytest.raises(NotTaken) as raised:
        record_order(company=shop, given={**HEAD, **given}, lines=lines, by=person("finance"))
    assert not Order.objects.filter(number="SO-9").exists()
    return str(raised.value)


def test_a_tax_rate_is_one_of_the_companys(shop: Company) -> None:
    assert "There is no tax rate of 12 %" in refused(shop, {"tax_rate": "12"})
    assert not TaxRate.objects.filter(percent=12).exists()
    by = person("finance")
    record_tax_rate(company=shop, category="standard", percent=Decimal(12), reason="", by=by)
    order(shop)
    form = client_of("finance").get("/orders/new/").content.decode()
    assert '<option value="12">12</option>' in form
    line = {**LINE, "tax_rate": "12"}
    assert record_order(company=shop, given=HEAD, lines=[line], by=by).tax == 12


def test_no_rate_is_more_than_a_hundred_percent(shop: Company) -> None:
    assert "more than 100" in refused(shop, {"tax_rate": "101"})
    with pytest.raises(NotARate):
        record_tax_rate(
            company=shop,
            category="standard",
            percent=Decimal(101),
            reason="",
            by=person("finance"),
        )
    data = {"category": "standard", "percent": "1000"}
    assert "100" in said(send(client_of("finance"), "/tax-rates/new/", data))
    assert not TaxRate.objects.filter(percent__gt=100).exists()


@pytest.mark.parametrize("percent", [-1, Decimal("100.0001")])
def test_the_database_keeps_rates_between_nothing_and_a_hundred_percent(
    shop: Company, percent: Decimal
) -> None:
    with pytest.raises(IntegrityError, match="orders_taxrate_"):
        TaxRate.objects.create(company=shop, category="standard", percent=percent)


def test_what_is_sold_at_a_price_has_no_negative_one(shop: Company) -> None:
    by = person("finance")
    record_product(company=shop, given={"sku": "CUP", "name": "Cup", "unit_price": "3"}, by=by)
    record_product(company=shop, given={"sku": "REBATE", "name": "Rebate"}, by=by)
    cup = {"sku": "CUP", "unit_price": "-5"}
    assert "CUP is sold at a price" in refused(shop, cup)
    lines = [LINE, {**LINE, "line_number": "2", "sku": "REBATE", "unit_price": "-5"}]
    made = record_order(company=shop, given=HEAD, lines=lines, by=by)
    assert made.lines.get(line_number=2).kind == "discount"


def test_a_line_of_nothing_is_none(shop: Company) -> None:
    assert "more than zero" in refused(shop, {"quantity": "0"})


def test_the_currency_is_one_that_there_is(shop: Company) -> None:
    assert "There is no currency XXX." in refused(shop, currency="XXX")


def test_an_order_confirmed_and_not_invoiced_says_that_the_confirmation_can_be_taken_back(
    shop: Company,
) -> None:
    delivered(shop)
    finance = client_of("finance")
    send(finance, "/orders/SO-1/confirm/", {})
    page = said(client_of("sales_rep").get("/orders/SO-1/"))
    assert "finance takes the confirmation back" in page
    assert "credit note" not in page
