"""Members on the running bus: from application to appreciation, by events of their own, among poison (DESIGN 8)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import orjson
import pytest
from aiokafka import AIOKafkaProducer

from shared.commands.ask import ask
from shared.contracts.members import goals, organisations
from shared.contracts.members.people import KEEP_PERSON
from shared.envelope import Headers, binary_headers, new_message
from shared.topics import MEMBERS_COMMANDS
from tests.support import asking
from tests.support.bus import Bus, Partner, eventually, submission
from tests.support.networks import Alliance

RawHeaders = list[tuple[str, bytes | None]]
TODAY = datetime.now(ZoneInfo("Europe/Berlin")).date()
LONG_AGO = (TODAY - timedelta(days=900)).isoformat()


async def write(bus: Bus, method: str, path: str, body: Any = None, *, as_: Partner | None = None) -> Any:
    """A write of a partner, or of the office, that must be done; returns what it answers."""
    headers = as_.headers if as_ else {"Authorization": f"Bearer {await bus.office_key()}"}
    answer = await bus.http.request(method, path, json=body, headers=headers | {"Prefer": "wait=25"})
    assert answer.status_code in (200, 201, 204), (path, answer.status_code, answer.text)
    return answer.json() if answer.content else None


async def read(bus: Bus, path: str, as_: Partner | None = None) -> Any:
    """What somebody reads."""
    answer = await bus.http.get(path, headers=as_.headers if as_ else {})
    assert answer.status_code == 200, (path, answer.status_code, answer.text)
    return answer.json()


async def member(bus: Bus, partner: Partner, admitted: str = LONG_AGO, **entry: Any) -> None:
    """Let a partner be a member, by commands over Kafka as the office's command line sends them."""
    for kind, command in (
        (organisations.APPLY, organisations.ApplyOrganisation(id=partner.id, name=partner.id, **entry)),
        (organisations.ADMIT, organisations.AdmitOrganisation(id=partner.id, on=admitted)),
    ):
        outcome = await ask(bus.kafka, "members", kind, partner.id, command)
        assert outcome.problem is None


async def activity(bus: Bus, member: str) -> dict[str, Any]:
    """What the service says about a member by now."""
    async with bus.database("members") as connection:
        state = await connection.fetchval("select state from organisation where id = $1", member)
    return orjson.loads(state)["activity"] or {} if state else {}


def active(bus: Bus, member: str, status: str = "active") -> Callable[[], Awaitable[Any]]:
    """Look whether a member is as active as expected."""

    async def look() -> Any:
        found = await activity(bus, member)
        return found if found.get("status") == status else None

    return look


async def test_from_application_to_appreciation(bus: Bus) -> None:
    haus, verein = await bus.partner("haus"), await bus.partner("chor")
    await member(bus, verein)
    meeting, person, contribution = str(uuid4()), str(uuid4()), str(uuid4())
    entry = {"name": "Buntes Haus (Beispiel)", "topics": ["integration"], "areas": {"municipalities": ["14524330"]}}

    await write(bus, "POST", f"/v1/members/{haus.id}/application", entry, as_=haus)
    plan = {
        "kind": "session",
        "title": "Novembersitzung",
        # Late, so that it is among the last three, whatever other tests hold.
        "starts_at": f"{TODAY}T23:40:00",
        "agenda": [{"title": "Neue"}],
    }
    await write(bus, "PUT", f"/v1/office/meetings/{meeting}", plan | {"time_zone": "Europe/Berlin"})
    admission = {"meeting": meeting, "decision": "einstimmig aufgenommen"}
    await write(bus, "POST", f"/v1/office/members/{haus.id}/admit", admission)
    card = {
        "name": "Ute Beispiel-Vertretung",
        "roles": [{"organisation": haus.id, "role": "representative"}],
        "consent": "2026-11",
    }
    await write(bus, "PUT", f"/v1/office/people/{person}", card)
    await write(bus, "POST", f"/v1/office/meetings/{meeting}/invite", {"organisations": [haus.id, verein.id]})
    await write(bus, "POST", f"/v1/members/{haus.id}/meetings/{meeting}/reply", {"reply": "yes"}, as_=haus)
    attendance = [{"organisation": haus.id, "presence": "present", "person": person}]
    await write(bus, "POST", f"/v1/office/meetings/{meeting}/attendance", {"attendance": attendance})
    minutes = {
        "text": "Ute Beispiel-Vertretung stellt das Haus vor.",
        "decisions": [{"text": "aufgenommen", "item": 1}],
    }
    await write(bus, "POST", f"/v1/office/meetings/{meeting}/minutes", minutes)
    report = {"kind": "content", "title": "Vortrag über Nachbarschaft", "on": TODAY.isoformat()}
    await write(bus, "PUT", f"/v1/members/{haus.id}/contributions/{contribution}", report, as_=haus)
    await write(bus, "POST", f"/v1/members/{verein.id}/confirmations/{contribution}", as_=verein)
    await write(bus, "POST", f"/v1/office/members/{haus.id}/thanks", {"year": TODAY.year, "text": "Danke für alles!"})

    async def complete() -> Any:
        found = await read(bus, f"/v1/members/{haus.id}")
        return found if len(found["reasons"]) == 3 else None

    found = await eventually(complete, what="a member with three reasons")
    assert (found["status"], found["name"]) == ("active", "Buntes Haus (Beispiel)")
    year = await read(bus, f"/v1/members/{haus.id}/years/{TODAY.year}")
    assert "Danke für alles!" in str(year)
    assert "Vortrag über Nachbarschaft" in str(year)
    told = [
        r for r in await bus.records("members.facts") if (r.key or b"").decode() in (haus.id, meeting, contribution)
    ]
    assert len(told) >= 10
    assert not [r.key for r in told if b"Beispiel-Vertretung" in (r.value or b"")]
    [kept] = [r for r in await bus.records("members.private") if r.key == person.encode()]
    assert b"Ute Beispiel-Vertretung" in (kept.value or b"")


