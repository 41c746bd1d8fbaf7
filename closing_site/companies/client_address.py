"""Whose request it is: the address that lockouts count by."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from closing_site.environment import UNIX

#: Whoever has one address of such a network has all of them.
IPV6_PREFIX = 64

Address = IPv4Address | IPv6Address


def client_address(request: HttpRequest) -> str | None:
    """The last address on the way here that is no proxy of ``TRUSTED_PROXIES``. None where there is
    none: through a socket in the file system, without a proxy that is believed.

    What stands further left in X-Forwarded-For was written by whoever sent it, and is not read.
    """
    here = request.META.get("REMOTE_ADDR", "")
    way = request.headers.get("X-Forwarded-For", "").split(",")
    hops = [hop.strip() for hop in way if hop.strip()]
    found = _address(here)
    trusted = UNIX in settings.TRUSTED_PROXIES if not here else _is_trusted(found)
    while trusted and hops:
        nearer = _address(hops.pop())
        if nearer is None:
            break
        found, trusted = nearer, _is_trusted(nearer)
    return _text(found)


def _address(text: str) -> Address | None:
    """With or without a port, as proxies write it."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _is_trusted(address: Address | None) -> bool:
    return address is not None and any(
        address in network for network in settings.TRUSTED_PROXIES if network != UNIX
    )


def _text(address: Address | None) -> str | None:
    if isinstance(address, IPv6Address):
        network = ip_network((address, IPV6_PREFIX), strict=False)
        return str(network.network_address)
    return None if address is None else str(address)
