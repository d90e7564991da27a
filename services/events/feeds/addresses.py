"""Which IP addresses a partner's feed may have: those of the public internet, and no others (SSRF).

The lists follow the IANA registries of special-purpose addresses (RFC 6890 and what has been added since). They are
written out here because ``ipaddress.is_global`` differs between versions of Python, and takes 6to4 for global.
"""

import asyncio
import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from services.events.feeds.errors import FetchError
from services.events.feeds.urls import Target

_FORBIDDEN_V4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; 100.100.100.200 is a cloud's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's metadata behind a public address
        "169.254.0.0/16",  # link-local; 169.254.169.254 is most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is a cloud's metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast tunnels
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# Everything else is loopback, link-local, site-local, unique local, multicast, mapped, translated or reserved.
_GLOBAL_V6: Final = IPv6Network("2000::/3")
_FORBIDDEN_V6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which holds an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether ``address`` is one of the public internet, and not one that leads elsewhere in disguise."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _FORBIDDEN_V4)
    return address in _GLOBAL_V6 and not any(address in network for network in _FORBIDDEN_V6)


async def addresses_of(target: Target, allowed: Collection[str]) -> list[str]:
    """The addresses to connect to, in the resolver's order, each checked unless ``allowed`` names the host.

    The name is looked up here and not again: what was checked is what must be connected to.

    Raises:
        FetchError: ``name-unknown``, or ``address-forbidden`` where a single one of them is not public.
    """
    found = await _looked_up(target)
    # Not said which address it is: what the names of our own network mean is nobody's business.
    if not target.is_among(allowed) and not all(map(is_public, found)):
        raise FetchError(
            "address-forbidden",
            "{host} is not on the public internet; feeds are fetched from there only.",
            host=target.host,
        )
    return [str(address) for address in found]


async def _looked_up(target: Target) -> list[IPv4Address | IPv6Address]:
    try:
        return [ip_address(target.host)]
    except ValueError:
        pass
    try:
        answers = await asyncio.get_running_loop().getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        answers = []
    if not answers:
        raise FetchError(
            "name-unknown",
            "The name {host} could not be looked up; check it for typing errors.",
            host=target.host,
        ) from None
    return list(dict.fromkeys(ip_address(sockaddr[0]) for *_, sockaddr in answers))
