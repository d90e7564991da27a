"""How often something may be sent: by one address, and by all together. Counted in this process, kept nowhere else."""

from ipaddress import IPv6Address, ip_address
from typing import Final

from fastapi import Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from services.gateway.common.http.problems import ProblemError, reason

_IPV6_NETWORK: Final = 64
_ALL: Final = "all"


class Limits:
    """``by_each`` and ``by_all``: such as ``10/hour``."""

    def __init__(self, by_each: str, by_all: str) -> None:
        self._by_each: Final[RateLimitItem] = parse(by_each)
        self._by_all: Final[RateLimitItem] = parse(by_all)
        self._limiter: Final = MovingWindowRateLimiter(MemoryStorage())

    def count(self, request: Request) -> None:
        """Count one more from where ``request`` comes from.

        Raises:
            ProblemError: 429, it was one too many; ``Retry-After`` says when it can be tried again.
        """
        for limit, name in ((self._by_each, sender_of(request)), (self._by_all, _ALL)):
            if not self._limiter.hit(limit, name):
                seconds = limit.get_expiry()
                too_many = reason("", "too-many-requests", "came too often; please try again later")
                raise ProblemError(429, too_many, headers={"Retry-After": str(seconds)})


def sender_of(request: Request) -> str:
    """Who counts as the one sender of a request; empty where its address is not known."""
    return sender(request.client.host if request.client else "")


def sender(address: str) -> str:
    """Who counts as one sender: an address, of IPv6 the network that one household has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(IPv6Address(int(parsed) >> _IPV6_NETWORK << _IPV6_NETWORK))
    return address
