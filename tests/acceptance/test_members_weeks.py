"""Weeks pass for a member that does nothing: it is reminded, then proposed, and passive by the office's word alone."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest

from deploy.local.platform import Platform
from services.members.cli import is_all_assessed
from services.members.domain.activity import months_later
from services.members.settings import Settings
from shared.contracts.members import organisations
from shared.contracts.members.organisations import ASSESSED, CONFIRMED, LAPSING
from shared.envelope import read_record
from tests.acceptance.test_members import read, write
from tests.support.bus import Bus, eventually
from tests.support.clock import move_clock, platform_at

pytestmark = pytest.mark.platform
NOON = datetime(2027, 3, 10, 11, tzinfo=UTC)
TODAY = NOON.date()
SLUG = "stille-post"


@pytest.fixture(scope="module")
def apart() -> Iterator[Platform]:
    """A platform of its own, whose time nobody else lives in."""
    counts = {"events": 0, "members": 1, "gateway": 1}
    with platform_at(NOON, "weeks", counts) as platform:
        yield platform


@pytest.fixture(scope="module")
async def bus(apart: Platform) -> AsyncIterator[Bus]:
    """The bus on it."""
    async with httpx.AsyncClient(base_url=apart.public_url(), timeout=40) as http:
        yield Bus(apart, http)


async def wait(bus: Bus, days: int) -> None:
    """Let everybody live so many days after today, and the service look at every activity that this concerns."""
    move_clock(bus.platform.root, NOON + timedelta(days=days))
    await eventually(lambda: is_all_assessed(Settings(database_url=bus.platform.database_url("members"))))


async def told(bus: Bus) -> list[tuple[str, dict[str, Any]]]:
    """Type and body of all facts about the member, oldest first; what was repeated once."""
    found: dict[int, tuple[str, dict[str, Any]]] = {}
    for record in await bus.records("members.facts"):
        message = read_record(record.headers, record.value)
        if message.subject == SLUG:
            body = orjson.loads(message.data)
            found[body["version"]] = (message.type, body)
    return [found[version] for version in sorted(found)]


async def until(bus: Bus, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """All facts, as soon as the newest is of a kind."""

    async def there() -> Any:
        facts = await told(bus)
        return facts if facts and facts[-1][0] == kind else None

    return await eventually(there, what=kind)


async def test_a_member_lapses_step_by_step_as_weeks_pass(bus: Bus) -> None:
    lapses_in = 45  # days, from the end of its first six months
    admitted = months_later(TODAY + timedelta(days=lapses_in), -6)
    last = months_later(admitted, 6) - timedelta(days=1)
    left = (last - TODAY).days
    office = f"/v1/office/members/{SLUG}"
    await write(bus, "POST", f"{office}/application", {"name": "Stille Post"})
    await write(bus, "POST", f"{office}/admit", {"on": admitted.isoformat()})

    facts = await until(bus, ASSESSED)
    assert (facts[-1][1]["activity"]["until"], facts[-1][1]["reminded_of"]) == (last.isoformat(), None)

    await wait(bus, left - 30)
    facts = await until(bus, LAPSING)
    assert (facts[-1][1]["reminded_of"], facts[-1][1]["status"]) == (last.isoformat(), "active")
    assert facts[-1][1]["proposed"] is None
    assert facts[-1][1]["activity"]["unless"]

    await wait(bus, left + 1)
    facts = await until(bus, ASSESSED)
    assert (facts[-1][1]["proposed"], facts[-1][1]["status"]) == ("passive", "active")
    assert [kind for kind, _ in facts].count(LAPSING) == 1

    await wait(bus, left + 60)
    answer = await read(bus, f"/v1/members/{SLUG}")
    assert answer["status"] == "active"
    assert await told(bus) == facts

    await write(bus, "POST", f"{office}/confirm", {"status": "passive"})
    facts = await until(bus, CONFIRMED)
    assert (facts[-1][1]["status"], facts[-1][1]["proposed"]) == ("passive", None)
    assert facts[-1][1]["confirmation"]["on"] == (TODAY + timedelta(days=left + 60)).isoformat()

    async def passive() -> bool:
        return bool((await read(bus, f"/v1/members/{SLUG}"))["status"] == "passive")

    await eventually(passive)
    assert organisations.LEFT not in [kind for kind, _ in facts]
