"""Publishes through the gateway: ``PUT`` and ``DELETE /v1/partners/{partner}/events/{uid}`` (DESIGN 7)."""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

import httpx
import orjson
import stamina

from services.events.publishing.options import Options, UnreachableError
from shared.calendars.entries import Entry
from shared.commands.results import DECIDED, Outcome, Report, Result, notes, reasons

AT_ONCE: Final = 16
# The gateway holds a request for WAIT_S; the rest is for slow lines.
WAIT_S: Final = 10
_TIMEOUT: Final = httpx.Timeout(WAIT_S + 20.0, connect=5.0)
_ATTEMPTS: Final = 5
_LONGEST_PAUSE_S: Final = 30.0
# Besides errors on the way: an answer that says "later". Sending again is safe, the Idempotency-Key sees to it.
_LATER: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_AWAY: Final = frozenset({408, 425, 429, 502, 503, 504})
_BY_STATUS: Final[dict[int, Outcome]] = {200: "changed", 201: "created", 204: "withdrawn"}


class _LaterError(Exception):
    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response.status_code)
        self.response = response


async def send(
    entries: Mapping[int, Entry],
    options: Options,
    report: Report,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
) -> None:
    """Send ``entries``, at most ``AT_ONCE`` at a time, those with the same uid in their order.

    ``report`` gets each result with the entry's number as soon as it is there.

    Raises:
        UnreachableError: the gateway does not answer, or does not know the key.
    """
    run = uuid4().hex
    waiting = _by_uid(entries)
    headers = {"Authorization": f"Bearer {options.key}", "Prefer": f"wait={WAIT_S}"}
    client = httpx.AsyncClient(headers=headers, timeout=_TIMEOUT, transport=transport)

    async def work() -> None:
        # All workers take from the same iterator, so one uid is in one hand only.
        for numbers in waiting:
            for number in numbers:
                report(number, await _send_one(client, options, entries[number], f"{run}/{number}"))

    try:
        async with client, asyncio.TaskGroup() as workers:
            for _ in range(min(AT_ONCE, len(entries))):
                workers.create_task(work())
    except ExceptionGroup as group:
        # The first says it all: the others were cancelled or met the same closed door.
        raise group.exceptions[0] from None


def _by_uid(entries: Mapping[int, Entry]) -> Iterator[list[int]]:
    numbers: dict[str | None, list[int]] = {}
    for number, entry in entries.items():
        numbers.setdefault(entry.uid, []).append(number)
    return iter(numbers.values())


async def _send_one(client: httpx.AsyncClient, options: Options, entry: Entry, run: str) -> Result:
    request = _request(client, options, entry, run)
    try:
        async for attempt in stamina.retry_context(
            on=_pause, attempts=_ATTEMPTS, timeout=90.0, wait_initial=0.3, wait_max=5.0
        ):
            with attempt:
                response = await client.send(request)
                if response.status_code in _LATER or _still_running(response):
                    raise _LaterError(response)
    except _LaterError as later:
        response = later.response
        if response.status_code in _AWAY:
            raise UnreachableError(f"{options.url} answers {_status(response)}: try again later") from None
    except httpx.TransportError as error:
        why = str(error) or type(error).__name__
        raise UnreachableError(f"{options.url} cannot be reached ({why}): check --url or BUENDNISBUS_URL") from error
    return _result(entry, response, options)


def _request(client: httpx.AsyncClient, options: Options, entry: Entry, run: str) -> httpx.Request:
    body = entry.body or b""
    address = f"{options.url.rstrip('/')}/v1/partners/{options.partner}/events/{quote(entry.uid or '', safe='')}"
    # The number of the entry is in it: a file may send the same content twice with another in between.
    once = hashlib.sha256(b"\0".join((run.encode(), entry.kind.encode(), address.encode(), body))).hexdigest()
    headers = {"Idempotency-Key": once[:40]}
    if entry.kind == "submit":
        return client.build_request(
            "PUT", address, content=body, headers=headers | {"Content-Type": "application/json"}
        )
    reason = orjson.loads(body).get("reason")
    if reason is None:
        return client.build_request("DELETE", address, headers=headers)
    return client.build_request("DELETE", address, json={"reason": reason}, headers=headers)


def _pause(error: Exception) -> bool | float:
    """stamina's question: try again, and after how many seconds?"""
    if isinstance(error, _LaterError):
        asked = error.response.headers.get("Retry-After", "")
        return min(float(asked), _LONGEST_PAUSE_S) if asked.isdecimal() else True
    return isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol)


def _still_running(response: httpx.Response) -> bool:
    """Our own first try, whose answer got lost, is still being decided."""
    return response.status_code == 409 and "Retry-After" in response.headers


def _result(entry: Entry, response: httpx.Response, options: Options) -> Result:
    status = response.status_code
    document = _document(response)
    if status in (401, 403):
        told = "; ".join(reasons(document)) or _status(response)
        raise UnreachableError(
            f"{options.url} does not let {options.partner} publish ({told}): check --key or BUENDNISBUS_KEY, --partner"
        )
    outcome: Outcome
    details: tuple[str, ...] = ()
    resource = response.headers.get("Location")
    if status == 202:
        outcome, details = "pending", ("taken, but not decided yet: ask there later",)
    elif status in _BY_STATUS:
        outcome = document["result"] if document.get("result") in DECIDED else _BY_STATUS[status]
        details = reasons(document.get("problem")) if outcome == "refused" else notes(document)
        resource = document.get("resource") or resource
    else:
        outcome = "refused" if 400 <= status < 500 else "failed"
        details = _why(document, response, options)
        resource = None
    return Result(entry.source, entry.uid, outcome, resource, details, entry.note)


def _why(document: dict[str, Any], response: httpx.Response, options: Options) -> tuple[str, ...]:
    if response.is_redirect:
        return (f"is redirected to {response.headers.get('Location', 'nowhere')}: use that address as --url",)
    if document:
        return reasons(document)
    return (f"{_status(response)}: is {options.url} the gateway?",)


def _status(response: httpx.Response) -> str:
    return f"{response.status_code} {response.reason_phrase}".strip()


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        document = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}
