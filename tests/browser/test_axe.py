"""No page keeps anyone out: axe-core finds nothing on any of them, in both languages and themes."""

from collections.abc import Iterator

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
    "invoice_files_progress",
}
#: Whose page a role sees that finance does not.
ROLES = ("finance", "rep", "manager", "admin")


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


def violations(page: Page, path: str) -> list[str]:
    if not opens(page, path):
        return []
    found = Axe().run(page).response["violations"]
    return [
        f"{path}: {broken['id']} {[node['target'] for node in broken['nodes']][:3]}"
        for broken in found
    ]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
def test_axe_finds_nothing(sign_in: SignIn, role: str, language: str, theme: str) -> None:
    page = sign_in(role, language=language, color_scheme=theme)
    asked = set(pages(OWN_OPEN)) | set(pages(OWN_LOCKED))
    found = [broken for path in sorted(asked) for broken in violations(page, path)]
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
