"""Distinguish the internet from networks that only this machine and its neighbours reach."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address


def enters_private_network(source: str, target: str) -> bool:
    """Whether a redirect from host `source` to host `target` leads out of the internet, or to a link-local address.

    A host that cannot be resolved counts as one on the internet: a proxy may know it.
    """
    found = _addresses(target)
    if any(address.is_link_local for address in found):
        return not any(address.is_link_local for address in _addresses(source))
    if all(address.is_global for address in found):
        return False
    known = _addresses(source)
    return not known or any(address.is_global for address in known)


def _addresses(host: str) -> list[IPv4Address | IPv6Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # UnicodeError: a label that is empty or too long
        return []
    return [_unmapped(ip_address(str(address[0]).partition("%")[0])) for *_, address in found]


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address in ``::ffff:127.0.0.1``."""
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
