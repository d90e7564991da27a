"""The wiring of the membership, on one screen."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from services.members import answered_referrals, assessing, event_days, handlers
from services.members.rules import RulesError, read_rules
from services.members.settings import Settings
from shared import db, inbox
from shared.aggregates.timers import in_rounds
from shared.broker import Producer, create_broker, keep_connected
from shared.consume import Received, Subscription, consume
from shared.contracts import events, members
from shared.contracts.referrals.facts import REFERRAL_TYPES, ReferralFact
from shared.observability import configure_logging
from shared.outbox import Relay
from shared.service import every, probes, running, serve
from shared.settings import KafkaSettings
from shared.topics import EVENTS_FACTS, MEMBERS_COMMANDS, REFERRALS_FACTS
from shared.vocabulary import vocabulary

GROUP: Final = handlers.SERVICE
COMMANDS: Final = Subscription(group=GROUP, topics=(MEMBERS_COMMANDS,), types=members.COMMANDS, refuses=True)
COUNTED: Final = Subscription(
    group=f"{GROUP}-view",
    topics=(EVENTS_FACTS, REFERRALS_FACTS),
    types={**events.FACTS, **dict.fromkeys(REFERRAL_TYPES, ReferralFact)},
    skips=True,
)


async def follow(connection: db.Connection, batch: Sequence[Received], zone: ZoneInfo) -> None:
    """Bring up to date what is counted of others' facts. Never commits."""
    await event_days.project(connection, batch)
    await answered_referrals.project(connection, batch, zone)


async def main() -> None:
    """Run the service until it is told to stop."""
    settings, kafka = Settings(), KafkaSettings()
    configure_logging(GROUP, settings.log_level)
    try:
        rules = read_rules(settings.rules_file, vocabulary().time_zone)
    except RulesError as error:
        raise SystemExit(f"{error}. See MEMBERS_RULES_FILE in docs/operations.md.") from None
    pool = db.create_pool(settings.database_url, name=GROUP, size=settings.database_connections)
    async with pool, Producer(kafka, client_id=GROUP) as producer:
        relay = Relay(settings.database_url, producer, service=GROUP)
        broker = create_broker(kafka, client_id=GROUP)
        take = partial(consume, broker, pool=pool, producer=producer, committed=relay.wake)
        take(COMMANDS, partial(handlers.handle, rules=rules))

        take(COUNTED, partial(follow, zone=rules.zone))
        timer = partial(in_rounds, pool, relay)

        async def forget_requests(connection: db.Connection) -> None:
            await inbox.forget(connection, timedelta(days=settings.keep_requests_days))

        async with running(
            relay.run(),
            keep_connected(broker),
            every(1, timer(partial(assessing.assess_members, rules=rules))),
            every(60, timer(partial(assessing.renew_multipliers, rules=rules))),
            every(60, timer(partial(assessing.count_goals, rules=rules))),
            every(3600, timer(assessing.repeat_tombstones)),
            every(3600, timer(answered_referrals.forget_ended)),
            every(3600, timer(forget_requests)),
        ):
            await serve((probes(partial(db.check, pool)), settings.internal_host, settings.internal_port))
