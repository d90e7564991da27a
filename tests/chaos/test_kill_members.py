"""The service members is killed again and again while commands come in: each has one outcome, nothing is doubled."""

import asyncio
import random

import pytest

from tests.support.bus import Bus
from tests.support.membership_flow import MembershipFlow


@pytest.mark.timeout(600)
async def test_every_command_has_exactly_one_outcome_though_members_is_killed(bus: Bus) -> None:
    flow = MembershipFlow(bus, organisations=60)
    seed = random.randrange(10**6)
    print(f"chaos seed {seed}")

    killing = asyncio.create_task(_kill(bus, random.Random(seed), times=5))
    await flow.over_kafka(12, pause=0.2)
    await killing

    await flow.check()


async def _kill(bus: Bus, chance: random.Random, times: int) -> None:
    """SIGKILL, most often in the middle of a batch."""
    for _ in range(times):
        await asyncio.sleep(chance.uniform(0.2, 2))
        await asyncio.to_thread(bus.platform.kill, "members-1")
        await asyncio.to_thread(bus.platform.restart, "members-1")
