import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path
from pytest_django import Settings

from closing_site.pages import documents
from closing_site.pages.documents import document_html, document_url


def month(request: HttpRequest, number: str) -> HttpResponse:
    return HttpResponse(number)


urlpatterns = [path("months/<path:number>/", month, name="month")]


@pytest.fixture
def linked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "links", lambda: {"month": "month", "gone": "gone"})


def test_a_document_without_a_page_is_plain_text(linked: None) -> None:
    assert document_url("unknown", "1") == document_url("gone", "1") == ""
    assert document_html("unknown", "<1>") == '<span class="document">&lt;1&gt;</span>'


def test_a_document_with_a_page_is_linked(linked: None, settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.closing_site.pages.test_documents"
    assert document_url("month", "A/1 ü") == "/months/A/1%20%C3%BC/"
    assert document_html("month", "7") == '<a class="document" href="/months/7/">7</a>'
