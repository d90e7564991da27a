"""Instances join, leave and are killed while submissions flow: they share the work, nothing is lost or doubled."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from dataclasses import replace

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.local import processes
from deploy.local.platform import Platform
from tests.support.bus import Bus, Partner, eventually
from tests.support.flow import Flow

STOPPED_WITHIN_S = 20


@pytest.fixture
async def scaled(bus: Bus) -> AsyncIterator[Bus]:
    """The bus, which is given back with one instance of each service."""
    yield bus
    await _scale(bus.platform, events=1, gateway=1)
    await bus.partner("wieder")  # answered once the groups have missed their dead


@pytest.mark.timeout(300)
async def test_instances_join_leave_and_are_killed_under_load_without_loss_or_double(scaled: Bus) -> None:
    platform = scaled.platform
    flows = [Flow(await scaled.partner(f"last-{n}"), events=30) for n in range(6)]
    by_kafka, by_http = flows[:5], flows[5]
    enough = asyncio.Event()

    async with AsyncExitStack() as stack:
        flowing = asyncio.gather(
            *[flow.over_kafka(5, enough, pause=1) for flow in by_kafka], by_http.over_http(5, enough, pause=0.1)
        )
        stack.callback(flowing.cancel)
        await _scale(platform, events=3, gateway=2)
        second = await stack.enter_async_context(httpx.AsyncClient(base_url=platform.public_url(index=2), timeout=40))
        by_http.doors.append(door := _through(by_http.partner, second))
        for part in ("events-1", "events-2", "events-3", "gateway-1", "gateway-2"):
            await _works(platform, part)

        assert await _ends_in_good_order(platform, "events-1") in (0, 128 + signal.SIGTERM)
        await asyncio.to_thread(platform.kill, "events-2")
        by_http.doors.remove(door)
        assert await _ends_in_good_order(platform, "gateway-2") in (0, 128 + signal.SIGTERM)
        await asyncio.to_thread(platform.start_service, "events", 1)
        await _works(platform, "events-1")
        enough.set()
        await flowing

    for flow in flows:
        await flow.check()
    print(f"{sum(len(flow.requests) for flow in flows)} submissions")

    async def sent() -> bool:
        return await _left_in_outboxes(scaled) == 0

    await eventually(sent, what="empty outboxes")
    topics = {flow.partner.topic for flow in flows}
    assert [letter for letter in await scaled.dead_letters() if letter.origin.partition("/")[0] in topics] == []


@pytest.mark.timeout(120)
async def test_an_instance_ends_in_time_although_kafka_and_its_database_hang(scaled: Bus) -> None:
    platform = scaled.platform
    partner = await scaled.partner("haengt")
    frozen = [*platform.pids("kafka"), *platform.pids("postgres")]
    flow = Flow(partner, events=50)
    await flow.over_http(1)
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        statuses = await asyncio.gather(*[_ends_in_good_order(platform, part) for part in ("events-1", "gateway-1")])
        assert set(statuses) <= {0, 128 + signal.SIGTERM}
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    await asyncio.to_thread(platform.up)
    await flow.check()


async def _scale(platform: Platform, **counts: int) -> None:
    """As ``make up EVENTS=3 GATEWAY=2`` does."""
    platform.services.counts |= counts
    await asyncio.to_thread(platform.up)


async def _works(platform: Platform, part: str) -> None:
    """Wait until an instance has taken messages in and sent messages out."""
    name, _, index = part.rpartition("-")
    url = f"{platform.internal_url(name, int(index))}/metrics"

    async def counted() -> bool:
        async with httpx.AsyncClient(timeout=10) as http:
            text = (await http.get(url)).text
        done = {
            sample.name: sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.labels.get("result", "handled") == "handled"
        }
        taken, sent = "buendnisbus_messages_consumed_total", "buendnisbus_messages_published_total"
        return done.get(taken, 0) > 0 and done.get(sent, 0) > 0

    await eventually(counted, within=60, what=f"work of {part}")


async def _ends_in_good_order(platform: Platform, part: str) -> int:
    """Ask an instance to end; its exit status. Fails where that takes too long."""
    record = platform.workspace.state.read().processes[part]
    child = processes._children[record.pid]
    began = time.monotonic()
    name, _, index = part.rpartition("-")
    await asyncio.to_thread(platform.stop_service, name, int(index))
    took = time.monotonic() - began
    print(f"{part} ended after {took:.1f} s")
    assert took < STOPPED_WITHIN_S, part
    return await asyncio.to_thread(child.wait, 5)


def _through(partner: Partner, door: httpx.AsyncClient) -> Partner:
    return replace(partner, bus=replace(partner.bus, http=door))


async def _left_in_outboxes(bus: Bus, services: Iterable[str] = ("events", "gateway")) -> int:
    left = 0
    for service in services:
        async with bus.database(service) as connection:
            left += await connection.fetchval("select count(*) from outbox")
    return left
