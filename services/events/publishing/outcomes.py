"""Asks the gateway what became of requests that went to Kafka, where nobody answers."""

import asyncio
from collections.abc import Callable, Collection
from typing import Any, Final

import httpx
import orjson

from services.events.publishing.options import Options
from shared.calendars.entries import Entry
from shared.commands.results import DECIDED, Outcome, Result, notes, reasons

_PER_QUESTION: Final = 100
_FIRST_PAUSE_S: Final = 0.3
_LONGEST_PAUSE_S: Final = 2.0


async def ask(
    requests: Collection[str],
    options: Options,
    tell: Callable[[str, dict[str, Any]], None],
    *,
    transport: httpx.AsyncBaseTransport | None = None,
) -> str | None:
    """Ask until each of ``requests`` (CloudEvent ids) has an outcome, or ``options.wait`` seconds are over.

    ``tell`` gets the request and its outcome once. Returns why asking was given up, None otherwise: what was
    sent is sent, so nothing here is an error.
    """
    open_requests = dict.fromkeys(requests)
    pause = _FIRST_PAUSE_S
    headers = {"Authorization": f"Bearer {options.key}"}
    try:
        async with (
            asyncio.timeout(options.wait),
            httpx.AsyncClient(headers=headers, timeout=10.0, transport=transport) as client,
        ):
            while open_requests:
                await asyncio.sleep(pause)
                pause = min(pause * 1.5, _LONGEST_PAUSE_S)
                ids = list(open_requests)
                for begin in range(0, len(ids), _PER_QUESTION):
                    for item in await _answers(client, options, ids[begin : begin + _PER_QUESTION]):
                        request = item.get("request")
                        if request in open_requests and item.get("result") in DECIDED:
                            del open_requests[request]
                            tell(request, item)
    except TimeoutError:
        return f"no outcome within {options.wait:g} s"
    except (httpx.HTTPError, orjson.JSONDecodeError) as error:
        return f"the outcome could not be asked for ({error or type(error).__name__})"
    return None


async def _answers(client: httpx.AsyncClient, options: Options, ids: list[str]) -> list[dict[str, Any]]:
    address = f"{options.url.rstrip('/')}/v1/partners/{options.partner}/submissions"
    response = await client.get(address, params={"request": ",".join(ids), "limit": 200})
    if response.status_code >= 500:
        return []  # it comes back, or the time runs out
    response.raise_for_status()
    document = orjson.loads(response.content)
    items = document.get("items") if isinstance(document, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def decided(entry: Entry, item: dict[str, Any]) -> Result:
    """The result of ``entry`` from its outcome."""
    outcome: Outcome = item["result"]
    details = reasons(item.get("problem")) if outcome == "refused" else notes(item)
    return Result(entry.source, entry.uid, outcome, item.get("resource"), details, entry.note)
