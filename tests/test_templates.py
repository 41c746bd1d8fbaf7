"""What the pages' security policy forbids is in no template; error pages stand on their own."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client

from ops.places import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
#: Pages with a table; a part that its page frames, and what is printed, are left out.
FRAMED_BY_THEIR_PAGE = {"documents/entries.html", "periods/months.html"}
PAGES = [
    path
    for path in TEMPLATES
    if "<table" in path.read_text()
    and not {"pdf", "pack"} & set(path.stem.split("_"))
    and str(path.relative_to(ROOT / "templates")) not in FRAMED_BY_THEIR_PAGE
]
FORBIDDEN = re.compile(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|javascript:|https?://")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(path: Path) -> None:
    assert FORBIDDEN.findall(path.read_text()) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_table_of_a_page_scrolls_within_its_own_frame(path: Path) -> None:
    text = path.read_text()
    tables = len(re.findall(r"<table\b", text))
    assert tables <= len(re.findall(r'class="[^"]*\b(?:table|list)-scroll\b', text))


def test_the_policy_allows_nothing_inline(client: Client, db: None) -> None:
    policy = client.get("/sign-in/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", ["403_csrf.html", "500.html"])
def test_an_error_page_needs_nothing_that_may_be_broken(name: str) -> None:
    assert "<h1" in render_to_string(name)


def test_what_is_not_there_is_not_found(client: Client, db: None) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "Not found" in answer.content.decode()
