"""Rounds of requests to two servers in turn, by a client so thin that the servers are what is measured."""

import asyncio
import time
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from tests.benchmarks.pairs import in_pairs, summary

CONNECTIONS = 8
ROUNDS = 45


async def compare(
    our_url: str, bare_url: str, path: str, requests: int, *, item: bytes, is_known: bool = False
) -> dict[str, Any]:
    """Rounds in pairs on keep-alive connections, of ``requests`` each.

    ``item`` stands in a body once for each thing that is listed; ``is_known``:
    the client of ours has the answer already.
    """
    tag, items = await _first(our_url, path, item)
    asked = partial(_requests_per_second, path=path, requests=requests, listed=(item, items))
    for url in (our_url, bare_url):
        await asked(url)  # warm up
    pairs = await in_pairs(partial(asked, our_url, tag=tag if is_known else b""), partial(asked, bare_url), ROUNDS)
    return summary(pairs, "requests")


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
