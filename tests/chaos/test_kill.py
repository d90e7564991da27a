"""Parts are killed at random moments while 2,000 submissions and 500 commands in several versions are published."""

import asyncio
import random

import pytest

from tests.support.bus import Bus
from tests.support.flow import Flow
from tests.support.membership_flow import MembershipFlow

PARTS = ("events-1", "members-1", "gateway-1", "kafka-1", "postgres")


@pytest.mark.timeout(600)
async def test_every_event_is_there_once_in_its_last_version_whatever_was_killed(bus: Bus) -> None:
    by_kafka, by_http = Flow(await bus.partner("chaos-k"), events=250), Flow(await bus.partner("chaos-h"), events=100)
    commands = MembershipFlow(bus, organisations=40)
    seed = random.randrange(10**6)
    print(f"chaos seed {seed}")
    published = asyncio.Event()

    killing = asyncio.create_task(_kill_at_random(bus, random.Random(seed), published))
    await asyncio.gather(by_kafka.over_kafka(6), by_http.over_http(5), commands.over_kafka(6, pause=1))
    published.set()
    killed = await killing
    print(f"killed {killed}")
    assert len(killed) >= len(PARTS)

    await by_kafka.check()
    await by_http.check()
    await commands.check()


async def _kill_at_random(bus: Bus, chance: random.Random, published: asyncio.Event) -> list[str]:
    """Each part at least once, then whichever, until all is published."""
    killed: list[str] = []
    turns = chance.sample(PARTS, len(PARTS))
    while turns or not published.is_set():
        await asyncio.sleep(chance.uniform(0.5, 3))
        part = turns.pop() if turns else chance.choice(PARTS)
        await asyncio.to_thread(bus.platform.kill, part)
        killed.append(part)
        await asyncio.sleep(chance.uniform(0, 2))
        await asyncio.to_thread(bus.platform.restart, part)
    return killed
