"""A gateway on a real socket that answers as a test wants it to and remembers what it was asked; pages over it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from services.web.app import create_app
from services.web.client import Client, Gateway
from services.web.common.render import Site, use_site
from services.web.context import Context
from services.web.settings import Settings
from tests.support.feed_server import says

SITE = "https://bus.example"
SESSION = "bs_" + "s" * 43
WAITING = {"events": 0, "applications": 0, "proposals": 0, "contributions": 0}

AWAY = None
"""No answer: the connection ends as soon as something is asked."""


class Never(bytes):
    """No answer: the connection stays open, and silent."""


NEVER = Never()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. ``target``: path and query as they were sent; ``connection``: the number of its connection."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


Answer = Callable[[Asked], bytes | None]


@dataclass
class FakeGateway:
    """Where it is, how it answers, and what it was asked."""

    answer: Answer
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    @property
    def lines(self) -> list[str]:
        """Method and target of all requests."""
        return [f"{one.method} {one.target}" for one in self.asked]


@asynccontextmanager
async def gateway(answer: Answer) -> AsyncIterator[FakeGateway]:
    """Answer on a free port, several requests on a connection; all connections end with the block."""
    fake = FakeGateway(answer)
    at_work: set[asyncio.Task[Any]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        at_work.add(task)
        fake.connections += 1
        number = fake.connections
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while (given := fake.answer(await _request(reader, number, fake.asked))) is not AWAY:
                if given is NEVER:
                    await asyncio.Event().wait()
                writer.write(given)
                await writer.drain()
        writer.close()
        at_work.discard(task)

    listening = await asyncio.start_server(talk, "127.0.0.1", 0, family=socket.AF_INET)
    fake.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield fake
    finally:
        listening.close()
        for task in list(at_work):
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)


def document(content: Any, status: str = "200 OK", **headers: str | None) -> bytes:
    """An answer in JSON."""
    return says(orjson.dumps(content), status, length=None, **headers)


def problem(status: str, code: str = "", **headers: str | None) -> bytes:
    """A problem as the gateway tells it, with a reason of this ``code`` unless it is empty."""
    errors = [{"field": "title", "code": code, "detail": "ist zu lang"}] if code else []
    return document({"title": "Das geht nicht", "errors": errors}, status, **headers)


@asynccontextmanager
async def asking(answer: Answer, token: str | None = None) -> AsyncIterator[tuple[Client, FakeGateway]]:
    """Somebody who asks in German, in a session where there is a ``token``."""
    async with gateway(answer) as fake:
        asks = Gateway(fake.url)
        try:
            yield asks.asked_by("de", token), fake
        finally:
            await asks.close()


def office(asked: Asked) -> bytes | None:
    """The gateway for an office that is signed in: all is well."""
    if asked.method == "GET":
        return document(WAITING if asked.target == "/v1/office/waiting" else {"items": []})
    return document({"result": "changed"})


@asynccontextmanager
async def visiting(
    answer: Answer = office, session: str = SESSION
) -> AsyncIterator[tuple[httpx.AsyncClient, FakeGateway]]:
    """The pages in this process, over a gateway of the test's own, as a browser asks them."""
    headers = {b"Cookie": f"__Host-office={session}".encode()} if session else {}
    async with gateway(answer) as fake:
        asks = Gateway(fake.url)
        app = create_app(Context(Settings(public_url=SITE, gateway_url=fake.url), asks))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        try:
            async with httpx.AsyncClient(transport=transport, base_url=SITE, headers=headers) as browser:
                yield browser, fake
        finally:
            use_site(Site())
            await asks.close()


def in_turn(*answers: bytes | None) -> Answer:
    """One answer after the other, the last one ever after."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


async def _request(reader: asyncio.StreamReader, connection: int, asked: list[Asked]) -> Asked:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
    method, target, _ = first.split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    asked.append(Asked(method, target, headers, body, connection))
    return asked[-1]
