"""``stream``: from the commit of a fact in the view to 500 clients that listen, beside a bare broadcast."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

from deploy.local.platform import Platform
from tests.benchmarks.beside import bare_server, percentiles
from tests.support.facts import event_fact, project

CLIENTS = 500
FACTS = 25  # a round
ROUNDS = 3
PAUSE_S = 0.2  # between facts, so that one's delay is not the next one's
PATIENCE_S = 60.0

_MARK = re.compile(rb"\[stream (\d+)\]")
_LONGEST_MARK = 24


class _Client(asyncio.Protocol):
    """So thin that the server is what is measured: it notes when each fact's mark came."""

    def __init__(self, seen: dict[int, list[float]], opened: asyncio.Event) -> None:
        self._seen = seen
        self._opened = opened
        self._tail = b""

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self._opened.set()
        text = self._tail + data
        end = 0
        for found in _MARK.finditer(text):
            self._seen.setdefault(int(found[1]), []).append(now)
            end = found.end()
        self._tail = text[max(end, len(text) - _LONGEST_MARK) :]


async def measure(platform: Platform) -> dict[str, Any]:
    """Milliseconds over all clients and facts, interleaved rounds: the median and the 99th of a hundred."""
    database = platform.database_url("gateway")
    ours: list[float] = []
    bare: list[float] = []
    async with bare_server("tests.benchmarks.bare_stream", database) as bare_url:
        connection = await asyncpg.connect(database)
        try:
            await _round(platform.public_url(), connection, [], facts=2)  # warm up
            await _round(bare_url, connection, [], facts=2)
            for _ in range(ROUNDS):
                await _round(platform.public_url(), connection, ours)
                await _round(bare_url, connection, bare)
        finally:
            await connection.close()
    of_ours, of_bare = percentiles(ours), percentiles(bare)
    return {
        "clients": CLIENTS,
        **{f"{name}_ms": value for name, value in of_ours.items()},
        **{f"bare_{name}_ms": value for name, value in of_bare.items()},
        "ratio": round(of_ours["p50"] / of_bare["p50"], 2),
        "ratio_p99": round(of_ours["p99"] / of_bare["p99"], 2),
    }


async def _round(
    url: str, connection: "asyncpg.Connection[asyncpg.Record]", delays: list[float], facts: int = FACTS
) -> None:
    seen: dict[int, list[float]] = {}
    committed: dict[int, float] = {}
    async with listening(url, seen):
        for number in range(facts):
            async with connection.transaction():
                await project(connection, event_fact(str(uuid4()), description="Ankommen. " * 60 + _mark(number)))
                committed[number] = time.perf_counter()
            await _until(lambda number=number: len(seen.get(number, [])) >= CLIENTS)
            await asyncio.sleep(PAUSE_S)
    delays += [(at - committed[number]) * 1000 for number, times in seen.items() for at in times]


@asynccontextmanager
async def listening(url: str, seen: dict[int, list[float]], count: int = CLIENTS) -> AsyncIterator[None]:
    """``count`` clients of the stream at ``url``, which note when they see a mark."""
    address = urlsplit(url)
    host, port = address.hostname or "", address.port or 80
    request = b"GET /v1/stream HTTP/1.1\r\nHost: bench\r\n\r\n"
    transports: list[asyncio.Transport] = []
    opened = [asyncio.Event() for _ in range(count)]
    try:
        for event in opened:
            transport, _ = await asyncio.get_running_loop().create_connection(
                lambda event=event: _Client(seen, event),  # type: ignore[misc]
                host,
                port,
            )
            transport.write(request)
            transports.append(transport)
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*(event.wait() for event in opened))
        yield
    finally:
        for transport in transports:
            transport.abort()


def _mark(number: int) -> str:
    return f"[stream {number}]"


async def _until(seen: Any) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not seen():
            await asyncio.sleep(0.005)
