"""Commands to the service ``members`` that flow in several versions, and what must hold of them in the end."""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import asyncpg
import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.broker import Record
from shared.contracts.members.contributions import ReportContribution
from shared.contracts.members.organisations import AdmitOrganisation, ApplyOrganisation, ChangeOrganisation
from shared.envelope import header, read_record
from tests.support.bus import Bus, eventually
from tests.support.membership import sent

PATIENCE_S = 300
AT_ONCE = 50


@dataclass
class MembershipFlow:
    """Organisations that apply, are admitted, change their entry in each version and contribute something with it."""

    bus: Bus
    organisations: int
    mark: str = field(default_factory=lambda: uuid4().hex[:6])
    versions: int = 0
    requests: set[str] = field(default_factory=set)
    """The ids of all commands that Kafka acknowledged."""

    @property
    def ids(self) -> list[str]:
        """The ids of all organisations."""
        return [f"fluss-{self.mark}-{number}" for number in range(self.organisations)]

    async def over_kafka(self, versions: int, *, pause: float = 0.3) -> None:
        """Send ``versions`` of each organisation, each command until it is acknowledged."""
        applications = [sent(ApplyOrganisation, id=id_, name=id_) for id_ in self.ids]
        admissions = [sent(AdmitOrganisation, id=id_, on="2026-01-01") for id_ in self.ids]
        await self._until_acknowledged([*applications, *admissions], 0, pause)
        # Contributions have keys of their own, so nothing else lets them come after the admissions.
        await eventually(self._all_admitted, within=PATIENCE_S, what="all admissions")
        await self._until_acknowledged([], versions, pause)

    async def _until_acknowledged(self, waiting: list[Record], versions: int, pause: float) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            producer = AIOKafkaProducer(**self.bus.kafka.aiokafka_options(), acks="all", enable_idempotence=True)
            try:
                await producer.start()
                while waiting or self.versions < versions:
                    waiting = waiting or self._next_version()
                    async with asyncio.timeout(20):
                        await self._send(producer, waiting[:AT_ONCE])
                    waiting = waiting[AT_ONCE:]
                    await asyncio.sleep(pause)
                return
            except (KafkaError, OSError, TimeoutError):
                # What was not acknowledged is sent again under the same ids.
                assert time.monotonic() < deadline, f"{len(waiting)} commands could not be sent"
                await asyncio.sleep(0.5)
            finally:
                await producer.stop()

    async def check(self) -> None:
        """Every command has one outcome, all were done, and everything is there once, in its last version."""
        await self._check_outcomes()
        await self._check_state()
        await self._check_facts()

    def contribution(self, organisation: str, version: int) -> str:
        """The id of what an organisation contributed with a version."""
        return str(uuid5(NAMESPACE_URL, f"{organisation} {version}"))

    def _next_version(self) -> list[Record]:
        version, self.versions = self.versions, self.versions + 1
        report = {"kind": "content", "title": f"Fassung {version}", "on": "2026-06-01"}
        return [
            *[sent(ChangeOrganisation, id=id_, name=_name(id_, version)) for id_ in self.ids],
            *[
                sent(ReportContribution, id=self.contribution(id_, version), organisation=id_, **report)
                for id_ in self.ids
            ],
        ]

    async def _all_admitted(self) -> bool:
        try:
            async with self.bus.database("members") as connection:
                number = await connection.fetchval(
                    "select count(*) from organisation where status = 'active' and id = any($1::text[])", self.ids
                )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False  # killed just now
        return bool(number == self.organisations)

    async def _send(self, producer: AIOKafkaProducer, records: list[Record]) -> None:
        futures = [
            await producer.send(record.topic, record.value, key=record.key, headers=list(record.headers))
            for record in records
        ]
        await asyncio.gather(*futures)
        self.requests |= {str(header(record.headers, "ce_id")) for record in records}

    async def _check_outcomes(self) -> None:
        """Every command has exactly one outcome; a relay may repeat the message, not make another."""
        assert len(self.requests) == self.organisations * (2 + 2 * self.versions)

        async def all_outcomes() -> dict[str, set[bytes]]:
            found: dict[str, set[bytes]] = defaultdict(set)
            for record in await self.bus.records("members.outcomes"):
                message = read_record(record.headers, record.value)
                if message.subject in self.requests:
                    found[message.subject].add(message.id.encode() + message.data)
            return found if set(found) == self.requests else {}

        outcomes = await eventually(all_outcomes, within=120, what="all outcomes")
        assert {len(answers) for answers in outcomes.values()} == {1}
        results = [orjson.loads(answer[36:])["result"] for (answer,) in outcomes.values()]
        assert set(results) == {"created", "changed"}
        assert results.count("created") == self.organisations * (1 + self.versions)

    async def _check_state(self) -> None:
        """The service holds every organisation in its last version, and each contribution once."""
        async with self.bus.database("members") as connection:
            names = await connection.fetch(
                "select id, state ->> 'name' as name from organisation where id = any($1::text[])", self.ids
            )
            contributions = await connection.fetchval(
                "select count(*) from contribution where organisation = any($1::text[])", self.ids
            )
            answered = await connection.fetchval(
                "select count(*) from inbox where id = any($1::text[])", list(self.requests)
            )
        assert {row["id"]: row["name"] for row in names} == {id_: _name(id_, self.versions - 1) for id_ in self.ids}
        assert contributions == self.organisations * self.versions
        assert answered == len(self.requests)

    async def _check_facts(self) -> None:
        """Facts of a key go forward once repeated ones are left out, say the same, and end in what is stored."""
        facts: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        last: dict[str, dict[str, Any]] = {}
        wanted = {id_.encode() for id_ in self.ids}

        async def sent_all() -> bool:
            async with self.bus.database("members") as connection:
                waiting = await connection.fetchval("select count(*) from outbox where key = any($1::bytea[])", wanted)
            return bool(waiting == 0)

        await eventually(sent_all, within=60, what="all facts")
        for record in await self.bus.records("members.facts"):
            if record.key in wanted:
                fact = orjson.loads(record.value or b"null")
                assert facts[fact["id"]].setdefault(fact["version"], fact) == fact
                last[fact["id"]] = fact
        assert set(facts) == set(self.ids)
        for id_, versions in facts.items():
            assert list(versions) == list(range(1, len(versions) + 1))
            assert last[id_]["version"] == max(versions)  # what compaction keeps
            assert last[id_]["name"] == _name(id_, self.versions - 1)


def _name(organisation: str, version: int) -> str:
    return f"{organisation} in Fassung {version}"
