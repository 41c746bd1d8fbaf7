"""Whose session has ended while they type loses nothing of it."""

import pytest
from playwright.sync_api import Page, expect

from orders.models import Order
from tests.browser.conftest import SignIn

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_books")]


def fill_in(page: Page) -> None:
    page.goto("/orders/new/")
    page.fill("input[name=number]", "SO-TYPED")
    page.fill("input[name=customer_code]", "C001")
    page.fill("input[name$='0-sku']", "KT-101")
    page.fill("input[name$='0-unit_price']", "268")
    page.context.clear_cookies(name="sessionid")


def sign_in_in_another_tab(page: Page) -> None:
    with page.context.expect_page() as opened:
        page.click("a[target=_blank]")
    tab = opened.value
    tab.fill("input[name=username]", "finance")
    tab.fill("input[name=password]", "demo-finance")
    tab.click("main button[type=submit]")
    tab.wait_for_load_state()
    tab.close()


def is_saved() -> bool:
    return Order.objects.filter(number="SO-TYPED").exists()


def test_the_form_says_so_and_is_sent_after_signing_in_again(sign_in: SignIn) -> None:
    page = sign_in("finance")
    fill_in(page)
    page.fill("input[name$='0-quantity']", "2")
    page.press("input[name$='0-quantity']", "Tab")
    expect(page.locator("#signed-out")).to_contain_text("You are signed out")
    sign_in_in_another_tab(page)
    assert page.input_value("input[name$='0-quantity']") == "2"
    page.click("main form.entry-order button[type=submit]")
    page.wait_for_url("**/orders/SO-TYPED/")
    assert is_saved()


def test_what_was_sent_is_handed_back_and_sent_again(sign_in: SignIn) -> None:
    page = sign_in("finance")
    fill_in(page)
    page.evaluate("document.querySelector(\"input[name$='0-quantity']\").value = 2")
    page.click("main form.entry-order button[type=submit]")
    expect(page.locator("h1")).to_have_text("You are signed out")
    assert not is_saved()
    sign_in_in_another_tab(page)
    page.click("text=Send again")
    page.wait_for_url("**/orders/SO-TYPED/")
    assert is_saved()
