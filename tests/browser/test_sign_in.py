import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, SignIn

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_books")]


def test_a_person_signs_in_and_sees_what_waits_for_them(sign_in: SignIn) -> None:
    page = sign_in("finance")
    expect(page).to_have_url(re.compile(r"/$"))
    expect(page.locator("main h1")).to_be_visible()


def test_the_browsers_language_is_spoken_until_another_is_chosen(sign_in: SignIn) -> None:
    page = sign_in("manager", language="zh-hans", viewport=PHONE)
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh"))
