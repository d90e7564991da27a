"""The running bus as a test sees it: partners who publish, the gateway that answers, topics to look into."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

import asyncpg
import httpx
import orjson
from aiokafka import AIOKafkaProducer

from deploy import dead_letters, partners
from deploy.dead_letters import DeadLetter
from deploy.local.bootstrap import gateway_settings
from deploy.local.platform import Platform
from services.gateway.common.access.cli import create_key
from shared.broker import KafkaRecord
from shared.commands.ask import ask
from shared.commands.topic_reader import read_all
from shared.contracts.events import REGISTER_PARTNER, RegisterPartner
from shared.contracts.partner import SUBMIT
from shared.envelope import binary_headers, new_message
from shared.settings import KafkaSettings
from shared.topics import partner_topic

T = TypeVar("T")
_names = count(1)


async def eventually(look: Callable[[], Awaitable[T]], *, within: float = 30.0, what: str = "it") -> T:
    """What ``look`` returns, as soon as that is true; fails after ``within`` seconds with the last value."""
    deadline = time.monotonic() + within
    while True:
        found = await look()
        if found:
            return found
        assert time.monotonic() < deadline, f"{what} did not come about within {within} s; last seen: {found!r}"
        await asyncio.sleep(0.1)


def submission(uid: str, **fields: Any) -> dict[str, Any]:
    """A small valid submission; ``fields`` replace or add."""
    return {"uid": uid, "title": f"Titel {uid}", "starts_at": "2027-03-04T16:00:00+01:00"} | fields


@dataclass(frozen=True)
class Partner:
    """A registered organisation with all its credentials."""

    id: str
    key: str
    kafka_user: str
    kafka_password: str
    bus: "Bus"

    @property
    def topic(self) -> str:
        """Its own topic."""
        return partner_topic(self.id).name

    @property
    def headers(self) -> dict[str, str]:
        """What it sends along over HTTP."""
        return {"Authorization": f"Bearer {self.key}"}

    async def put(self, body: Mapping[str, Any], *, wait: int = 25, **headers: str) -> httpx.Response:
        """Publish over HTTP."""
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if wait:
            sent["Prefer"] = f"wait={wait}"
        return await self.bus.http.put(f"/v1/partners/{self.id}/events/{body['uid']}", json=body, headers=sent)

    async def delete(self, uid: str, *, wait: int = 25) -> httpx.Response:
        """Withdraw over HTTP."""
        headers = self.headers | ({"Prefer": f"wait={wait}"} if wait else {})
        return await self.bus.http.delete(f"/v1/partners/{self.id}/events/{uid}", headers=headers)

    async def submissions(self, **params: Any) -> list[dict[str, Any]]:
        """What became of what it sent, newest first."""
        response = await self.bus.http.get(
            f"/v1/partners/{self.id}/submissions", params={"limit": 200} | params, headers=self.headers
        )
        response.raise_for_status()
        items: list[dict[str, Any]] = response.json()["items"]
        return items

    @asynccontextmanager
    async def producer(self) -> AsyncIterator[AIOKafkaProducer]:
        """A Kafka client as its user, on the partners' listener."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bus.env["KAFKA_PARTNER_BOOTSTRAP_SERVERS"],
            security_protocol="SASL_PLAINTEXT",
            sasl_mechanism="SCRAM-SHA-512",
            sasl_plain_username=self.kafka_user,
            sasl_plain_password=self.kafka_password,
            acks="all",
            request_timeout_ms=15_000,
        )
        await producer.start()
        try:
            yield producer
        finally:
            await producer.stop()

    async def send(self, *bodies: Mapping[str, Any], kind: str = SUBMIT) -> list[str]:
        """Publish over Kafka; returns the ids of the messages."""
        ids = []
        async with self.producer() as producer:
            for body in bodies:
                message = new_message(kind, orjson.dumps(body), source="urn:test", subject=body["uid"])
                await producer.send(self.topic, message.data, key=b"k", headers=binary_headers(message))
                ids.append(message.id)
            await producer.flush()
        return ids


@dataclass
class Bus:
    """A running platform."""

    platform: Platform
    http: httpx.AsyncClient
    _office_key: str = ""

    @property
    def web_url(self) -> str:
        """Where the pages are."""
        return self.platform.public_url("web")

    @property
    def env(self) -> dict[str, str]:
        """What ``.local/env`` holds."""
        return self.platform.env

    @property
    def kafka(self) -> KafkaSettings:
        """The internal listener."""
        return self.platform.kafka.settings

    async def partner(self, name: str = "verein", *, trusted: bool = True) -> Partner:
        """Register a new organisation."""
        id_ = f"{name}-{next(_names)}-{uuid4().hex[:4]}"
        command = RegisterPartner(id=id_, name=f"{name.title()} {id_}", trusted=trusted)
        await ask(self.kafka, "events", REGISTER_PARTNER, id_, command)
        password = await asyncio.to_thread(
            partners.allow, self.kafka, id_, replication_factor=self.platform.kafka.replication_factor
        )
        _, key = await create_key(gateway_settings(self.platform), id_)

        async def known() -> bool:
            response = await self.http.get(
                f"/v1/partners/{id_}/submissions", headers={"Authorization": f"Bearer {key}"}
            )
            async with self.database("gateway") as connection:
                return response.status_code == 200 and bool(
                    await connection.fetchval("select 1 from partner where id = $1", id_)
                )

        await eventually(known, what=f"partner {id_} at the gateway")
        return Partner(id_, key, partners.kafka_user(id_), password, self)

    async def office_key(self) -> str:
        """An API key of the office, the same for the whole run."""
        if not self._office_key:
            _, self._office_key = await create_key(gateway_settings(self.platform), "office")
        return self._office_key

    async def events(self, **params: Any) -> list[dict[str, Any]]:
        """All pages of ``GET /v1/events``."""
        items: list[dict[str, Any]] = []
        cursor = None
        while True:
            page = await self.http.get(
                "/v1/events", params={"limit": 200} | params | ({"cursor": cursor} if cursor else {})
            )
            page.raise_for_status()
            items += page.json()["items"]
            cursor = page.json()["next"]
            if cursor is None:
                return items

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """A connection to a service's database."""
        connection = await asyncpg.connect(self.platform.database_url(service))
        try:
            yield connection
        finally:
            await connection.close()

    async def records(self, topic: str) -> list[KafkaRecord]:
        """All that is on a topic, by partition and offset."""
        return await read_all(self.kafka, topic)

    async def facts(self, *keys: str) -> list[dict[str, Any]]:
        """The data of ``events.facts`` for these keys, in their order."""
        wanted = {key.encode() for key in keys}
        return [orjson.loads(r.value or b"null") for r in await self.records("events.facts") if r.key in wanted]

    async def dead_letters(self, group: str = "events") -> list[DeadLetter]:
        """Dead letters that are not settled."""
        return await dead_letters.unsettled(self.kafka, group)
