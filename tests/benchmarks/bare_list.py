"""The bare route that ``list`` is measured against: Starlette and asyncpg, the same SQL, the same body."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.gateway.calendar import list_store, search, search_store
from services.gateway.calendar.filters import EventFilter
from shared.clock import utc_now
from tests.benchmarks.beside import serve


def create_app(database: str) -> Starlette:
    """One route, nothing around it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(database, min_size=8, max_size=8) as app.state.pool:
            yield

    async def events(request: Request) -> Response:
        wanted = EventFilter(since=utc_now())
        async with request.app.state.pool.acquire() as connection:
            if q := request.query_params.get("q"):
                wanted = replace(wanted, words=search.query(await search_store.find_terms(connection, search.terms(q))))
            rows = await list_store.list_occurrences(connection, wanted, 51)
        items = ",".join([f"{{{row['base']},{row['times']}}}" for row in rows[:50]])
        return Response(f'{{"items":[{items}],"next":null}}'.encode(), media_type="application/json")

    return Starlette(routes=[Route("/v1/events", events)], lifespan=lifespan)


if __name__ == "__main__":
    serve(create_app)
