from pathlib import Path

import pytest
from psycopg import IsolationLevel

from closing_site import environment
from closing_site.environment import ConfigurationError


@pytest.fixture(params=["", " "])
def nothing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", request.param)


def test_a_missing_variable_is_named(nothing: None) -> None:
    for reader in (environment.text, environment.database, environment.seal_key_file):
        with pytest.raises(ConfigurationError, match=r"^NAME is not set"):
            reader("NAME")
    with pytest.raises(ConfigurationError, match=r"^NAME is not set"):
        environment.hosts("NAME", default=[])


@pytest.mark.parametrize(
    ("value", "meant"), [("1", True), ("True", True), ("0", False), ("", False)]
)
def test_a_flag_is_one_of_few_words(
    value: str, meant: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAME", value)
    assert environment.flag("NAME") is meant


@pytest.mark.parametrize("value", ["2", "maybe", "ture"])
def test_another_word_is_no_flag(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", value)
    with pytest.raises(ConfigurationError, match=f"^NAME must be 1 or 0, not '{value}'"):
        environment.flag("NAME")


def test_a_socket_keeps_the_capitals_of_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "NAME", "postgresql://app:p%40ss@%2FVar%2Fsocket:5433/closing?sslmode=prefer"
    )
    found = environment.database("NAME")
    assert found["HOST"] == "/Var/socket"
    assert (found["USER"], found["PASSWORD"], found["PORT"]) == ("app", "p@ss", "5433")
    assert found["OPTIONS"]["sslmode"] == "prefer"
    assert found["OPTIONS"]["isolation_level"] is IsolationLevel.READ_COMMITTED


@pytest.mark.parametrize(
    "url",
    [
        "closing",
        "sqlite:///secret",
        "postgresql://secret@host:port/closing",
        "postgresql://host/secret",
        "postgresql://secret@host",
        "postgresql://secret@host/closing?nonsense=1",
    ],
)
def test_a_malformed_address_is_refused_without_repeating_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAME", url)
    with pytest.raises(ConfigurationError, match=r"^NAME .*postgresql://role:password@") as refusal:
        environment.database("NAME")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("value", ["https://closing.example", "closing.example:443", "a b", "a/b"])
def test_a_host_is_a_name_alone(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", value)
    with pytest.raises(ConfigurationError, match=r"^NAME takes host names"):
        environment.hosts("NAME", default=[])


def test_hosts_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "closing.example, .example.org,[::1],10.0.0.1,*")
    assert environment.hosts("NAME", default=[]) == [
        *("closing.example", ".example.org", "[::1]", "10.0.0.1", "*")
    ]


def test_a_file_without_a_key_is_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("nothing")
    monkeypatch.setenv("NAME", str(tmp_path / "key"))
    with pytest.raises(ConfigurationError, match=r"^NAME: .* holds no private key"):
        environment.seal_key_file("NAME")


def test_a_relative_folder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "var")
    with pytest.raises(ConfigurationError, match=r"^NAME must be an absolute path"):
        environment.folder("NAME", default=Path("/"))
    with pytest.raises(ConfigurationError, match=r"^NAME must be an absolute path"):
        environment.optional_folder("NAME")


def test_a_folder_that_only_a_worker_writes_stops_no_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NAME", str(tmp_path / "away"))
    assert environment.optional_folder("NAME") == tmp_path / "away"
    monkeypatch.setenv("NAME", " ")
    assert environment.optional_folder("NAME") is None


@pytest.mark.parametrize("value", ["short", "s" * 60, "django-insecure-" + "abcdefghij" * 5])
def test_a_weak_secret_stops_what_is_served(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_NAME", value)
    with pytest.raises(ConfigurationError, match="A_NAME"):
        environment.secret("A_NAME", may_be_weak=False)
    assert environment.secret("A_NAME", may_be_weak=True) == value


def test_a_random_secret_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_NAME", "0123456789abcdef" * 2)
    assert environment.secret("A_NAME", may_be_weak=False)
