"""The wiring of the gateway, on one screen."""

from datetime import timedelta
from functools import partial
from typing import Final

from fastapi import FastAPI

from services.gateway.calendar import office as calendar_office
from services.gateway.calendar import office_store as calendar_office_store
from services.gateway.calendar import projection as calendar_projection
from services.gateway.calendar import routes as calendar_routes
from services.gateway.calendar.live import routes as live_routes
from services.gateway.calendar.live.stream import Stream
from services.gateway.common import topics, waiting
from services.gateway.common.access import routes as access_routes
from services.gateway.common.access import session_store
from services.gateway.common.context import Context
from services.gateway.common.http import problems
from services.gateway.common.http.methods import Methods
from services.gateway.common.openapi import routes as openapi_routes
from services.gateway.common.places import routes as places_routes
from services.gateway.common.reading import routes as reading_routes
from services.gateway.common.reading.words import topic_words
from services.gateway.common.requests import projection as requests_projection
from services.gateway.common.requests import reading as requests_reading
from services.gateway.common.requests import store as request_store
from services.gateway.common.requests.waiting import RequestWaiter
from services.gateway.common.views import facts
from services.gateway.common.views.projection import project
from services.gateway.goals import routes as goals_routes
from services.gateway.goals import views as goals_views
from services.gateway.meetings import routes as meetings_routes
from services.gateway.meetings import subscription as meetings_subscription
from services.gateway.meetings import views as meetings_views
from services.gateway.members import networks as members_networks
from services.gateway.members import office as members_office
from services.gateway.members import routes as members_routes
from services.gateway.members import store as members_store
from services.gateway.members import views as members_views
from services.gateway.partners import feeds as partners_feeds
from services.gateway.partners import office as partners_office
from services.gateway.partners import projection as partners_projection
from services.gateway.partners import routes as partners_routes
from services.gateway.referrals import concern_store as referrals_concern_store
from services.gateway.referrals import concerns as referrals_concerns
from services.gateway.referrals import figure_routes as referrals_figures
from services.gateway.referrals import office as referrals_office
from services.gateway.referrals import routes as referrals_routes
from services.gateway.referrals import store as referrals_store
from services.gateway.referrals import trends as referrals_trends
from services.gateway.referrals import views as referrals_views
from services.gateway.referrals import white_spots as referrals_white_spots
from services.gateway.referrals.help_lines import help_lines
from services.gateway.settings import Settings
from shared import db
from shared.broker import Producer, create_broker, keep_connected
from shared.clock import utc_now
from shared.consume import Subscription, consume
from shared.contracts import events as events_contract
from shared.contracts import members as members_contract
from shared.contracts import referrals as referrals_contract
from shared.measuring import Measuring
from shared.observability import configure_logging
from shared.outbox import Relay
from shared.places import places as known_places
from shared.routing.rules import rules as routing_rules
from shared.service import every, probes, running, serve
from shared.settings import KafkaSettings
from shared.topics import (
    EVENTS_FACTS,
    EVENTS_OUTCOMES,
    MEMBERS_FACTS,
    MEMBERS_OUTCOMES,
    MEMBERS_PRIVATE,
    REFERRALS_FACTS,
    REFERRALS_KEPT_DAYS,
    REFERRALS_OUTCOMES,
    REFERRALS_PRIVATE,
)
from shared.vocabulary import vocabulary

GROUP = "gateway"
SUBSCRIPTION = Subscription(
    group=GROUP,
    topics=(
        *(EVENTS_FACTS, EVENTS_OUTCOMES),
        *(MEMBERS_FACTS, MEMBERS_OUTCOMES, MEMBERS_PRIVATE),
        *(REFERRALS_FACTS, REFERRALS_OUTCOMES, REFERRALS_PRIVATE),
    ),
    types=events_contract.FACTS
    | events_contract.OUTCOMES
    | members_contract.FACTS
    | members_contract.OUTCOMES
    | members_contract.PRIVATE
    | referrals_contract.FACTS
    | referrals_contract.OUTCOMES
    | referrals_contract.PRIVATE,
    skips=True,
)
VIEWS: Final = (*members_views.VIEWS, *meetings_views.VIEWS, *goals_views.VIEWS, *referrals_views.VIEWS)
PROJECTIONS: Final = (
    partners_projection.project,
    partial(facts.project, views=VIEWS),
    requests_projection.project,
    calendar_projection.project,
)
WAITING: Final = (
    calendar_office_store.count_waiting,
    members_store.count_waiting,
    referrals_store.count_waiting,
    referrals_concern_store.count_waiting,
)
bring_up_to_date: Final = partial(project, projections=PROJECTIONS)


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
    problems.install(app)
    for routes in (
        calendar_routes,
        live_routes,
        places_routes,
        partners_routes,
        requests_reading,
        calendar_office,
        partners_office,
        members_routes,
        members_networks,
        meetings_subscription,
        meetings_routes,
        goals_routes,
        referrals_routes,
        referrals_office,
        referrals_trends,
        referrals_concerns,
        referrals_white_spots,
        referrals_figures,
        members_office,
        partners_feeds,
        access_routes,
        topics,
        reading_routes,
        openapi_routes,
    ):
        app.include_router(routes.router)
    app.include_router(waiting.create_router(WAITING))
    return app


async def main() -> None:
    """Run the gateway until it is told to stop."""
    settings, kafka = Settings(), KafkaSettings()
    configure_logging(GROUP, settings.log_level)
    # A file that cannot be read ends the process here, not one message after the other.
    known_places()
    routing_rules()
    topic_words()
    help_lines()
    pool = db.create_pool(settings.database_url, name=GROUP, size=settings.database_connections)
    async with pool, Producer(kafka, client_id=GROUP) as producer:
        relay = Relay(settings.database_url, producer, service=GROUP)
        updates = Stream(pool, heartbeat_s=settings.stream_heartbeat_s)
        waiter = RequestWaiter(settings.database_url, pool, changed=updates.wake)
        broker = create_broker(kafka, client_id=GROUP)
        consume(broker, SUBSCRIPTION, bring_up_to_date, pool=pool, producer=producer, committed=relay.wake)
        app = create_app(Context(settings, pool, relay, waiter, updates, vocabulary()))

        async def forget_what_is_over() -> None:
            async with db.transaction(pool) as connection:
                await request_store.forget(connection, timedelta(days=settings.keep_requests_days))
                await session_store.forget(connection, utc_now())
                long_ago = utc_now() - timedelta(days=REFERRALS_KEPT_DAYS)
                await referrals_store.forget_ended(connection, long_ago)
                await referrals_concern_store.forget_old(connection, long_ago)

        async def complete_views() -> None:
            done = 1
            while done:
                async with db.transaction(pool) as connection:
                    done = await calendar_projection.complete(connection, 200)

        timers = (every(3600, forget_what_is_over), every(3600, complete_views))
        async with running(relay.run(), waiter.run(), updates.run(), keep_connected(broker), *timers):
            await serve(
                (app, settings.host, settings.port),
                (probes(partial(db.check, pool)), settings.internal_host, settings.internal_port),
                stopping=updates.close,
            )
