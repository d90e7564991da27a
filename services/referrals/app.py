"""The wiring of referrals, on one screen."""

from datetime import timedelta
from functools import partial
from typing import Final

from services.referrals import handlers, networks, timers
from services.referrals.handlers import Alliance
from services.referrals.networks import KnownNetworks
from services.referrals.rules import RulesError, read_rules
from services.referrals.settings import Settings
from shared import db, inbox
from shared.aggregates.timers import in_rounds
from shared.broker import Producer, create_broker, keep_connected
from shared.consume import Subscription, consume
from shared.contracts import members, referrals
from shared.observability import configure_logging
from shared.outbox import Relay
from shared.places import places
from shared.routing.rules import rules as routing_rules
from shared.service import every, probes, running, serve
from shared.settings import KafkaSettings
from shared.topics import MEMBERS_FACTS, REFERRALS_COMMANDS
from shared.vocabulary import vocabulary

GROUP: Final = handlers.SERVICE
COMMANDS: Final = Subscription(group=GROUP, topics=(REFERRALS_COMMANDS,), types=referrals.COMMANDS, refuses=True)
NETWORKS: Final = Subscription(group=f"{GROUP}-view", topics=(MEMBERS_FACTS,), types=members.FACTS, skips=True)


async def main() -> None:
    """Run the service until it is told to stop."""
    settings, kafka = Settings(), KafkaSettings()
    configure_logging(GROUP, settings.log_level)
    try:
        rules = read_rules(settings.rules_file, vocabulary())
    except RulesError as error:
        raise SystemExit(f"{error}. See REFERRALS_RULES_FILE in docs/operations.md.") from None
    alliance = Alliance(rules, places(), KnownNetworks(routing_rules(), places()))
    pool = db.create_pool(settings.database_url, name=GROUP, size=settings.database_connections)
    async with pool, Producer(kafka, client_id=GROUP) as producer:
        relay = Relay(settings.database_url, producer, service=GROUP)
        broker = create_broker(kafka, client_id=GROUP)
        take = partial(consume, broker, pool=pool, producer=producer, committed=relay.wake)
        take(COMMANDS, partial(handlers.handle, alliance=alliance))
        take(NETWORKS, networks.project)
        timer = partial(in_rounds, pool, relay)

        async def forget_outcomes(connection: db.Connection) -> None:
            await inbox.forget(connection, timedelta(days=settings.keep_requests_days))

        async with running(
            relay.run(),
            keep_connected(broker),
            every(1, timer(partial(timers.keep_promises, alliance=alliance))),
            every(10, timer(partial(timers.refer_waiting, alliance=alliance))),
            every(10, timer(partial(timers.count_week, alliance=alliance))),
            every(60, timer(partial(timers.forget_words, alliance=alliance))),
            every(3600, timer(timers.repeat_tombstones)),
            every(3600, timer(timers.forget_requests)),
            every(3600, timer(forget_outcomes)),
        ):
            await serve((probes(partial(db.check, pool)), settings.internal_host, settings.internal_port))
