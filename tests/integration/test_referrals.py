"""The service ``referrals`` on a database of its own: capacities under two instances, timers that fire once."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID

import orjson
import pytest

from deploy.local.platform import Platform
from deploy.migrate import migrate
from services.referrals import app, handlers, networks, timers
from services.referrals.domain.state import AGGREGATES, StoredReferral
from services.referrals.handlers import Alliance
from services.referrals.networks import KnownNetworks
from services.referrals.rules import read_rules
from shared import db
from shared.aggregates import store, work
from shared.aggregates.work import PER_ROUND
from shared.broker import Record
from shared.consume import Received
from shared.contracts.base import Contract
from shared.contracts.referrals import COMMANDS, answers, asking
from shared.contracts.referrals.facts import PERSON_ERASED, PersonAsking
from shared.envelope import binary_headers, new_message
from shared.places import places
from shared.routing.rules import Rules as RoutingRules
from shared.topics import REFERRALS_COMMANDS
from shared.vocabulary import vocabulary
from tests.integration.workbench import as_received, taker, throw_away
from tests.support import member_facts
from tests.support.membership import tables_with

pytestmark = pytest.mark.platform
RULES = read_rules(None, vocabulary())
KINDS = {model: kind for kind, model in COMMANDS.items()}
ZWICKAU = "14524330"
MULTIPLIER = str(UUID(int=999))


def sent(command: Contract) -> Record:
    """A command as it comes out of Kafka."""
    id_: str = command.id  # type: ignore[attr-defined]
    data = command.model_dump_json().encode()
    message = new_message(KINDS[type(command)], data, source="urn:test", subject=id_)
    return Record(REFERRALS_COMMANDS, id_.encode(), data, binary_headers(message))


def request(number: int, **fields: Any) -> asking.SubmitReferral:
    """Somebody in Zwickau who wants to help."""
    usual: dict[str, Any] = {"id": str(UUID(int=number)), "kind": "offer-help", "ags": ZWICKAU}
    return asking.SubmitReferral(**{**usual, **fields})


@dataclass
class Instance:
    """One instance of the service."""

    pool: db.Pool
    alliance: Alliance = field(
        default_factory=lambda: Alliance(RULES, places(), KnownNetworks(RoutingRules(), places()))
    )

    def __post_init__(self) -> None:
        """Its way in for commands is that of the real one."""
        self._taken = taker(app.COMMANDS, partial(handlers.handle, alliance=self.alliance), self.pool)

    async def take(self, *commands: Contract, first_offset: int = 0) -> None:
        """Handle one batch of commands."""
        await self._taken.take(as_received(*map(sent, commands), first_offset=first_offset))

    async def keep_promises(self) -> int:
        """Do what is due, in one transaction; returns about how many it was."""
        async with db.transaction(self.pool) as connection:
            return await timers.keep_promises(connection, self.alliance)

    async def refer_waiting(self) -> None:
        """Pass on who waits, as far as somebody fits by now."""
        async with db.transaction(self.pool) as connection:
            await timers.refer_waiting(connection, self.alliance)

    async def see(self, *ids: str, version: int = 1, **said: Any) -> None:
        """Take in what networks say of themselves."""
        said = {"areas": {"municipalities": [ZWICKAU]}, **said}
        await self.hear(*(member_facts.organisation(id_, version, **said) for id_ in ids))

    async def see_multiplier(self, version: int = 1, **said: Any) -> None:
        """Take in what the registry says of somebody."""
        qualified = {"qualification": "moderation", "since": "2026-01-17", "until": "2028-01-16"}
        said = {"area": {"municipalities": [ZWICKAU]}, "qualifications": [qualified], **said}
        await self.hear(member_facts.multiplier(MULTIPLIER, version, **said))

    async def hear(self, *told: Contract | Received) -> None:
        """Take in facts of members, or tombstones, in one batch."""
        none = cast("Any", None)
        batch = [one if isinstance(one, Received) else Received(none, "members.facts", one, (), none) for one in told]
        async with db.transaction(self.pool) as connection:
            await networks.project(connection, batch)

    async def all(self) -> list[StoredReferral]:
        """All requests."""
        async with db.reading(self.pool) as connection:
            return await store.read_all(connection, AGGREGATES, StoredReferral)

    async def published(self, topic: str = "referrals.facts") -> list[tuple[str, str, Any]]:
        """Type, key and body of what waits to be sent, oldest first."""
        async with db.reading(self.pool) as connection:
            rows = await connection.fetch("select headers, key, value from outbox where topic = $1 order by id", topic)
        return [
            (
                orjson.loads(row["headers"])["ce_type"],
                row["key"].decode(),
                orjson.loads(row["value"]) if row["value"] else None,
            )
            for row in rows
        ]


class Clock:
    """What the service takes for the present."""

    now = datetime(2026, 11, 25, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The present."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still."""
    found = Clock()
    for module in (handlers, timers, work):
        monkeypatch.setattr(module, "utc_now", found)
    return found


