"""Whose address a lockout counts by."""

import ipaddress

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from closing_site import environment
from closing_site.companies.client_address import client_address
from closing_site.environment import ConfigurationError

PROXIES = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))
CLIENT = "203.0.113.7"


def seen(remote: str, forwarded: str = "") -> str | None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers))


@pytest.mark.parametrize(
    ("remote", "forwarded", "meant"),
    [
        # Who comes without a proxy names no address but their own.
        (CLIENT, "198.51.100.1", CLIENT),
        ("10.0.0.1", CLIENT, CLIENT),
        ("10.0.0.1", f"{CLIENT}:40312", CLIENT),
        # What a client wrote itself stands left of what the proxy saw.
        ("10.0.0.1", f"198.51.100.1, {CLIENT}", CLIENT),
        ("10.0.0.1", f"198.51.100.1, {CLIENT}, 10.2.3.4", CLIENT),
        ("10.0.0.1", f"{CLIENT}, unknown", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.9", "10.0.0.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        # A network of 64 bits is one household or office.
        ("fd00::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fd00::1", "[2001:db8:1:2::9]:443", "2001:db8:1:2::"),
        ("::ffff:10.0.0.1", CLIENT, CLIENT),
        # Through a socket in the file system, which no one has said to trust.
        ("", CLIENT, None),
    ],
)
def test_only_trusted_proxies_say_who_asks(
    remote: str, forwarded: str, meant: str | None, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    assert seen(remote, forwarded) == meant


def test_a_socket_is_trusted_by_its_name(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = (environment.UNIX,)
    assert seen("", f"198.51.100.1, {CLIENT}") == CLIENT
    assert seen("10.0.0.1", CLIENT) == "10.0.0.1"


def test_the_setting_takes_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NAME", raising=False)
    assert environment.networks("NAME") == ()
    monkeypatch.setenv("NAME", "10.0.0.5, 10.1.0.0/16, fd00::/8,unix")
    assert list(map(str, environment.networks("NAME"))) == [
        *("10.0.0.5/32", "10.1.0.0/16", "fd00::/8", "unix")
    ]
    for wrong in ("proxy", "10.0.0.1/8", "10.0.0.0/40"):
        monkeypatch.setenv("NAME", wrong)
        with pytest.raises(ConfigurationError, match=f"^NAME takes addresses.*'{wrong}' is none"):
            environment.networks("NAME")


def test_a_number_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "")
    assert environment.number("NAME", default=8, least=1, most=9) == 8
    monkeypatch.setenv("NAME", "9")
    assert environment.number("NAME", default=8, least=1, most=9) == 9
    for wrong in ("0", "10", "-1", "1.5", "many"):
        monkeypatch.setenv("NAME", wrong)
        with pytest.raises(ConfigurationError, match="^NAME must be a whole number from 1 to 9"):
            environment.number("NAME", default=8, least=1, most=9)