async def test_who_contributed_cannot_confirm_it_and_hears_why(bus: Bus) -> None:
    haus = await bus.partner("haus")
    await member(bus, haus)
    contribution = str(uuid4())
    report = {"kind": "content", "title": "Vortrag", "on": TODAY.isoformat()}
    await write(bus, "PUT", f"/v1/members/{haus.id}/contributions/{contribution}", report, as_=haus)

    answer = await bus.http.post(
        f"/v1/members/{haus.id}/confirmations/{contribution}", headers=haus.headers | {"Prefer": "wait=25"}
    )

    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "own-contribution"
    await eventually(active(bus, haus.id, "passive"))


async def test_an_event_that_a_member_publishes_makes_it_active_until_it_is_withdrawn(bus: Bus) -> None:
    partner = await bus.partner("feste")
    await member(bus, partner)
    await eventually(active(bus, partner.id, "passive"), what="a member that did nothing")

    await partner.send(submission("fest", starts_at=f"{TODAY}T00:15:00+01:00"))
    found = await eventually(active(bus, partner.id), what="a member that holds an event")
    assert [one["code"] for one in found["because"]] == ["contributions"]

    assert (await partner.delete("fest")).status_code in (200, 204)
    await eventually(active(bus, partner.id, "passive"), what="a member whose event was withdrawn")


async def test_a_request_that_it_accepts_makes_a_member_active_until_it_turns_out_that_nobody_called(bus: Bus) -> None:
    haus, alliance = await bus.partner("helfer"), Alliance(bus)
    area = organisations.Area(municipalities=(asking.ZWICKAU,))
    await member(bus, haus, topics=(alliance.topic,), areas=area)
    await eventually(active(bus, haus.id, "passive"), what="a member that did nothing")
    await asking.known_to_service(bus, haus.id)
    year = f"/v1/members/{haus.id}/years/{TODAY.year}"

    async def in_its_year(accepted: int) -> Any:
        return (await read(bus, year, haus))["referrals"]["accepted"] == accepted

    link = await asking.ask(bus, alliance)
    await asking.post(bus, await asking.answer_link(bus, link), {"answer": "accept"})

    found = await eventually(active(bus, haus.id), what="a member that accepted a request")
    assert [one["code"] for one in found["because"]] == ["referrals"]
    await eventually(partial(in_its_year, 1), what="the request in its year")
    assert (await read(bus, f"/v1/members/{haus.id}"))["reasons"] == [
        "Hat in den letzten 12 Monaten eine Anfrage angenommen"
    ]
    assert (await read(bus, year))["referrals"] == {"accepted": None, "in_time": None}, "one tells of somebody"

    await asking.post(bus, f"{link}/feedback", {"went": "nobody-called"})
    await eventually(active(bus, haus.id, "passive"), what="a member that did not call")
    await eventually(partial(in_its_year, 0), what="a year without the request")


async def test_a_member_stays_active_in_name_until_the_office_confirms(bus: Bus) -> None:
    partner = await bus.partner("stille")
    await member(bus, partner)
    await eventually(active(bus, partner.id, "passive"))
    assert (await read(bus, f"/v1/members/{partner.id}"))["status"] == "active"

    await write(bus, "POST", f"/v1/office/members/{partner.id}/confirm", {"status": "passive"})

    async def passive() -> bool:
        return bool((await read(bus, f"/v1/members/{partner.id}"))["status"] == "passive")

    await eventually(passive)


# Poison


def headers(kind: str, subject: str, *, without: str = "", **changed: bytes | None) -> RawHeaders:
    """Headers of a command, some left out or changed."""
    sent: Headers = binary_headers(new_message(kind, b"", source="urn:test", subject=subject))
    return [(name, value) for name, value in sent if name not in (without, *changed)] + list(changed.items())


