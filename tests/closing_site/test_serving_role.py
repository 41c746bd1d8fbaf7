import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from pytest_django import Settings

from closing_site import serving_role
from closing_site.environment import ConfigurationError

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def served_by_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_role, "connection", connections["owner"])


def test_the_app_role_may_serve() -> None:
    serving_role.refuse_owner()


@pytest.mark.usefixtures("served_by_owner")
def test_the_owner_may_not_serve() -> None:
    with pytest.raises(ConfigurationError, match=r"^DATABASE_URL: .*CLOSING_SINGLE_ROLE=1"):
        serving_role.refuse_owner()


@pytest.mark.usefixtures("served_by_owner")
def test_the_owner_may_serve_where_that_is_known(settings: Settings) -> None:
    settings.CLOSING_SINGLE_ROLE = True
    serving_role.refuse_owner()


@pytest.mark.usefixtures("served_by_owner")
def test_the_owner_may_serve_while_developing(settings: Settings) -> None:
    settings.DEBUG = True
    serving_role.refuse_owner()


@pytest.mark.usefixtures("served_by_owner")
def test_the_database_checks_name_it() -> None:
    with pytest.raises(CommandError, match="closing_site.E001"):
        call_command("check", databases=["default"], tags=["database"])
