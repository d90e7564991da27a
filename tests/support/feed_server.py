"""A server on a real socket that answers as a test wants it to: well, badly, too much, too slowly or not at all."""

import asyncio
import gzip
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """Where it is, what it answers by path (``*`` for any other), and what it was asked."""

    host: str
    port: int
    answers: dict[str, Answer]
    scheme: str = "http"
    connections: int = 0
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    """What TLS clients asked for (SNI)."""

    @property
    def allowed(self) -> set[str]:
        return {f"{self.host}:{self.port}"}

    def url(self, path: str = "/feed.ics", host: str | None = None) -> str:
        return f"{self.scheme}://{host or self.host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]


@asynccontextmanager
async def serving(
    answers: Answer | Mapping[str, Answer], host: str = "127.0.0.1", *, port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    """Serve ``answers`` on a free port; all connections end with the block."""
    server = Server(
        host, port, dict(answers) if isinstance(answers, Mapping) else {"*": answers}, "https" if tls else "http"
    )
    at_work: set[asyncio.Task[Any]] = set()
    if tls:
        tls.sni_callback = lambda _, name, __: server.names.append(name)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        at_work.add(task)
        server.connections += 1
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = lines[0].split(" ")[1]
            server.requests.append((path, {n.lower(): v for n, v in (line.split(": ", 1) for line in lines[1:-2])}))
            answer = server.answers.get(path) or server.answers["*"]
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(writer)
        writer.close()
        at_work.discard(task)

    listening = await asyncio.start_server(talk, host, port, ssl=tls, family=socket.AF_INET)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in list(at_work):
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)


def says(body: bytes = CALENDAR, status: str = "200 OK", *, length: int | None = None, **headers: str | None) -> bytes:
    """An answer with its length, unless ``length`` says another one, or -1 for none."""
    lines = [f"HTTP/1.1 {status}"]
    if length != -1:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def moved(location: str, status: str = "301 Moved") -> bytes:
    return says(b"moved", status, Location=location, Set_Cookie="session=1")


def zipped(body: bytes = CALENDAR) -> bytes:
    return gzip.compress(body, mtime=0)


def bomb(mebibytes: int, begin: bytes) -> bytes:
    """``begin`` and so many MiB of zeros as gzip, about 1 KiB each; made and sent without unfolding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    head = packer.compress(begin) + packer.flush(zlib.Z_FULL_FLUSH)
    zeros = packer.compress(bytes(1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + zeros * mebibytes