@pytest.fixture
async def two(platform: Platform, clock: Clock) -> AsyncIterator[tuple[Instance, Instance]]:
    """Two instances on one fresh database."""
    async with throw_away(platform.postgres.admin_url, platform.database_url("referrals")) as url:
        await asyncio.to_thread(migrate, "referrals", url)
        async with db.create_pool(url, name="test", size=8) as pool:
            yield Instance(pool), Instance(pool)


async def test_two_instances_never_give_a_network_more_than_it_can_care_for(two: tuple[Instance, Instance]) -> None:
    names = [f"netz-{number}" for number in range(20)]
    await two[0].see(*names, capacity=10)
    batches = [[request(1 + 25 * batch + place) for place in range(25)] for batch in range(10)]
    await asyncio.gather(
        *(two[place % 2].take(*batch, first_offset=100 * place) for place, batch in enumerate(batches))
    )
    found = await two[0].all()
    cared = [one.network for one in found if one.state == "routed"]
    assert {cared.count(name) for name in names} == {10}
    assert [one.state for one in found].count("escalated") == 50
    async with db.reading(two[0].pool) as connection:
        loads = {row["network"]: row["open"] for row in await connection.fetch("select network, open from load")}
    assert loads == dict.fromkeys(names, 10)


async def test_a_network_that_pauses_is_not_asked_by_any_instance_from_then_on(two: tuple[Instance, Instance]) -> None:
    await two[0].see("eins", "zwei")
    await two[0].take(request(1))
    await two[1].take(request(2))
    await two[0].see("eins", version=2, paused_until="2027-01-31")
    for number in range(3, 9):
        await two[number % 2].take(request(number), first_offset=number)
    asked = {one.id: one.network for one in await two[0].all()}
    assert {asked[str(UUID(int=number))] for number in range(3, 9)} <= {"zwei", None}


async def test_a_multiplier_is_asked_by_any_instance_until_it_is_away_retired_or_erased_for_good(
    two: tuple[Instance, Instance],
) -> None:
    occasion = asking.Occasion(on="2027-01-21", what="Bürgerversammlung")
    offsets = itertools.count()

    async def asked() -> StoredReferral:
        number = next(offsets)
        command = request(1 + number, kind="moderator", occasion=occasion)
        await two[number % 2].take(command, first_offset=number)
        return next(one for one in await two[0].all() if one.id == command.id)

    assert (await asked()).state == "escalated"
    await two[0].see_multiplier()
    found = await asked()
    assert (found.network, found.assignments[0].is_multiplier) == (MULTIPLIER, True)
    for version, status in enumerate(("away", "available", "retired"), 2):
        await two[1].see_multiplier(version, status=status)
        assert (await asked()).network == (MULTIPLIER if status == "available" else None)
    await two[0].hear(member_facts.erasure(MULTIPLIER, private=False))
    await two[1].see_multiplier(9)
    assert (await asked()).network is None, "what is delivered again brings nobody back"
    async with db.reading(two[0].pool) as connection:
        assert await connection.fetchval("select state from network where id = $1", MULTIPLIER) is None


async def test_who_waits_for_a_moderator_is_passed_on_when_one_appears(two: tuple[Instance, Instance]) -> None:
    occasion = asking.Occasion(on="2027-01-21", what="Bürgerversammlung")
    await two[0].take(request(1, kind="moderator", occasion=occasion, may_wait=True))
    await two[1].see_multiplier(
        qualifications=[{"qualification": "moderation", "since": "2026-01-01", "until": "2027-01-20"}]
    )
    await two[0].refer_waiting()
    assert [one.state for one in await two[0].all()] == ["waiting"], "not valid on that day any more"
    await two[1].see_multiplier(2)
    await two[0].refer_waiting()
    assert [(one.state, one.network) for one in await two[0].all()] == [("routed", MULTIPLIER)]


