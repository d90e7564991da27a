"""What address of a feed is taken, and in which one form it is kept."""

import re
import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

import idna

from services.events.feeds.errors import FetchError

LONGEST: Final = 2_000
_SCHEMES: Final = {"http": "http", "https": "https", "webcal": "https", "webcals": "https"}
_PORTS: Final = {"http": 80, "https": 443}
_NAME: Final = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*", re.ASCII)
# What ends so is a number to every resolver and browser, never a name (WHATWG URL, "ends in a number").
_NUMBER: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)", re.ASCII)
_IN_PATHS: Final = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Target:
    """An address, taken apart once, so that what is checked is what is connected to."""

    scheme: str
    """``http`` or ``https``."""
    host: str
    """Lower case, ASCII: a name without a final dot, or an IP address as ``ipaddress`` writes it, no brackets."""
    port: int
    path: str
    """With the query, percent-encoded."""

    @property
    def authority(self) -> str:
        """Host and port as in a URL and in the header ``Host``: the usual port is left out."""
        return self._bracketed if self.port == _PORTS[self.scheme] else f"{self._bracketed}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address; reading it again gives the same target."""
        return f"{self.scheme}://{self.authority}{self.path}"

    def is_among(self, allowed: Collection[str]) -> bool:
        """Whether ``allowed`` has this ``host`` or ``host:port``, in lower case."""
        return any(name in allowed for name in (self.host, self._bracketed, f"{self._bracketed}:{self.port}"))

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def check_url(url: str) -> str:
    """The one form of ``url`` that is kept: webcal becomes https, names ASCII, the fragment goes.

    Whether its host may be reached is found out when it is fetched, as that can change.

    Raises:
        FetchError: ``url-invalid``.
    """
    return read(url).url


def read(url: str, base: Target | None = None) -> Target:
    """Take ``url`` apart; relative to ``base`` where that is given.

    Raises:
        FetchError: ``url-invalid``.
    """
    url = url.strip(" ")
    if len(url) > LONGEST:
        raise _invalid(f"has more than {LONGEST:,} characters")
    if not url.isprintable() or "\\" in url:
        raise _invalid("has a character that no address has, such as a line break or a backslash")
    try:
        parts = urlsplit(urljoin(base.url, url) if base else url)
        port = parts.port
    except ValueError:
        raise _invalid("is not well-formed; copy it again") from None
    scheme = _SCHEMES.get(parts.scheme)
    if scheme is None:
        raise _invalid("must begin with https://, http:// or webcal://")
    if "@" in parts.netloc:
        raise _invalid("must not hold a user name or password; share the calendar by a link that needs none")
    if port == 0:
        raise _invalid("names port 0, which no server has")
    host = _host(parts.hostname or "", is_bracketed="[" in parts.netloc)
    path = quote(parts.path, safe=_IN_PATHS) or "/"
    query = f"?{quote(parts.query, safe=f'{_IN_PATHS}?')}" if parts.query else ""
    target = Target(scheme, host, port or _PORTS[scheme], path + query)
    if len(target.url) > LONGEST:
        raise _invalid(f"has more than {LONGEST:,} characters")
    return target


def _host(written: str, *, is_bracketed: bool) -> str:
    if is_bracketed:
        try:
            if "%" not in written:
                return str(IPv6Address(written))
        except AddressValueError:
            pass
        raise _invalid("has brackets around something that is no IPv6 address")
    try:
        name = written if written.isascii() else idna.encode(written, uts46=True).decode()
    except UnicodeError:
        raise _invalid("has a host name that cannot exist") from None
    name = name.removesuffix(".")
    if _NUMBER.fullmatch(name):
        try:
            return str(IPv4Address(socket.inet_aton(name)))
        except OSError:
            raise _invalid("has a number for a host that is no IPv4 address") from None
    if not _NAME.fullmatch(name):
        raise _invalid("has no host, or one whose name cannot exist")
    return name


def _invalid(why: str) -> FetchError:
    return FetchError("url-invalid", "The address {why}.", why=why)
