import pytest

from ops.environment import own_addresses
from ops.errors import SetupError

URL = "postgresql://app:secret@db.example/closing"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "CLOSING_SINGLE_ROLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("present", "missing"),
    [("DATABASE_URL", "DATABASE_OWNER_URL"), ("DATABASE_OWNER_URL", "DATABASE_URL")],
)
def test_one_address_alone_is_refused_by_the_name_of_the_other(
    present: str, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(present, URL)
    with pytest.raises(SetupError, match=f"^{missing} is not set"):
        own_addresses()


def test_a_known_single_role_owns_and_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("CLOSING_SINGLE_ROLE", "1")
    assert own_addresses() == {"DATABASE_URL": URL, "DATABASE_OWNER_URL": URL}


def test_an_empty_address_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    assert own_addresses() == {}
