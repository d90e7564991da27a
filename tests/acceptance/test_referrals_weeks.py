"""Weeks pass for somebody who asked: reminder, next network, the office, and in the end everything is forgotten."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from deploy.local.platform import Platform
from tests.support.asking import address, answer_link, ask, known_to_service, of_office, post, stands
from tests.support.bus import Bus, eventually
from tests.support.clock import move_clock, platform_at
from tests.support.membership import tables_with
from tests.support.networks import Alliance

pytestmark = pytest.mark.platform
WEDNESDAY = datetime(2027, 3, 10, 11, tzinfo=UTC)


@pytest.fixture(scope="module")
def apart() -> Iterator[Platform]:
    """A platform of its own, whose time nobody else lives in, with two instances that share the timers."""
    counts = {"events": 0, "members": 0, "referrals": 2, "gateway": 1, "web": 0}
    with platform_at(WEDNESDAY, "promises", counts) as platform:
        yield platform


@pytest.fixture(scope="module")
async def bus(apart: Platform) -> AsyncIterator[Bus]:
    """The bus on it."""
    async with httpx.AsyncClient(base_url=apart.public_url(), timeout=40) as http:
        yield Bus(apart, http)


@pytest.fixture(scope="module")
async def alliance(bus: Bus) -> Alliance:
    """Two networks in Zwickau."""
    found = Alliance(bus)
    for name in ("eins", "zwei"):
        await found.tell(name, area={"municipalities": ["14524330"]}, capacity=50)
    await eventually(found.is_complete, what="both networks")
    await known_to_service(bus, *found.ids.values())
    return found


async def until(bus: Bus, link: str, days: float, **wanted: Any) -> dict[str, Any]:
    """Let everybody live so many days after that Wednesday; how the request stands once it is so."""
    move_clock(bus.platform.root, WEDNESDAY + timedelta(days=days))

    async def so() -> dict[str, Any] | None:
        found = await stands(bus, link)
        return found if all(found[name] == value for name, value in wanted.items()) else None

    found = await eventually(so, what=f"{wanted} after {days} days")
    assert found is not None
    return found


async def reminded(bus: Bus, id_: str) -> int:
    """How often a network was reminded of a request."""
    records = await bus.records("referrals.facts")
    return sum(
        record.key == id_.encode() and ("ce_type", b"referrals.referral.reminded.v1") in record.headers
        for record in records
    )


async def test_nobody_answers_and_the_office_has_it_in_the_end(bus: Bus, alliance: Alliance) -> None:
    link = await ask(bus, alliance)
    first = (await stands(bus, link))["network"]["id"]
    assert (await stands(bus, link))["due"] == "2027-03-17T23:00:00.000Z"
    id_ = (await stands(bus, link))["id"]
    move_clock(bus.platform.root, WEDNESDAY + timedelta(days=3))

    async def is_reminded() -> bool:
        return bool(await reminded(bus, id_))

    await eventually(is_reminded, what="a reminder at half time")
    move_clock(bus.platform.root, WEDNESDAY + timedelta(days=8))
    await eventually(lambda: _other(bus, link, first), what="another network")
    # From Thursday the 18th on; the sixth working day would be Tuesday after Easter.
    assert (await stands(bus, link))["due"] == "2027-03-25T23:00:00.000Z"
    with_office = await until(bus, link, 30, state="escalated")
    assert with_office["network"] is None
    board = await of_office(bus, "/v1/office/referrals", overdue="false", state="escalated")
    assert id_ in [one["id"] for one in board["items"]]
    assert await reminded(bus, id_) == 2, "once for each, with two instances"


async def _other(bus: Bus, link: str, first: str) -> bool:
    network = (await stands(bus, link))["network"]
    return bool(network and network["id"] != first)


async def test_who_was_helped_is_forgotten_by_everybody_ninety_days_later(bus: Bus, alliance: Alliance) -> None:
    start = 40
    move_clock(bus.platform.root, WEDNESDAY + timedelta(days=start))
    contact = {"name": "Kunigunde Vergissmich", "email": "kunigunde@vergissmich.example"}
    link = await ask(bus, alliance, contact=contact)
    answers = await answer_link(bus, link)
    for answer in ("accept", "done"):
        assert (await post(bus, answers, {"answer": answer})).status_code == 200
    await until(bus, link, start + 89, state="fulfilled", erased=False)
    await until(bus, link, start + 91, state="fulfilled", erased=True)

    async def sent() -> bool:
        async with bus.database("referrals") as connection:
            return bool(await connection.fetchval("select count(*) = 0 from outbox"))

    await eventually(sent, what="an empty outbox")
    for service in ("referrals", "gateway"):
        async with bus.database(service) as connection:
            assert await tables_with(connection, "unigunde") == set()
    assert (await bus.http.get(answers)).json()["standing"] == "over"


async def test_a_worry_that_many_have_at_once_is_told_and_no_single_sender_can_make_it(bus: Bus) -> None:
    start, same = WEDNESDAY + timedelta(days=140), {"X-Forwarded-For": address()}
    sent = {"text": "Es wird rauer.", "place": {"municipality": "Zwickau"}, "topics": ["demokratie"]}
    for week in range(16):
        move_clock(bus.platform.root, start + timedelta(weeks=week))
        last = week == 15
        everybody = [post(bus, "/v1/concerns", sent) for _ in range(20 if last else 3)]
        one = [post(bus, "/v1/concerns", sent, same) for _ in range(9 if last else 0)]
        assert {answer.status_code for answer in await asyncio.gather(*everybody, *one)} == {201}
    move_clock(bus.platform.root, start + timedelta(weeks=16))

    async def rises() -> list[dict[str, Any]]:
        answer = await bus.http.get("/v1/concerns/trends", params={"rising": "true"})
        items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
        return items

    [trend] = await eventually(rises, what="the worry that rises") or []
    assert (trend["topic"], trend["area"]) == ("demokratie", {"code": "14524330", "name": "Zwickau"})
    assert trend["weeks"] == [{"week": trend["since"], "number": 21, "usual": 3.0}]
    everything = (await bus.http.get("/v1/concerns/trends", params={"topic": "integration"})).json()["items"]
    assert everything == []
    table = await bus.http.get("/v1/concerns/trends.csv")
    assert table.text.splitlines()[1] == f"demokratie;14524330;Zwickau;{trend['since']};21;3.0;true"
