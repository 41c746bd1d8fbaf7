"""The demo company's October, closed in the browser: finance prepares, the manager locks."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, SignIn
from tests.closing_site.wizard.by_pages import STEPS, url, work
from tests.pdfs import text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_books")]

REASON = "As agreed with the manager"


def gross_in_the_books() -> Decimal:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(base_gross) FROM invoicing_invoice AS i"
            " JOIN periods_period AS p ON p.id = i.period_id WHERE p.code = '2026-10'"
        )
        return Decimal(cursor.fetchone()[0])


def send(page: Page, button: str) -> None:
    """Press it and wait for the page that follows."""
    with page.expect_navigation():
        page.click(button)


def settle(page: Page) -> None:
    """The worker does what waits, also what a page asked for by itself: its checks, anew."""
    page.wait_for_load_state("networkidle")
    while work():
        page.reload()
        page.wait_for_load_state("networkidle")


def open_step(page: Page, step: str) -> None:
    page.goto(url(step))
    settle(page)


def run_step(page: Page, step: str) -> None:
    """Its runs, with the worker beside."""
    open_step(page, step)
    for name in page.locator("#runs .run-buttons a").all_inner_texts() or [""]:
        open_step(page, step)
        if name:
            send(page, f"#runs .run-buttons a:has-text('{name}')")
            send(page, "main form button[type=submit]")
        else:
            send(page, "#runs button[type=submit]")
        settle(page)


def do_step(page: Page, step: str) -> None:
    """Its runs; then answer what waits, and sign. What an answer freed is confirmed by a run."""
    run_step(page, step)
    for how in ("defer-all", "let-warnings-stand"):
        open_step(page, step)
        link = page.locator(f"a[href$='?how={how}']")
        if link.count():
            page.goto(str(link.first.get_attribute("href")))
            page.fill("textarea[name=reason], input[name=reason]", REASON)
            send(page, "main form .form-buttons button[type=submit]")
    if step == "confirm":
        run_step(page, step)
    open_step(page, step)
    send(page, "#sign button[type=submit]")
    expect(page.locator("main")).to_contain_text("Signed off")


def test_finance_prepares_and_a_manager_locks_and_takes_the_pack(
    sign_in: SignIn, tmp_path: Path
) -> None:
    finance = sign_in("finance")
    for step in STEPS:
        do_step(finance, step)
    finance.goto(url("lock"))
    send(finance, "main form button[type=submit]")
    expect(finance.locator("#decision")).to_have_text("Waits for approval")

    manager = sign_in("manager")
    manager.goto(url("lock"))
    send(manager, "button[value=lock]")
    expect(manager.locator("main h1")).to_contain_text("locked")

    manager.goto(url("lock"))
    with manager.expect_download() as download:
        manager.evaluate(
            "link => { link.setAttribute('download', ''); link.click() }",
            manager.locator(".page-actions a.btn-primary").element_handle(),
        )
    pack = tmp_path / "pack.pdf"
    download.value.save_as(pack)
    text = text_of(pack.read_bytes())
    assert f"{gross_in_the_books():,.2f}" in text

    finance.goto(url("confirm"))
    assert finance.locator("#sign button, #runs button").count() == 0


def test_a_rep_confirms_their_own_order_on_a_phone(sign_in: SignIn) -> None:
    rep = sign_in("rep", viewport=PHONE)
    rep.goto("/my-orders/")
    waiting = rep.locator("article:has(a[href$='/confirm/'])")
    before = waiting.count()
    assert before
    send(rep, "article a[href$='/confirm/']")
    send(rep, "main form button[type=submit]")
    expect(rep).to_have_url(re.compile(r"/(orders|my-orders)/"))
    rep.goto("/my-orders/")
    expect(rep.locator("article:has(a[href$='/confirm/'])")).not_to_have_count(before)
    rep.goto("/orders/")
    assert rep.evaluate("document.documentElement.scrollWidth") <= 360
