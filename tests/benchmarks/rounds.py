"""Rounds of requests to two servers in turn, by a client so thin that the servers are what is measured."""

import asyncio
import time
from statistics import median
from typing import Any
from urllib.parse import urlsplit

CONNECTIONS = 8
ROUNDS = 5


async def compare(
    our_url: str, bare_url: str, path: str, requests: int, *, item: bytes, is_known: bool = False
) -> dict[str, Any]:
    """Interleaved rounds on keep-alive connections: the ratio of the medians, and every round.

    ``item`` stands in a body once for each thing that is listed; ``is_known``:
    the client of ours has the answer already.
    """
    ours, bare = [], []
    tag, items = await _first(our_url, path, item)
    for url in (our_url, bare_url):
        await _requests_per_second(url, path, requests, (item, items))  # warm up
    for _ in range(ROUNDS):
        ours.append(await _requests_per_second(our_url, path, requests, (item, items), tag if is_known else b""))
        bare.append(await _requests_per_second(bare_url, path, requests, (item, items)))
    return {
        "ratio": round(median(ours) / median(bare), 3),
        "requests_per_second": round(median(ours)),
        "bare_per_second": round(median(bare)),
        "rounds": [[round(a), round(b)] for a, b in zip(ours, bare, strict=True)],
    }


async def _requests_per_second(
    url: str, path: str, requests: int, listed: tuple[bytes, int], tag: bytes = b""
) -> float:
    """A client so thin that the server is what is measured; ``requests`` are a round, over all connections."""

    async def client() -> None:
        reader, writer = await connect(url)
        for _ in range(requests // CONNECTIONS):
            status, _, body = await ask(reader, writer, path, tag)
            assert (status, body.count(listed[0])) == ((304, 0) if tag else (200, listed[1]))
        writer.close()

    start = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    return requests / (time.perf_counter() - start)


async def _first(url: str, path: str, item: bytes) -> tuple[bytes, int]:
    """The entity tag of what is there now, and how many items it has."""
    reader, writer = await connect(url)
    _, head, body = await ask(reader, writer, path, b"")
    writer.close()
    tag = next(line.partition(b": ")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"etag:"))
    items = body.count(item)
    assert items, "there is nothing to list"
    return tag, items


async def connect(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(url)
    return await asyncio.open_connection(address.hostname, address.port)


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, tag: bytes
) -> tuple[int, bytes, bytes]:
    """Status, head and body of the answer; ``tag`` is what the client has already, if anything."""
    condition = b"If-None-Match: " + tag + b"\r\n" if tag else b""
    writer.write(b"GET " + path.encode() + b" HTTP/1.1\r\nHost: bench\r\n" + condition + b"\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    body = await reader.readexactly(int(lengths[0].split(b":")[1])) if lengths else b""
    return int(head.split(b" ", 2)[1]), head, body
