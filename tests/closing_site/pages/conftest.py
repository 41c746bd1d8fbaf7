import pytest
from pytest_django import Settings

from closing_site.companies import policy
from closing_site.companies.policy import Access


@pytest.fixture
def people_pages(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = "tests.closing_site.pages.people"
    monkeypatch.setattr(policy, "POLICY", {**policy.POLICY, "people": Access.SIGNED_IN})
