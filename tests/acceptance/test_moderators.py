"""Who looks for a moderator is passed on to somebody who was trained; who that is only the office sees."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.asking import answer_link, ask, known_to_service, of_office, post, stands
from tests.support.bus import Bus, eventually
from tests.support.networks import Alliance

TODAY = datetime.now(UTC).date()
OCCASION = {"on": (TODAY + timedelta(days=60)).isoformat(), "what": "Bürgerversammlung"}
NAMELESS = {"id": None, "name": "Jemand mit Moderationsausbildung"}
LANGUAGE = "eo"
"""Nobody else in these tests speaks Esperanto, whatever they can be asked."""
SURNAME = "Kanarienmoderatorin"


@dataclass
class Registry:
    """People who were trained for a year, and can be asked about a topic that no other test knows."""

    bus: Bus
    alliance: Alliance
    entries: dict[str, str] = field(default_factory=dict)
    """Under which id somebody is in the registry, by the name."""
    people: dict[str, str] = field(default_factory=dict)

    async def write(self, method: str, path: str, body: Any = None) -> None:
        """A write of the office, which must be done."""
        headers = {"Authorization": f"Bearer {await self.bus.office_key()}", "Prefer": "wait=25"}
        answer = await self.bus.http.request(method, path, json=body, headers=headers)
        assert answer.status_code in (200, 201, 204), (path, answer.text)

    async def train(self, first_name: str, municipality: str) -> None:
        """Let somebody be trained, and enter them into the registry."""
        name, person, training, entry = f"{first_name} {SURNAME}", *(str(uuid4()) for _ in range(3))
        self.people[name], self.entries[name] = person, entry
        day = (TODAY - timedelta(days=10)).isoformat()
        plan = {"title": "Moderation", "starts_at": day, "qualification": "moderation", "valid_months": 12}
        await self.write("PUT", f"/v1/office/people/{person}", {"name": name, "consent": "2026-11"})
        await self.write("PUT", f"/v1/office/trainings/{training}", plan)
        held = {"participants": [{"person": person}]}
        await self.write("POST", f"/v1/office/trainings/{training}/complete", held)
        await self.register(name, area={"municipalities": [municipality]})

    async def register(self, name: str, **said: Any) -> None:
        """Enter somebody into the registry, or change the entry."""
        about = {"topics": [self.alliance.topic], "languages": [LANGUAGE], **said}
        await self.write("PUT", f"/v1/office/multipliers/{self.entries[name]}", {"person": self.people[name], **about})

    async def found(self, free: list[int], **query: str) -> list[dict[str, Any]]:
        """Wait until those who can be asked in Zwickau have so much room; as everyone sees them."""

        async def look() -> list[list[dict[str, Any]]]:
            items = (await self.look(**query))["items"]
            return [items] if [one["free"] for one in items] == free else []

        [items] = await eventually(look, what=f"moderators with room for {free}")
        return items

    async def look(self, **query: str) -> Any:
        """Who can be asked in Zwickau, as everyone sees it."""
        params = {"kind": "moderator", "place": "08056", "topic": self.alliance.topic, "language": LANGUAGE, **query}
        return (await self.bus.http.get("/v1/networks", params=params)).raise_for_status().json()

    async def ask(self) -> str:
        """Look for a moderator; the link."""
        return await ask(self.bus, self.alliance, kind="moderator", occasion=OCCASION, languages=[LANGUAGE])

    async def office_sees(self, link: str) -> dict[str, Any]:
        """A request as the office sees it."""
        return await of_office(self.bus, f"/v1/office/referrals/{(await stands(self.bus, link))['id']}")


@pytest.fixture(scope="module")
async def registry(bus: Bus) -> Registry:
    """Somebody in Zwickau, and somebody in Werdau nearby."""
    found = Registry(bus, Alliance(bus))
    await found.train("Anna", "14524330")
    await found.train("Berta", "14524300")
    await found.found([2, 2])
    await known_to_service(bus, *found.entries.values())
    return found


async def test_before_anybody_leaves_data_it_is_said_how_near_moderators_are_but_not_who(registry: Registry) -> None:
    near, farther = await registry.found([2, 2], on=OCCASION["on"])
    reasons = ["Zwickau gehört zu ihrem Gebiet", registry.alliance.topic, "Spricht Esperanto", "2 von 2 Plätzen frei"]
    assert near == NAMELESS | {"reasons": reasons, "distance_km": 0.0, "free": 2}
    assert farther["reasons"][0].startswith("Kann in Werdau")
    assert farther["distance_km"] > 0
    in_a_year = (TODAY + timedelta(days=400)).isoformat()
    assert (await registry.look(on=in_a_year))["items"] == [], "no qualification lasts so long"
    answer = await registry.bus.http.get("/v1/networks", params={"place": "08056", "on": "2027-02-30"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "on")


async def test_a_request_for_a_moderator_goes_to_the_nearest_then_to_the_next_who_accepts_by_link(
    bus: Bus, registry: Registry
) -> None:
    link = await registry.ask()
    status = await stands(bus, link)
    assert (status["state"], status["network"]) == ("routed", NAMELESS)
    assert status["explanation"][0] == "Zwickau gehört zu ihrem Gebiet"
    assert status["due"] > status["created_at"]
    [anna, berta] = [f"{name} {SURNAME}" for name in ("Anna", "Berta")]
    seen = await registry.office_sees(link)
    assert seen["network"] == {"id": registry.entries[anna], "name": anna}
    assert [(one["id"], one["name"]) for one in seen["candidates"]] == [(registry.entries[berta], berta)]

    first = await answer_link(bus, link)
    shown = (await bus.http.get(first)).json()
    assert (shown["standing"], shown["occasion"], shown["network"]) == ("open", OCCASION, NAMELESS)
    assert shown["others"] == [], "nobody hands it on to somebody of whom only the office knows"
    declined = {"answer": "decline", "reason": "no-capacity", "note": "Da bin ich verreist."}
    assert (await post(bus, first, declined)).status_code == 200
    second = await answer_link(bus, link)
    assert (await post(bus, second, {"answer": "accept"})).status_code == 200
    status = await stands(bus, link)
    assert (status["state"], [step["network"] for step in status["history"]]) == ("accepted", [NAMELESS] * 3)
    assert (await post(bus, first, {"answer": "accept"})).status_code == 409
    moved = {"on": (TODAY + timedelta(days=61)).isoformat(), "what": "Bürgerversammlung im Saal"}
    assert (await post(bus, f"{link}/correct", {"occasion": moved})).status_code == 200
    assert (await bus.http.get(second)).json()["occasion"] == moved, "who has accepted sees the new day"
    board = await of_office(bus, "/v1/office/referrals", state="accepted", limit="200")
    assert {"id": registry.entries[berta], "name": berta} in [one["network"] for one in board["items"]]
    figures = await of_office(bus, "/v1/office/referral-figures")
    assert not {one["network"]["id"] for one in figures["items"]} & set(registry.entries.values()), "nobody is measured"
    await registry.found([2, 1])  # what she cares for counts


async def test_no_fact_no_outcome_and_nothing_that_others_read_says_who_moderates(bus: Bus, registry: Registry) -> None:
    link = await registry.ask()
    answers = await answer_link(bus, link)
    for topic in ("members.facts", "referrals.facts", "referrals.private", "referrals.outcomes", "dlq.referrals-view"):
        for record in await bus.records(topic):
            everything = (record.value or b"") + str(record.headers).encode()
            assert SURNAME.encode() not in everything, topic
    said = [(await bus.http.get(path)).text for path in (link, answers)]
    for text in [*said, str(await registry.look())]:
        assert not [one for one in (SURNAME, *registry.entries.values(), *registry.people.values()) if one in text]


async def test_who_is_away_or_erased_is_not_asked_any_more_and_stays_nameless(bus: Bus) -> None:
    registry = Registry(bus, Alliance(bus))
    await registry.train("Clara", "14524330")
    await registry.train("Dora", "14524330")
    await registry.found([2, 2])
    await known_to_service(bus, *registry.entries.values())
    [clara, dora] = [f"{name} {SURNAME}" for name in ("Clara", "Dora")]
    link = await registry.ask()
    asked = (await registry.office_sees(link))["network"]["name"]
    other = clara if asked == dora else dora
    await registry.register(other, available=False)
    await registry.found([1])
    await registry.write("DELETE", f"/v1/office/people/{registry.people[asked]}")
    await registry.found([])

    async def is_nameless() -> bool:
        return bool((await registry.office_sees(link))["network"]["name"] == NAMELESS["name"])

    await eventually(is_nameless, what="a request without the name")

    async def is_known() -> bool:
        async with bus.database("referrals") as connection:
            rows = await connection.fetch(
                "select state ->> 'status' as status from network where id = any($1::text[])",
                [*registry.entries.values()],
            )
        return {row["status"] for row in rows} == {"away", None}

    await eventually(is_known, what="that one is away, and nothing but the id of the other")
    assert (await stands(bus, await registry.ask()))["network"] is None
