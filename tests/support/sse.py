"""Server-sent events as a client reads them (HTML, section 9.2.6)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of a stream. ``id``: the last event id when it came."""

    event: str
    id: str
    data: dict[str, Any]

    @property
    def key(self) -> tuple[str, str, int]:
        """What happened to which event, in which version."""
        return self.event, self.data.get("id", ""), self.data.get("version", 0)


@dataclass
class Parser:
    """Bytes in, in whatever pieces; messages, comments and ``retry`` out."""

    messages: list[Sent] = field(default_factory=list)
    comments: int = 0
    retries: list[int] = field(default_factory=list)
    last_id: str = ""
    _rest: bytes = b""
    _event: str = ""
    _data: list[str] = field(default_factory=list)

    def feed(self, part: bytes) -> None:
        """Read on."""
        *lines, self._rest = (self._rest + part).split(b"\n")
        for line in lines:
            self._line(line.decode())

    def _line(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if self._data:
                self.messages.append(Sent(self._event or "message", self.last_id, orjson.loads("\n".join(self._data))))
            self._event, self._data = "", []
        elif not name:
            self.comments += 1
        elif name == "id":
            self.last_id = value
        elif name == "event":
            self._event = value
        elif name == "data":
            self._data.append(value)
        elif name == "retry":
            self.retries.append(int(value))


@dataclass
class Listening:
    """An open stream, read in the background."""

    response: httpx.Response
    parser: Parser = field(default_factory=Parser)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    ended: bool = False

    @property
    def messages(self) -> list[Sent]:
        """All that has come."""
        return self.parser.messages

    def about(self, *events: str) -> list[tuple[str, str, int]]:
        """What has come about these events, in order: (what, id, version)."""
        return [message.key for message in self.messages if message.data.get("id") in events]

    async def until(self, seen: Callable[[], object], within: float = 40.0) -> None:
        """Wait until ``seen`` is true of what has come."""
        async with asyncio.timeout(within), self.changed:
            await self.changed.wait_for(lambda: bool(seen()) or self.ended)
        assert seen(), f"the stream ended, or brought {[message.key for message in self.messages][-20:]}"

    async def run(self) -> None:
        """Read to the end."""
        try:
            async for part in self.response.aiter_bytes():
                self.parser.feed(part)
                async with self.changed:
                    self.changed.notify_all()
        except httpx.TransportError:
            pass
        self.ended = True
        async with self.changed:
            self.changed.notify_all()


@asynccontextmanager
async def listen(url: str, last_event_id: str = "", /, **params: Any) -> AsyncIterator[Listening]:
    """Follow ``/v1/stream`` of the gateway at ``url``; the first lines have come."""
    headers: Mapping[str, str] = {"Last-Event-ID": last_event_id} if last_event_id else {}
    limits = httpx.Timeout(60)
    async with (
        httpx.AsyncClient(base_url=url, timeout=limits, trust_env=False) as http,
        http.stream("GET", "/v1/stream", params=params, headers=headers) as response,
    ):
        assert response.status_code == 200, (await response.aread()).decode()
        stream = Listening(response)
        reading = asyncio.create_task(stream.run())
        try:
            await stream.until(lambda: stream.parser.retries)
            if not last_event_id and "last_event_id" not in params:
                await stream.until(lambda: stream.messages)
            yield stream
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
