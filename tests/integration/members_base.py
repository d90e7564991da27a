"""The service ``members`` on a database of its own, without Kafka: batches are given to it by hand."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar, cast

import orjson
import pytest

from deploy.local.platform import Platform
from services.members import answered_referrals, app, assessing, event_days, handlers, loading
from services.members.domain.state import AGGREGATES
from services.members.rules import read_rules
from shared import db
from shared.aggregates import store, work
from shared.broker import Record
from shared.consume import Received, decode
from shared.contracts.base import Contract
from shared.contracts.members.organisations import AdmitOrganisation, ApplyOrganisation
from shared.contracts.requests import Outcome
from tests.integration.workbench import as_received, taker, throw_away
from tests.support.membership import sent

C = TypeVar("C", bound=Contract)
RULES = read_rules(None, "Europe/Berlin")


@dataclass
class Clock:
    """What the service takes for the present."""

    now: datetime = datetime(2026, 11, 25, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The present, as whoever imported ``utc_now`` gets it."""
        return self.now

    def forward(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


@dataclass
class Members:
    """The service, and what it has written."""

    pool: db.Pool
    clock: Clock

    def __post_init__(self) -> None:
        """Its way in for commands is that of the real one."""
        self._taken = taker(app.COMMANDS, partial(handlers.handle, rules=RULES), self.pool)

    async def take(self, *records: Record, first_offset: int = 0) -> None:
        """Handle one batch of commands."""
        await self._taken.take(as_received(*records, first_offset=first_offset))

    async def do(self, model: type[Contract], **fields: Any) -> Outcome:
        """Handle one command; returns its outcome."""
        record = sent(model, **fields)
        await self.take(record)
        message_id = dict(record.headers)["ce_id"]
        assert message_id is not None
        return (await self.outcomes())[message_id.decode()]

    async def handle(self, connection: db.Connection, *records: Record) -> None:
        """Handle a batch on a connection whose transaction the test ends, where every failure shows."""
        batch = [decode(app.COMMANDS, record) for record in as_received(*records)]
        await handlers.handle(connection, batch, RULES)

    async def see(self, *facts: Contract) -> None:
        """Take in facts of the calendar, or about requests for help, in one batch."""
        batch = [Received(cast("Any", None), "of others", fact, (), cast("Any", None)) for fact in facts]
        async with db.transaction(self.pool) as connection:
            await app.follow(connection, batch, RULES.zone)

    async def assess(self) -> int:
        """Look at all members that are due; returns how many there were."""
        number = 0
        while True:
            async with db.transaction(self.pool) as connection:
                found = await assessing.assess_members(connection, RULES)
            number += found
            if found == 0:
                return number

    async def count_goals(self) -> None:
        """Count the indicators of goals."""
        async with db.transaction(self.pool) as connection:
            await assessing.count_goals(connection, RULES)

    async def member(self, *ids: str, admitted: str = "2025-01-01") -> None:
        """Organisations that are members."""
        for id_ in ids:
            await self.take(
                sent(ApplyOrganisation, id=id_, name=f"{id_} e. V."), sent(AdmitOrganisation, id=id_, on=admitted)
            )

    async def get(self, model: type[C], id_: str) -> C:
        """What there is under an id."""
        async with db.reading(self.pool) as connection:
            found = await store.read_one(connection, AGGREGATES, model, id_)
        assert found is not None
        return found

    async def outcomes(self) -> dict[str, Outcome]:
        """The outcome of each request, by the id under which it was answered."""
        async with db.reading(self.pool) as connection:
            rows = await connection.fetch("select id, outcome from inbox")
        return {row["id"]: Outcome.model_validate_json(row["outcome"]) for row in rows}

    async def told(self, topic: str = "members.facts") -> list[tuple[str, str, Any]]:
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

    async def number(self, statement: str, *values: object) -> Any:
        """One value out of the database."""
        async with db.reading(self.pool) as connection:
            return await connection.fetchval(statement, *values)


@asynccontextmanager
async def service(platform: Platform, template: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Members]:
    """The service on a fresh database, with a clock that stands still."""
    clock = Clock()
    for module in (loading, assessing, event_days, answered_referrals, work):
        monkeypatch.setattr(module, "utc_now", clock)
    async with (
        throw_away(platform.postgres.admin_url, platform.database_url("members"), template) as url,
        db.create_pool(url, name="test", size=6) as pool,
    ):
        yield Members(pool, clock)


def attendance(**presence: str) -> Sequence[dict[str, str]]:
    """How organisations took part, as a command says it."""
    return [{"organisation": name, "presence": how} for name, how in presence.items()]
