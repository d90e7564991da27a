"""A small alliance to look at: two members, a year of one of them, goals. Told as facts, so without the service."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson

from shared.broker import Producer, Record
from shared.contracts.base import Contract
from shared.contracts.members import contributions, goals, meetings, organisations
from shared.envelope import binary_headers, new_message
from shared.topics import MEMBERS_FACTS
from tests.support import member_facts
from tests.support.bus import Bus, eventually, submission
from tests.unit.web import samples_members as samples

PLACES = ("Zwickau", "Werdau")
THANKS = "Danke für jedes Café in diesem Jahr, für jede Übersetzung und für jeden Stuhl, den ihr getragen habt."
_NOW = "2026-11-20T10:00:00.000Z"


@dataclass(frozen=True)
class Membership:
    """What was told: ids of the members and of the measure, and the year that is looked at."""

    active: str
    passive: str
    measure: str
    year: int

    @property
    def pages(self) -> dict[str, str]:
        """Every kind of page there is about members, by name."""
        return {
            "directory": "/members",
            "filtered directory": "/members?topic=integration&municipality=Werdau",
            "empty directory": "/members?topic=nichts",
            "directory with an unclear place": "/members?municipality=08393",
            "networks": "/help?place=Zwickau",
            "networks of an unclear place": "/help?place=08393",
            "asking them": "/help/ask?kind=offer-help&place=Zwickau&topic=integration",
            "asking for a moderator": "/help/ask?kind=moderator&place=Zwickau",
            "asking in an unclear place": "/help/ask?kind=offer-help&place=08393",
            "worries": "/worries",
            "active member": f"/members/{self.active}",
            "passive member": f"/members/{self.passive}",
            "year": f"/members/{self.active}/{self.year}",
            "empty year": f"/members/{self.passive}/{self.year}",
            "goals": "/goals?status=all",
        }


async def tell(bus: Bus, facts: Sequence[tuple[str, Contract, str]]) -> None:
    """Publish facts (type, data, aggregate) as the service members would."""
    records = []
    for kind, fact, aggregate in facts:
        message = new_message(kind, fact.model_dump_json().encode(), source="urn:test", subject=aggregate)
        records.append(Record(MEMBERS_FACTS, aggregate.encode(), message.data, binary_headers(message)))
    producer = Producer(bus.kafka, client_id="test-members")
    async with producer:
        assert set(await producer.send(records)) == {None}


async def found(bus: Bus) -> Membership:
    """Tell of members, their meetings, contributions and events of the last year, and of goals; wait for all."""
    partner = await bus.partner("treff")
    year = datetime.now(UTC).year - 1
    for month, town in enumerate(PLACES, 4):
        place = {"name": "Haus am Markt", "municipality": town}
        body = submission(f"cafe-{town}", starts_at=f"{year}-0{month}-04T16:00:00+02:00", place=place)
        extra = {
            "title": f"Café in {town}",
            "time_zone": "Europe/Berlin",
            "recurrence": {"rrule": "FREQ=WEEKLY;COUNT=3"},
        }
        assert (await partner.put(body | extra)).status_code == 201
    alliance = Membership(partner.id, f"chor-{uuid4().hex[:6]}", str(uuid4()), year)
    await tell(bus, [*_members(alliance), *_log(alliance), *_goals(alliance)])

    async def is_there() -> bool:
        pages = [f"{bus.web_url}{path}" for path in alliance.pages.values()]
        answers = [await bus.http.get(address) for address in (*pages, f"/v1/goals/{alliance.measure}")]
        shown = answers[list(alliance.pages).index("year")].text
        return all(answer.status_code == 200 for answer in answers) and "in 2 Gemeinden" in shown

    await eventually(is_there, what="the members")
    return alliance


def _members(alliance: Membership) -> list[tuple[str, Contract, str]]:
    thanks = [{"year": alliance.year, "on": "2026-01-10", "text": THANKS}]
    admission = {"on": f"{alliance.year}-01-01", "by": "office"}
    documents = [
        samples.organisation(id=alliance.active, thanks=thanks, admission=admission),
        samples.passive(admission=admission) | {"id": alliance.passive, "areas": {"municipalities": ["14524330"]}},
    ]
    return [(organisations.CHANGED, _fact(organisations.OrganisationFact, one), str(one["id"])) for one in documents]


def _log(alliance: Membership) -> list[tuple[str, Contract, str]]:
    told: list[tuple[str, Contract, str]] = []
    for month in range(1, 7):
        meeting = member_facts.meeting(
            title=f"Sitzung Nummer {month}",
            starts_at=f"{alliance.year}-0{month}-08T17:00:00+01:00",
            attendance={alliance.active: "absent" if month == 6 else "present"},
        )
        contribution = member_facts.contribution(
            organisation=alliance.active, title=f"Handreichung Nummer {month}", on=f"{alliance.year}-0{month}-20"
        )
        told.append((meetings.ATTENDED, meeting, meeting.id))
        told.append((contributions.CONFIRMED, contribution, contribution.id))
    return told


def _goals(alliance: Membership) -> list[tuple[str, Contract, str]]:
    top, middle = str(uuid4()), str(uuid4())
    common = {"version": 1, "updated_at": _NOW}
    falling = samples.indicator(
        id="wartezeit", title="Tage bis zur Antwort", unit="Tage", baseline=14.0, target=5.0, counted=None
    )
    measure = samples.measure(responsible=[alliance.active], indicators=[samples.indicator(), falling])
    documents = [
        samples.goal(id=top, key="91") | common,
        samples.goal(id=middle, key="91.1", level="intermediate", title="Orte der Begegnung", parent=top) | common,
        measure | {"id": alliance.measure, "key": "91.1.1", "parent": middle} | common,
        samples.goal(id=str(uuid4()), key="91.1.2", level="measure", title="Gedrucktes Programm", parent=middle)
        | {"status": "retired", "retired_because": "Es steht im Netz."}
        | common,
    ]
    return [(goals.GOAL_SET, _fact(goals.GoalFact, one), str(one["id"])) for one in documents]


def _fact(model: type[Contract], document: dict[str, Any]) -> Contract:
    return model.model_validate_json(orjson.dumps(document))
