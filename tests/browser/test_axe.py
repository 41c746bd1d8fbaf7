"""No page keeps anyone out: axe-core finds nothing on any of them, in both languages and themes."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.access.addresses import OWN_LOCKED, OWN_OPEN, Whose, address, parameters
from tests.browser.conftest import PHONE, SignIn

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_books")]

#: Files, answers for machines, parts of pages.
NO_PAGES = {
    *("healthz", "invoice_pdf", "report_file", "report_pack", "old_pack", "invoice_archive"),
    *("sign_out", "posting_hint", "suggest_customers", "suggest_products", "wizard_progress"),
    *("invoice_files_progress", "report_pack_progress"),
}
ROLES = ("finance", "rep", "manager", "auditor", "admin")
#: What one of these may not open, or sees otherwise, is much like what the others see.
ASKED = [(role, "en") for role in ROLES] + [("finance", "zh-hans"), ("rep", "zh-hans")]
#: Between them they open every page.
SEE_ALL = ("finance", "admin")
#: What a theme changes.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
#: Looking at colours takes most of the time, and a list's rows are all alike.
FIRST_ROWS = {"exclude": [[".list-table tbody tr:nth-child(n+9)"]]}
IS_DARK = "getComputedStyle(document.documentElement).colorScheme.includes('dark')"


def pages(whose: Whose) -> Iterator[str]:
    for name in sorted(set(parameters()) - NO_PAGES):
        path, there = address(name, whose)
        if there:
            yield path


def opens(page: Page, path: str) -> bool:
    """Goes there, where there is a page for this person."""
    answer = page.request.get(path)
    if not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
        return False
    page.goto(path)
    return True


def violations(page: Page, path: str, *, in_dark: bool) -> list[str]:
    """In the light, and ``in_dark`` too; the page is fetched once."""
    if not opens(page, path):
        return []
    found = list(broken(page))
    if not in_dark:
        return [f"{path}: {one}" for one in found]
    page.emulate_media(color_scheme="dark")
    wait_until_dark(page)
    found += [f"dark: {one}" for one in broken(page, FIRST_ROWS, COLOURS)]
    page.emulate_media(color_scheme="light")
    return [f"{path}: {one}" for one in found]


def wait_until_dark(page: Page) -> None:
    """Asks again until it is: the page's own security policy forbids ``wait_for_function``."""
    for _attempt in range(500):
        if page.evaluate(IS_DARK):
            return
        page.wait_for_timeout(20)
    pytest.fail("the page stays light")


def broken(page: Page, *asked: dict[str, Any]) -> Iterator[str]:
    """``asked``: axe's context and options."""
    for one in Axe().run(page, *asked).response["violations"]:
        yield f"{one['id']} {[node['target'] for node in one['nodes']][:3]}"


@pytest.mark.parametrize(("role", "language"), ASKED)
def test_axe_finds_nothing(sign_in: SignIn, role: str, language: str) -> None:
    page = sign_in(role, language=language)
    # Colours on their way from one theme to the other are no theme's.
    page.emulate_media(reduced_motion="reduce")
    asked = set(pages(OWN_OPEN)) | set(pages(OWN_LOCKED))
    in_dark = role in SEE_ALL and language == "en"
    found = [one for path in sorted(asked) for one in violations(page, path, in_dark=in_dark)]
    assert "\n".join(found) == ""


def scrolls_sideways(page: Page, path: str) -> bool:
    return opens(page, path) and bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


@pytest.mark.parametrize("role", ROLES)
def test_no_page_scrolls_sideways_on_a_phone(sign_in: SignIn, role: str) -> None:
    page = sign_in(role, language="zh-hans", viewport=PHONE)
    found = [path for path in sorted(set(pages(OWN_OPEN))) if scrolls_sideways(page, path)]
    assert "\n".join(found) == ""
