"""The wiring of the calendar, on one screen."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from services.events import handlers
from services.events.domain import Rules
from services.events.feeds.polling import MEASURE_S, Poller
from services.events.feeds.topics import Topics
from services.events.settings import Settings
from shared import db, inbox
from shared.broker import Producer, create_broker, keep_connected
from shared.clock import utc_now
from shared.consume import Subscription, consume
from shared.contracts import events as contract
from shared.contracts import partner as partner_contract
from shared.observability import configure_logging
from shared.outbox import Relay
from shared.places import places
from shared.service import every, probes, running, serve
from shared.settings import KafkaSettings
from shared.vocabulary import vocabulary

GROUP = "events"
SUBSCRIPTION = Subscription(
    group=GROUP,
    pattern=r"^(partner\.[a-z0-9-]+\.events|events\.commands)$",
    types=partner_contract.TYPES | contract.COMMANDS,
    refuses=True,
)


async def main() -> None:
    """Run the service until it is told to stop."""
    settings, kafka, words = Settings(), KafkaSettings(), vocabulary()
    configure_logging(GROUP, settings.log_level)
    started_at = utc_now()
    rules = Rules(topics=frozenset(words.topics), time_zone=words.time_zone, places=places())
    pool = db.create_pool(settings.database_url, name=GROUP, size=settings.database_connections)
    async with pool, Producer(kafka, client_id=GROUP) as producer:
        relay = Relay(settings.database_url, producer, service=GROUP)
        broker = create_broker(kafka, client_id=GROUP)
        handle = partial(handlers.handle, rules=rules)
        consume(broker, SUBSCRIPTION, handle, pool=pool, producer=producer, committed=relay.wake)
        poller = Poller(pool, Topics(kafka), relay, rules, settings)

        async def extend_horizons() -> None:
            extended = handlers.PER_ROUND
            while extended == handlers.PER_ROUND:
                async with db.transaction(pool) as connection:
                    extended = await handlers.extend_horizons(connection, rules)
                relay.wake()

        async def resolve_places() -> None:
            after: UUID | None = UUID(int=0)
            while after is not None:
                async with db.transaction(pool) as connection:
                    after = await handlers.resolve_places(connection, rules, started_at, after)
                relay.wake()

        async def forget_requests() -> None:
            async with db.transaction(pool) as connection:
                await inbox.forget(connection, timedelta(days=settings.keep_requests_days))

        async with running(
            relay.run(),
            keep_connected(broker),
            poller.run(),
            every(3600, extend_horizons),
            every(3600, resolve_places),
            every(3600, forget_requests),
            every(MEASURE_S, poller.measure),
        ):
            await serve((probes(partial(db.check, pool)), settings.internal_host, settings.internal_port))
