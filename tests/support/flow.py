"""Submissions that flow in several versions over HTTP and Kafka, and what must hold of them in the end."""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.contracts.partner import SUBMIT, event_id
from shared.envelope import Message, binary_headers, new_message, read_record
from tests.support.bus import Bus, Partner, eventually, submission

PATIENCE_S = 300


@dataclass
class Flow:
    """All events of one partner, each version of each published until it is acknowledged or accepted."""

    partner: Partner
    events: int
    doors: list[Partner] = field(default_factory=list)
    """The partner at each gateway, for HTTP; may grow and shrink while it flows."""
    versions: int = 0
    requests: set[str] = field(default_factory=set)
    """The ids of all messages that Kafka acknowledged and all requests that were accepted."""

    @property
    def bus(self) -> Bus:
        """Where it flows."""
        return self.partner.bus

    @property
    def ids(self) -> list[str]:
        """The ids of all events."""
        return [str(event_id(self.partner.id, uid)) for uid in self._uids]

    @property
    def _uids(self) -> list[str]:
        return [f"u{number}" for number in range(self.events)]

    async def over_kafka(self, versions: int, enough: asyncio.Event | None = None, *, pause: float = 0.3) -> None:
        """Publish ``versions`` of each event, and more until ``enough`` is set; 25 at once, then a ``pause``."""
        deadline = time.monotonic() + PATIENCE_S
        waiting: list[tuple[str, Message]] = []
        while True:
            try:
                async with self.partner.producer() as producer:
                    while waiting or self.versions < versions or (enough and not enough.is_set()):
                        waiting = waiting or self._next_version()
                        async with asyncio.timeout(20):
                            await asyncio.gather(*[self._send(producer, *one) for one in waiting[:25]])
                        self.requests |= {message.id for _, message in waiting[:25]}
                        waiting = waiting[25:]
                        await asyncio.sleep(pause)
                    return
            except (KafkaError, OSError, TimeoutError):
                assert time.monotonic() < deadline, f"{len(waiting)} messages could not be sent"
                await asyncio.sleep(0.5)

    async def over_http(self, versions: int, enough: asyncio.Event | None = None, *, pause: float = 0) -> None:
        """The same over HTTP, four requests at a time, through each door in turn."""
        self.doors = self.doors or [self.partner]
        limit = asyncio.Semaphore(4)
        run = uuid4().hex

        async def publish(uid: str, version: int) -> None:
            async with limit:
                self.requests.add(await self._put(_body(uid, version), f"{run}-{uid}-{version}"))
                await asyncio.sleep(pause)

        while self.versions < versions or (enough and not enough.is_set()):
            await asyncio.gather(*[publish(uid, self.versions) for uid in self._uids])
            self.versions += 1

    async def check(self) -> None:
        """Everything is there once, in its last version and order, and has one outcome."""
        await self._check_view()
        await self._check_facts()
        await self._check_outcomes()

    def _next_version(self) -> list[tuple[str, Message]]:
        version, self.versions = self.versions, self.versions + 1
        bodies = {uid: orjson.dumps(_body(uid, version)) for uid in self._uids}
        return [(uid, new_message(SUBMIT, body, source="urn:test", subject=uid)) for uid, body in bodies.items()]

    async def _send(self, producer: AIOKafkaProducer, uid: str, message: Message) -> None:
        await producer.send_and_wait(
            self.partner.topic, message.data, key=uid.encode(), headers=binary_headers(message)
        )

    async def _put(self, body: dict[str, Any], key: str) -> str:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            door = self.doors.pop(0)
            self.doors.append(door)
            try:
                answer = await door.put(body, wait=0, Idempotency_Key=key)
                if answer.status_code == 202:
                    return str(answer.json()["request"])
            except httpx.TransportError:
                pass
            assert time.monotonic() < deadline, f"{key} was not accepted"
            await asyncio.sleep(0.5)

    async def _check_view(self) -> None:
        """Every event is listed exactly once, in its last version."""
        expected = {uid: _body(uid, self.versions - 1)["title"] for uid in self._uids}

        async def complete() -> bool:
            try:
                items = await self.bus.events(organiser=self.partner.id)
            except httpx.HTTPError:
                return False
            return {item["uid"]: item["title"] for item in items} == expected

        await eventually(complete, within=120, what=f"the last versions of {self.partner.id}")
        assert len(await self.bus.events(organiser=self.partner.id)) == self.events

    async def _check_facts(self) -> None:
        """Facts of a key only go forward once repeated ones are left out, say the same, and end in the newest."""
        facts: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for fact in await self.bus.facts(*self.ids):
            facts[fact["id"]].append(fact)
        assert set(facts) == set(self.ids)
        for of_key in facts.values():
            seen: dict[int, dict[str, Any]] = {}
            sequences = []
            for fact in of_key:
                assert seen.setdefault(fact["version"], fact) == fact
                if fact["version"] == max(seen):
                    sequences.append(fact["sequence"])
            assert list(seen) == list(range(1, len(seen) + 1))
            assert sequences == sorted(sequences)
            assert of_key[-1]["version"] == max(seen)  # what compaction keeps
            assert sequences[-1] == self.versions - 1

    async def _check_outcomes(self) -> None:
        """Every request has exactly one outcome; a relay may repeat the message, not make another."""
        assert len(self.requests) == self.events * self.versions

        async def all_outcomes() -> dict[str, set[str]]:
            found: dict[str, set[str]] = defaultdict(set)
            for record in await self.bus.records("events.outcomes"):
                message = read_record(record.headers, record.value)
                if message.subject in self.requests:
                    found[message.subject].add(message.id)
            return found if set(found) == self.requests else {}

        outcomes = await eventually(all_outcomes, within=60, what="all outcomes")
        assert {len(ids) for ids in outcomes.values()} == {1}

        async def all_listed() -> bool:
            return len(await self._submissions()) == len(self.requests)

        await eventually(all_listed, what="all submissions")
        if self.doors:
            for request in self.requests:
                state = (await self.bus.http.get(f"/v1/requests/{request}")).json()
                assert state["status"] in ("done", "refused")

    async def _submissions(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            params = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
            path = f"/v1/partners/{self.partner.id}/submissions"
            page = (await self.bus.http.get(path, params=params, headers=self.partner.headers)).json()
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items


def _body(uid: str, version: int) -> dict[str, Any]:
    return submission(uid, sequence=version, title=f"{uid} in Fassung {version}")