async def test_what_is_due_happens_once_with_two_instances_and_after_weeks_away(
    two: tuple[Instance, Instance], clock: Clock
) -> None:
    await two[0].see("eins", "zwei", capacity=1_000)
    number = PER_ROUND + 40
    for start in range(0, number, 200):
        await two[0].take(*(request(1 + n) for n in range(start, min(start + 200, number))), first_offset=start)
    clock.now += timedelta(days=21)
    done = 1
    while done:
        done = sum(await asyncio.gather(*(one.keep_promises() for one in two)))
    found = await two[0].all()
    assert {tuple(one.answer for one in referral.assignments) for referral in found} == {("no-answer", None)}
    kinds = [kind for kind, _, _ in await two[0].published()]
    assert kinds.count("referrals.referral.reminded.v1") == number
    assert kinds.count("referrals.referral.routed.v1") == 2 * number


async def test_who_waits_is_passed_on_in_the_order_of_asking_once_somebody_has_room(
    two: tuple[Instance, Instance], clock: Clock
) -> None:
    for number in range(3):
        await two[0].take(request(9 - number, may_wait=True), first_offset=number)
        clock.now += timedelta(minutes=1)
    assert {one.state for one in await two[0].all()} == {"waiting"}
    await two[0].see("neu", capacity=2)
    for instance in two:
        await instance.refer_waiting()
    states = {one.id: one.state for one in await two[0].all()}
    assert [states[str(UUID(int=number))] for number in (9, 8, 7)] == ["routed", "routed", "waiting"]


async def test_a_request_that_is_answered_by_two_instances_at_once_has_one_answer(
    two: tuple[Instance, Instance],
) -> None:
    await two[0].see("eins", "zwei")
    await two[0].take(request(1))
    [referral] = await two[0].all()
    decline = answers.AnswerReferral(id=referral.id, assignment=1, answer="decline", reason="other")
    accept = answers.AnswerReferral(id=referral.id, assignment=1, answer="accept")
    await asyncio.gather(two[0].take(decline, first_offset=10), two[1].take(accept, first_offset=20))
    [referral] = await two[0].all()
    outcomes = [body["result"] for _, _, body in await two[0].published("referrals.outcomes")]
    assert sorted(outcomes) == ["changed", "created", "refused"]
    assert len([one for one in referral.assignments if one.answer in ("declined", "accepted")]) == 1


async def test_a_person_is_forgotten_in_every_column_and_the_tombstone_comes_twice(
    two: tuple[Instance, Instance], clock: Clock
) -> None:
    contact = asking.Contact(name="Canary Vergissmich", email="canary@vergissmich.example", phone="0375 998877")
    command = request(1, contact=contact, consent="2026-11", message="Canary", availability="Canary")
    await two[0].take(command)
    async with db.reading(two[0].pool) as connection:
        assert await tables_with(connection, "anary") == {"person", "outbox"}  # type: ignore[arg-type]
        await connection.execute("delete from outbox")
    await two[0].take(asking.EraseReferral(id=command.id), first_offset=9)
    async with db.reading(two[0].pool) as connection:
        assert await tables_with(connection, "anary") == set()  # type: ignore[arg-type]
    [(kind, key, body)] = await two[0].published("referrals.private")
    assert (kind, key, body) == (PERSON_ERASED, command.id, None)
    clock.now += timedelta(hours=26)
    async with db.transaction(two[0].pool) as connection:
        assert await timers.repeat_tombstones(connection) == 1
    assert [kind for kind, _, _ in await two[0].published("referrals.private")] == [PERSON_ERASED] * 2


async def test_requests_that_ended_long_ago_are_removed(two: tuple[Instance, Instance], clock: Clock) -> None:
    await two[0].take(request(1), asking.CancelReferral(id=str(UUID(int=1))), request(2))
    clock.now += timedelta(days=401)
    async with db.transaction(two[0].pool) as connection:
        assert await timers.forget_requests(connection) == 1
    assert [one.id for one in await two[0].all()] == [str(UUID(int=2))]


async def test_a_command_that_is_delivered_twice_is_taken_once(two: tuple[Instance, Instance]) -> None:
    records = as_received(sent(request(1)))
    for instance in two:
        await instance._taken.take(records)
    assert len(await two[0].published("referrals.outcomes")) == 1
    async with db.reading(two[0].pool) as connection:
        found = await store.read_all(connection, AGGREGATES, PersonAsking)
    assert [one.version for one in found] == [1]
