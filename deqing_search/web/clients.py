"""The client of a request: its IP address, or the network of an IPv6 address."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request

_HOME = 64  # leading bits of an IPv6 address that belong to one customer


def client() -> str:
    """The client of the current request."""
    return named(request.remote_addr or "unknown")


@lru_cache(1_000)
def named(address: str) -> str:
    """The client that has an address: of IPv6 the network, since one customer has all addresses of it.

    >>> named("192.0.2.7"), named("2001:db8::7"), named("::ffff:192.0.2.7"), named("unknown")
    ('192.0.2.7', '2001:db8::/64', '192.0.2.7', 'unknown')
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((found, _HOME), strict=False))
