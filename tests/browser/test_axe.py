"""No page keeps anyone out, and none scrolls sideways on a phone: axe-core finds nothing on any of
them, in both languages and themes.

Each role visits each page once; which language and theme it sees is rotated, so that the roles
between them see all four. ``./run torture faces`` shows every role all of them.
"""

import os
from collections.abc import Iterator
from itertools import product
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from closing_site.companies.models import User
from tests.access.addresses import OWN_LOCKED, OWN_OPEN, Whose, address, parameters
from tests.browser.conftest import DESKTOP, PHONE, SignIn

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_books")]

#: Files, answers for machines, parts of pages.
NO_PAGES = {
    *("healthz", "invoice_pdf", "report_file", "report_pack", "old_pack", "invoice_archive"),
    *("sign_out", "posting_hint", "suggest_customers", "suggest_products", "wizard_progress"),
    *("invoice_files_progress", "report_pack_progress"),
}
ROLES = ("finance", "rep", "manager", "auditor", "admin")
LANGUAGES: Final = ("en", "zh-hans")
THEMES: Final = ("light", "dark")
FACES: Final = tuple(product(LANGUAGES, THEMES))
SHOWS_ALL: Final = os.environ.get("CLOSING_FACES") == "all"
#: Looking at colours takes most of the time, and a list's rows are all alike.
FIRST_ROWS = {"exclude": [[".list-table tbody tr:nth-child(n+9)"]]}
#: What passes need not be told in full.
FAULTS_ONLY = {"resultTypes": ["violations"]}
IS_DARK = "getComputedStyle(document.documentElement).colorScheme.includes('dark')"
IS_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


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


def faces_of(place: int, role: str) -> tuple[tuple[str, str], ...]:
    """The languages and themes in which this role sees the page at this place of the list."""
    return FACES if SHOWS_ALL else (FACES[(place + ROLES.index(role)) % len(FACES)],)


def faults(page: Page, theme: str) -> Iterator[str]:
    """Of the page that stands open."""
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    wait_until(page, theme)
    for one in Axe().run(page, FIRST_ROWS, FAULTS_ONLY).response["violations"]:
        yield f"{one['id']} {[node['target'] for node in one['nodes']][:3]}"
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    if page.evaluate(IS_WIDE):
        yield "scrolls sideways"
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def wait_until(page: Page, theme: str) -> None:
    """Asks again until it is: the page's own security policy forbids ``wait_for_function``."""
    for _attempt in range(500):
        if page.evaluate(IS_DARK) == (theme == "dark"):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"the page does not turn {theme}")


@pytest.mark.parametrize("role", ROLES)
def test_no_page_keeps_anyone_out(sign_in: SignIn, role: str) -> None:
    page = sign_in(role)
    asked = enumerate(sorted(set(pages(OWN_OPEN)) | set(pages(OWN_LOCKED))))
    seen = [(path, face) for place, path in asked for face in faces_of(place, role)]
    found = []
    for language in LANGUAGES:
        User.objects.filter(username=role).update(language=language)
        for path, (spoken, theme) in seen:
            if spoken == language and opens(page, path):
                found += [f"{path} {language} {theme}: {one}" for one in faults(page, theme)]
    assert "\n".join(found) == ""
