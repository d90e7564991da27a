"""A feed as associations have one: a calendar that its owner edits, behind a server that knows entity tags."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from tests.support.feed_server import Server, says, serving


def vevent(uid: str, *lines: str, title: str = "", start: str = "20270611T190000") -> str:
    """A VEVENT in Berlin's time; ``lines`` are added, or replace the line of the same property."""
    own = {"UID": uid, "SUMMARY": title or f"Titel {uid}", "DTSTART;TZID=Europe/Berlin": start}
    names = {line.split(":")[0].split(";")[0] for line in lines}
    kept = [f"{name}:{value}" for name, value in own.items() if name.split(";")[0] not in names and value]
    return "\r\n".join(["BEGIN:VEVENT", *kept, *lines, "END:VEVENT"])


def calendar(*events: str) -> bytes:
    """A calendar of these VEVENTs."""
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""]).encode()


@dataclass
class Feed:
    """What is served at ``url``: ``body`` with its entity tag, or ``answer`` instead where it is set."""

    server: Server
    body: bytes = field(default_factory=calendar)
    answer: bytes | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return self.server.url("/privat-a8d3c1/kalender.ics?token=geheim")

    async def serve(self, writer: asyncio.StreamWriter) -> None:
        """Answer a request."""
        asked = self.server.requests[-1][1].get("if-none-match")
        tag = f'"{sha256(self.body).hexdigest()[:12]}"'
        answer = says(b"", "304 Not Modified", ETag=tag, length=-1) if asked == tag else says(self.body, ETag=tag)
        writer.write(self.answer or answer)
        await writer.drain()


@asynccontextmanager
async def feed(*events: str) -> AsyncIterator[Feed]:
    """A feed of these VEVENTs on a server of its own."""
    async with serving({}) as server:
        shown = Feed(server, calendar(*events))
        server.answers["*"] = shown.serve
        yield shown
