"""``list``: requests per second of ``GET /v1/events``, the gateway against a bare route with the same SQL."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from deploy.local.platform import Platform

CONNECTIONS = 8
REQUESTS = 2_000  # a round, over all connections
ROUNDS = 5


async def measure(platform: Platform) -> dict[str, Any]:
    """Interleaved rounds on keep-alive connections; the ratio of the medians, and every round."""
    ours, bare = [], []
    async with _bare_server(platform.database_url("gateway")) as bare_url:
        for url in (platform.public_url(), bare_url):
            await _requests_per_second(url)  # warm up
        for _ in range(ROUNDS):
            ours.append(await _requests_per_second(platform.public_url()))
            bare.append(await _requests_per_second(bare_url))
    return {
        "ratio": round(median(ours) / median(bare), 3),
        "requests_per_second": round(median(ours)),
        "bare_per_second": round(median(bare)),
        "rounds": [[round(a), round(b)] for a, b in zip(ours, bare, strict=True)],
    }


@asynccontextmanager
async def _bare_server(database: str) -> AsyncIterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = (sys.executable, "-m", "tests.benchmarks.bare_list", database, str(port))
    process = await asyncio.create_subprocess_exec(*command)
    try:
        for _ in range(200):
            try:
                (await asyncio.open_connection("127.0.0.1", port))[1].close()
                break
            except OSError:
                await asyncio.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def _requests_per_second(url: str) -> float:
    """A client so thin that the server is what is measured."""
    address = urlsplit(url)
    request = b"GET /v1/events HTTP/1.1\r\nHost: bench\r\n\r\n"

    async def client() -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        for _ in range(REQUESTS // CONNECTIONS):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            body = await reader.readexactly(int(length.split(b":")[1]))
            assert body.count(b'"occurrence_id"') == 50
        writer.close()

    start = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    return REQUESTS / (time.perf_counter() - start)
