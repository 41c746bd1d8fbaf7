"""A real browser on the demo company's books: Debian's Chromium, driven over the live server."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from ops.packages import BROWSERS

# Playwright's own loop runs in this thread, and Django would take it for an asynchronous view's.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

DESKTOP = {"width": 1440, "height": 900}
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}

SignIn = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ends with its module: Playwright's loop would stand in the way of other modules' own."""
    program = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def sign_in(live_server: LiveServer, browser: Browser) -> Iterator[SignIn]:
    """``page = sign_in("finance", language="zh-hans", viewport=PHONE)``: each its own browser
    session, on the first page that follows."""
    opened: list[BrowserContext] = []

    def signed_in(
        username: str,
        *,
        language: str = "en",
        viewport: dict[str, int] | None = None,
        color_scheme: str = "light",
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale={"en": "en-GB", "zh-hans": "zh-CN"}[language],
            viewport=viewport or DESKTOP,  # type: ignore[arg-type]
            color_scheme=color_scheme,  # type: ignore[arg-type]
        )
        opened.append(context)
        page = context.new_page()
        page.goto("/sign-in/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", f"demo-{username}")
        page.click("main button[type=submit]")
        page.wait_for_load_state()
        return page

    yield signed_in
    for context in opened:
        context.close()
