"""Fetch an iCalendar feed from wherever a partner says, without trusting that address or what is there.

The server may be slow, endless, broken or hostile, the address may point into our own network: each of these ends
in a ``FetchError`` that can be shown, within a bounded time and a bounded amount of memory.
"""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from importlib import metadata
from typing import Final

import httpcore

from services.events.feeds import bodies
from services.events.feeds.addresses import addresses_of
from services.events.feeds.connecting import exchange
from services.events.feeds.errors import FetchError
from services.events.feeds.urls import Target, check_url, read

__all__ = ["FetchError", "Fetched", "Limits", "check_url", "fetch"]

_LONGEST_VALIDATOR: Final = 1_000
_LONGEST_WAIT_S: Final = 86_400
_PERMANENT: Final = frozenset({301, 308})
_REDIRECTS: Final = frozenset({302, 303, 307}) | _PERMANENT
# 203: a proxy on the way has changed something, such as the compression.
_GIVEN: Final = frozenset({200, 203})
_SENTENCES: Final = {
    401: "{host} wants a login (status 401); share the calendar by an address that needs none.",
    403: "{host} does not let us in (status 403); make the calendar public, or let our requests pass.",
    404: "{host} does not know this address (status 404); copy the calendar's address again.",
    410: "{host} says that this calendar is gone for good (status 410); give its new address, or remove the feed.",
    429: "{host} is asked too often (status 429); fetch this feed less often.",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost."""

    bytes: int = 10 * 1024 * 1024
    """Of the body, as it comes and unpacked."""
    seconds: float = 30
    """For everything, redirects and looking up of names included."""
    redirects: int = 5
    idle_seconds: float = 10
    """For a connection to come about, and between any two bytes."""


DEFAULTS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a fetch that went well."""

    body: bytes | None
    """Begins and ends like a calendar; None: it has not been modified since."""
    etag: str | None
    """To be sent back the next time, as the server wrote it; None where there is none worth keeping."""
    last_modified: str | None
    """Likewise."""
    moved_to: str | None
    """Where the feed is from now on: the last address, if every redirect to it was permanent (301, 308)."""


async def fetch(
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    allowed: Collection[str] = (),
    limits: Limits = DEFAULTS,
    contact: str | None = None,
) -> Fetched:
    """Get the calendar at ``url``, or learn that it is as it was when it had ``etag`` and ``last_modified``.

    ``allowed`` names hosts, as ``host`` or ``host:port`` in lower case, that may be anywhere; every other host must
    be on the public internet. Each redirect is checked for itself. ``contact`` is a URL where people who run a feed
    read who asks for it.

    Raises:
        FetchError: its ``code`` is one of ``url-invalid``, ``name-unknown``, ``address-forbidden``, ``unreachable``,
            ``tls``, ``not-http``, ``http-status``, ``redirect-invalid``, ``redirect-downgrade``, ``redirect-loop``,
            ``too-slow``, ``too-large``, ``compressed-badly``, ``incomplete``, ``not-a-calendar``.
    """
    target = read(url)
    conditions = [
        (name, value)
        for name, value in (("If-None-Match", _kept(etag)), ("If-Modified-Since", _kept(last_modified)))
        if value
    ]
    headers = [
        ("User-Agent", f"Buendnisbus/{_version()}" + (f" (+{contact})" if _kept(contact) else "")),
        ("Accept", "text/calendar, */*;q=0.5"),
        ("Accept-Encoding", "gzip, identity"),
        ("Connection", "close"),
        *conditions,
    ]
    try:
        async with asyncio.timeout(limits.seconds):
            return await _follow(target, headers, dict(conditions), allowed, limits)
    except TimeoutError:
        raise FetchError(
            "too-slow",
            "{host} did not send the whole calendar within {seconds} seconds.",
            host=target.host,
            seconds=round(limits.seconds),
        ) from None


async def _follow(
    target: Target,
    headers: Sequence[tuple[str, str]],
    conditions: dict[str, str],
    allowed: Collection[str],
    limits: Limits,
) -> Fetched:
    seen: list[Target] = []
    is_permanent = True
    while len(seen) <= limits.redirects and target not in seen:
        addresses = await addresses_of(target, allowed)
        async with exchange(target, addresses, headers, limits.idle_seconds) as response:
            location = _header(response, "location")
            if response.status not in _REDIRECTS or not location:
                moved_to = target.url if seen and is_permanent else None
                return await _taken(response, target, conditions, moved_to, limits)
        seen.append(target)
        is_permanent = is_permanent and response.status in _PERMANENT
        target = _redirected(target, location)
    raise FetchError(
        "redirect-loop",
        "{host} redirects in a circle or more than {most} times; give the address where it ends.",
        host=target.host,
        most=limits.redirects,
    )


def _redirected(target: Target, location: str) -> Target:
    try:
        following = read(location, target)
    except FetchError:
        raise FetchError(
            "redirect-invalid",
            "{host} redirects to something that is no address of a feed; give the address where it should end.",
            host=target.host,
        ) from None
    if (target.scheme, following.scheme) == ("https", "http"):
        raise FetchError(
            "redirect-downgrade",
            "{host} redirects from https to http, where anybody on the way could change the calendar; "
            "its operator should redirect to https.",
            host=target.host,
        )
    return following


async def _taken(
    response: httpcore.Response, target: Target, conditions: dict[str, str], moved_to: str | None, limits: Limits
) -> Fetched:
    etag, last_modified = _kept(_header(response, "etag")), _kept(_header(response, "last-modified"))
    if response.status == 304 and conditions:
        return Fetched(
            None,
            etag or conditions.get("If-None-Match"),
            last_modified or conditions.get("If-Modified-Since"),
            moved_to,
        )
    if response.status not in _GIVEN:
        raise _refused(response, target.host)
    return Fetched(await _body(response, target.host, limits), etag, last_modified, moved_to)


async def _body(response: httpcore.Response, host: str, limits: Limits) -> bytes:
    announced = _header(response, "content-length")
    if announced.isdecimal() and int(announced) > limits.bytes:
        raise _too_large(host, limits)
    content_type = _header(response, "content-type")
    unpacker = bodies.Unpacker(_header(response, "content-encoding"), host)
    body, came, is_begun = bytearray(), 0, False
    try:
        async for chunk in response.aiter_stream():
            came += len(chunk)
            for piece in unpacker.feed(chunk):
                body += piece
                if not is_begun and len(body) >= bodies.HEAD:
                    bodies.check_beginning(bytes(body[: bodies.HEAD]), host, content_type)
                    is_begun = True
                if max(came, len(body)) > limits.bytes:
                    raise _too_large(host, limits)
    except (httpcore.ReadError, httpcore.ProtocolError):
        raise bodies.incomplete(host) from None
    unpacker.finish()
    whole = bytes(body)
    bodies.check_beginning(whole[: bodies.HEAD], host, content_type)
    bodies.check_end(whole, host)
    return whole


def _too_large(host: str, limits: Limits) -> FetchError:
    return FetchError(
        "too-large",
        "{host} sends more than {most} KiB; offer a calendar of fewer events, such as those to come.",
        host=host,
        most=limits.bytes // 1024,
    )


def _refused(response: httpcore.Response, host: str) -> FetchError:
    status = response.status
    sentence = "{host} answers with status {status}, which is no calendar; open the address in a browser to see why."
    if status >= 500:
        sentence = "{host} has a fault of its own (status {status}); it is tried again."
    return FetchError(
        "http-status",
        _SENTENCES.get(status, sentence),
        retry_after=_retry_after(response) if status in (429, 503) else None,
        host=host,
        status=status,
    )


def _retry_after(response: httpcore.Response) -> float | None:
    """Seconds or a date (RFC 9110, 10.2.3)."""
    written = _header(response, "retry-after").strip()
    seconds = 0.0
    if written.isdecimal():
        seconds = float(written[:10])
    else:
        with suppress(ValueError, OverflowError):
            moment = parsedate_to_datetime(written)
            seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(seconds, _LONGEST_WAIT_S) if seconds > 0 else None


def _header(response: httpcore.Response, name: str) -> str:
    """The first header of that name, empty where there is none."""
    wanted = name.encode()
    return next((value.decode("utf-8", "replace") for key, value in response.headers if key.lower() == wanted), "")


def _kept(value: str | None) -> str | None:
    """What can be sent back as a header, and is worth storing."""
    return value if value and len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable() else None


@lru_cache(maxsize=1)
def _version() -> str:
    try:
        return metadata.version("buendnisbus")
    except metadata.PackageNotFoundError:  # run from a tree that was never installed
        return "0"
