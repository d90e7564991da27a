"""Parts go away for half a minute: nothing is lost, nothing runs hot, and the gateway keeps answering."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx

from shared.contracts.partner import event_id
from tests.support.bus import Bus, eventually, submission

AWAY_S = 30


async def test_while_kafka_is_away_writes_are_taken_and_the_gateway_stays_ready(bus: Bus) -> None:
    partner = await bus.partner("ohne-kafka")
    await partner.put(submission("vorher"))

    bus.platform.stop("kafka-1")
    try:
        accepted = []
        for second in range(AWAY_S):
            answer = await partner.put(submission(f"in-{second}"), wait=0)
            assert answer.status_code == 202
            accepted.append(answer.headers["location"])
            assert (await bus.http.get("/v1/events", params={"organiser": partner.id})).status_code == 200
            async with httpx.AsyncClient() as internal:
                ready = await internal.get(f"{bus.platform.internal_url('gateway')}/readyz", timeout=5)
            assert ready.status_code == 200
            await asyncio.sleep(1)
    finally:
        await asyncio.to_thread(bus.platform.restart, "kafka-1")

    async def all_done() -> bool:
        return all([(await bus.http.get(where)).json()["status"] == "done" for where in accepted])

    await eventually(all_done, within=60, what="every write")
    assert len(await bus.events(organiser=partner.id)) == AWAY_S + 1


async def test_a_gateway_that_starts_while_kafka_is_away_takes_writes(bus: Bus) -> None:
    partner = await bus.partner("start")
    bus.platform.stop("kafka-1")
    try:
        await asyncio.to_thread(bus.platform.restart, "gateway-1")
        assert (await partner.put(submission("neu"), wait=0)).status_code == 202
    finally:
        await asyncio.to_thread(bus.platform.restart, "kafka-1")

    await eventually(lambda: bus.events(organiser=partner.id), within=60, what="the event")


async def test_while_its_database_is_away_events_loses_nothing_and_does_not_run_hot(bus: Bus) -> None:
    partner = await bus.partner("ohne-db")
    log = bus.platform.workspace.log("events-1")
    before = _lines(log)

    async with _database_away(bus, "events"):
        for number in range(AWAY_S):
            await partner.send(submission(f"e-{number}"))
            await asyncio.sleep(0.5)
        await asyncio.sleep(AWAY_S / 2)
        complaints = _lines(log)[len(before) :]

    async def all_there() -> bool:
        return len(await bus.events(organiser=partner.id)) == AWAY_S

    await eventually(all_there, within=60, what="every event")
    postponed = [line for line in complaints if "batch postponed" in line]
    assert 1 <= len(postponed) < AWAY_S
    assert len(complaints) < AWAY_S * 10
    ids = [str(event_id(partner.id, f"e-{number}")) for number in range(AWAY_S)]
    assert [fact["version"] for fact in await bus.facts(*ids)] == [1] * AWAY_S


async def test_while_its_database_is_away_the_gateway_says_so_and_recovers(bus: Bus) -> None:
    async with _database_away(bus, "gateway"):
        answer = await bus.http.get("/v1/events")
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        async with httpx.AsyncClient() as internal:
            ready = await internal.get(f"{bus.platform.internal_url('gateway')}/readyz", timeout=5)
        assert ready.status_code == 503

    async def works() -> bool:
        return (await bus.http.get("/v1/events")).status_code == 200

    await eventually(works)


@asynccontextmanager
async def _database_away(bus: Bus, name: str) -> AsyncIterator[None]:
    """All connections of one service's database are cut and no new ones let in; the others' stay."""
    admin = await asyncpg.connect(bus.platform.postgres.admin_url)
    try:
        await admin.execute(f"alter database {name} allow_connections false")
        await admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name)
        yield
    finally:
        await admin.execute(f"alter database {name} allow_connections true")
        await admin.close()


def _lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").splitlines()
