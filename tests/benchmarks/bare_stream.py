"""The bare broadcast that ``stream`` is measured against: Starlette, asyncpg and a queue for each client.

It is told by the same notifications, reads the same rows and sends the same bytes; it knows no filters, no resuming
and no slow clients.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from services.gateway.calendar import change_store
from services.gateway.calendar.live import frames
from tests.benchmarks.beside import serve


def create_app(database: str) -> Starlette:
    """One route, nothing around it."""
    clients: set[asyncio.Queue[bytes]] = set()
    told = asyncio.Event()

    async def broadcast(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        position = await change_store.newest(connection)
        while True:
            await told.wait()
            told.clear()
            page = await change_store.read(connection, position.number, 200)
            for row in page.rows:
                frame = frames.change(row, position.epoch).shown
                for client in clients:
                    client.put_nowait(frame)
            position = page.position

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        connection = await asyncpg.connect(database)
        await connection.add_listener("views", lambda *_: told.set())
        broadcasting = asyncio.create_task(broadcast(connection))
        yield
        broadcasting.cancel()
        await connection.close()

    async def stream(_: Request) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            queue: asyncio.Queue[bytes] = asyncio.Queue()
            clients.add(queue)
            try:
                yield frames.opening()
                while True:
                    yield await queue.get()
            finally:
                clients.discard(queue)

        return StreamingResponse(parts(), media_type="text/event-stream")

    return Starlette(routes=[Route("/v1/stream", stream)], lifespan=lifespan)


if __name__ == "__main__":
    serve(create_app)
