"""The wiring of the gateway, on one screen."""

from datetime import timedelta

from fastapi import FastAPI

from services.gateway import problems, projections, requests, session_store
from services.gateway.context import Context
from services.gateway.measuring import Measuring
from services.gateway.methods import Methods
from services.gateway.routes import (
    charter_pages,
    events,
    feeds,
    goals,
    meetings,
    member_pages,
    members,
    office,
    office_entering,
    office_meetings_pages,
    office_members,
    office_members_pages,
    office_pages,
    office_sign_in,
    partners,
    places,
    site,
    stream,
)
from services.gateway.settings import Settings
from services.gateway.stream import Stream
from services.gateway.watching import Watch
from shared import db
from shared.broker import Producer, create_broker, keep_connected
from shared.clock import utc_now
from shared.consume import Inlet, consume
from shared.contracts import events as events_contract
from shared.contracts import members as members_contract
from shared.observability import configure_logging
from shared.outbox import Relay
from shared.places import places as known_places
from shared.service import every, probes, running, serve
from shared.settings import KafkaSettings
from shared.topics import EVENTS_FACTS, EVENTS_OUTCOMES, MEMBERS_FACTS, MEMBERS_OUTCOMES, MEMBERS_PRIVATE
from shared.vocabulary import vocabulary

GROUP = "gateway"
INLET = Inlet(
    group=GROUP,
    topics=(EVENTS_FACTS, EVENTS_OUTCOMES, MEMBERS_FACTS, MEMBERS_OUTCOMES, MEMBERS_PRIVATE),
    types=events_contract.FACTS
    | events_contract.OUTCOMES
    | members_contract.FACTS
    | members_contract.OUTCOMES
    | members_contract.PRIVATE,
    skips=True,
)


def create_app(context: Context | None) -> FastAPI:
    """The public HTTP face over the parts in ``context``; without any it can still describe itself."""
    app = FastAPI(
        title="Bündnisbus",
        version="1",
        summary="Publish an event once, read it everywhere.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.context = context
    app.add_middleware(Methods, routes=app.routes)
    app.add_middleware(Measuring)
    problems.install(app, page_headers=site.SECURITY)
    for routes in (
        events,
        stream,
        places,
        partners,
        office,
        members,
        meetings,
        goals,
        office_members,
        feeds,
        office_sign_in,
        office_pages,
        office_entering,
        office_members_pages,
        office_meetings_pages,
        member_pages,
        charter_pages,
        site,
    ):
        app.include_router(routes.router)
    return app


async def main() -> None:
    """Run the gateway until it is told to stop."""
    settings, kafka = Settings(), KafkaSettings()
    configure_logging(GROUP, settings.log_level)
    known_places()  # a file that cannot be read ends the process here, not one message after the other
    pool = db.create_pool(settings.database_url, name=GROUP, size=settings.database_connections)
    async with pool, Producer(kafka, client_id=GROUP) as producer:
        relay = Relay(settings.database_url, producer, service=GROUP)
        updates = Stream(pool, heartbeat_s=settings.stream_heartbeat_s)
        watch = Watch(settings.database_url, pool, changed=updates.wake)
        broker = create_broker(kafka, client_id=GROUP)
        consume(broker, INLET, projections.project, pool=pool, producer=producer, committed=relay.wake)
        app = create_app(Context(settings, pool, relay, watch, updates, vocabulary()))

        async def forget_what_is_over() -> None:
            async with db.transaction(pool) as connection:
                await requests.forget(connection, timedelta(days=settings.keep_requests_days))
                await session_store.forget(connection, utc_now())

        async def complete_views() -> None:
            done = 1
            while done:
                async with db.transaction(pool) as connection:
                    done = await projections.complete(connection, 200)

        timers = (every(3600, forget_what_is_over), every(3600, complete_views))
        async with running(relay.run(), watch.run(), updates.run(), keep_connected(broker), *timers):
            await serve(
                (app, settings.host, settings.port),
                (probes(pool), settings.internal_host, settings.internal_port),
                stopping=updates.close,
            )