NAME = "Rosalinde Giftig"
CARD = {"id": str(uuid4()), "name": NAME, "email": "rosalinde@giftig.example", "consent": "2026-11"}
GOOD_JSON = orjson.dumps(CARD)
DEAD: dict[str, tuple[RawHeaders, bytes | None, str]] = {
    "no type": (headers(KEEP_PERSON, "x", without="ce_type"), GOOD_JSON, "attribute type is missing"),
    "unknown type": (
        headers(KEEP_PERSON, "x", ce_type=b"members.person.paint.v1"),
        GOOD_JSON,
        "unknown type; this group does not take it",
    ),
    "a fact is no command": (
        headers(KEEP_PERSON, "x", ce_type=b"members.person.kept.v1"),
        GOOD_JSON,
        "unknown type; this group does not take it",
    ),
    "no envelope at all": ([], GOOD_JSON, "attribute specversion is missing or not 1.0"),
    "no body": (headers(KEEP_PERSON, "x"), None, "empty body (tombstone): a message needs data"),
    "type that is not UTF-8": (
        headers(KEEP_PERSON, "x", ce_type=b"\xff\xfe"),
        GOOD_JSON,
        "attribute type is not UTF-8",
    ),
    "broken structured message": (
        [("content-type", b"application/cloudevents+json")],
        b'{"name": "Rosalinde Giftig"',
        "structured message is not valid JSON",
    ),
}
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "bad JSON": (GOOD_JSON[:-5], "", "json-invalid"),
    "a name that is a number": (orjson.dumps(CARD | {"name": 7}), "name", "string-type"),
    "an e-mail address that is none": (
        orjson.dumps(CARD | {"email": "Rosalinde Giftig"}),
        "email",
        "string-pattern-mismatch",
    ),
    "NUL in the name": (orjson.dumps(CARD | {"name": f"{NAME}\x00"}), "name", "string-pattern-mismatch"),
}


@pytest.fixture(scope="module")
async def poisoned(bus: Bus) -> list[str]:
    """All poison on one partition, each followed by a good command; ids of what is good."""
    good: list[str] = []
    producer = AIOKafkaProducer(**bus.kafka.aiokafka_options(), acks="all")
    await producer.start()
    try:
        poison = [*((sent, body) for sent, body, _ in DEAD.values())]
        poison += [(headers(KEEP_PERSON, f"bad {name}"), body) for name, (body, *_) in REFUSED.items()]
        for sent, body in poison:
            await producer.send(MEMBERS_COMMANDS, body, key=b"k", headers=sent)
            good.append(str(uuid4()))
            command = goals.SetGoal(id=good[-1], key=f"9.{len(good)}", level="guiding", title="gut")
            await producer.send(
                MEMBERS_COMMANDS,
                command.model_dump_json().encode(),
                key=b"k",
                headers=headers(goals.SET, good[-1]),
            )
        await producer.flush()
    finally:
        await producer.stop()
    return good


async def test_poison_holds_nothing_up(bus: Bus, poisoned: list[str]) -> None:
    async def all_there() -> bool:
        async with bus.database("members") as connection:
            found = await connection.fetchval("select count(*) from goal where id = any($1::text[])", poisoned)
        return bool(found == len(poisoned))

    await eventually(all_there, what="every good command")


async def test_poison_is_a_dead_letter_with_its_cause_and_without_its_body(bus: Bus, poisoned: list[str]) -> None:
    async def letters() -> Any:
        found = [one for one in await bus.dead_letters("members") if one.origin.startswith(f"{MEMBERS_COMMANDS}/")]
        return found if len(found) >= len(DEAD) else None

    found = await eventually(letters, what="the dead letters")

    causes = [letter.cause for letter in found[-len(DEAD) :]]
    assert all(cause.startswith(said) for cause, (_, _, said) in zip(causes, DEAD.values(), strict=True)), causes
    assert not [letter.origin for letter in found if letter.record.value]
    assert not [letter.origin for letter in found if NAME in str(letter)]


async def test_what_is_readable_and_wrong_is_refused_without_repeating_it(bus: Bus, poisoned: list[str]) -> None:
    async def refused() -> Any:
        found = []
        for record in await bus.records("members.outcomes"):
            document = orjson.loads(record.value or b"{}")
            if document.get("result") == "refused" and document["problem"]["status"] == 422:
                found += [(error["field"], error["code"]) for error in document["problem"]["errors"]]
        expected = {(field, code) for _, field, code in REFUSED.values()}
        return found if expected <= set(found) else None

    await eventually(refused, what="every refusal")
    assert not [r.offset for r in await bus.records("members.outcomes") if b"Rosalinde" in (r.value or b"")]
    logs = await asyncio.to_thread(lambda: [p.read_bytes() for p in bus.platform.root.glob("logs/*")])
    assert logs
    assert not [log for log in logs if b"Rosalinde" in log or b"giftig.example" in log]
