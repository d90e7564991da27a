"""A person is forgotten: on Kafka, in every database, among the dead letters and in the logs (DESIGN 9)."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from aiokafka import AIOKafkaProducer

from shared.contracts.members.people import KEEP_PERSON, PERSON_ERASED
from shared.envelope import binary_headers, new_message, read_record
from shared.topics import MEMBERS_COMMANDS
from tests.support.bus import Bus, Partner, eventually
from tests.support.membership import tables_with

TODAY = datetime.now(ZoneInfo("Europe/Berlin")).date()
NAME, EMAIL, PHONE = "Walburga Vergessmich", "walburga@vergessmich.example", "0375 98765432123456"
# So long that no id and no time of day has it by chance.
SAID = ("Walburga", "vergessmich.example", "98765432123456")


class Forgotten:
    """Who was erased, what it took part in, and the answer."""

    def __init__(self) -> None:
        self.person, self.meeting, self.training, self.entry, self.contribution = (str(uuid4()) for _ in range(5))
        self.outcome: dict[str, Any] = {}


@pytest.fixture(scope="module")
async def forgotten(bus: Bus) -> Forgotten:
    """Somebody who stood wherever a person can stand, and was erased."""
    it, haus = Forgotten(), await bus.partner("haus")
    await _live(bus, it, haus)
    await _poison(bus, it)
    it.outcome = await _write(bus, "DELETE", f"/v1/office/people/{it.person}")

    async def gone() -> bool:
        async with bus.database("gateway") as gateway:
            still = await gateway.fetchval("select count(*) from private_fact where id = $1", it.person)
        newest = await _newest(bus, "members.private")
        return still == 0 and newest.get(it.person, b"") is None and (await _waiting(bus)) == 0

    await eventually(gone, what="the tombstone at its readers")
    return it


async def _live(bus: Bus, it: Forgotten, haus: Partner) -> None:
    office = f"/v1/office/members/{haus.id}"
    await _write(bus, "POST", f"/v1/members/{haus.id}/application", {"name": "Haus"}, haus.headers)
    await _write(bus, "POST", f"{office}/admit", {"on": (TODAY - timedelta(days=400)).isoformat()})
    card = {"name": NAME, "email": EMAIL, "phone": PHONE, "consent": "2026-11"}
    roles = [{"organisation": haus.id, "role": "representative"}]
    await _write(bus, "PUT", f"/v1/office/people/{it.person}", card | {"roles": roles})
    plan = {"kind": "session", "title": "Sitzung", "starts_at": TODAY.isoformat()}
    meeting = f"/v1/office/meetings/{it.meeting}"
    await _write(bus, "PUT", meeting, plan)
    await _write(bus, "POST", f"{meeting}/invite", {"organisations": [haus.id]})
    reply = {"reply": "yes", "person": it.person}
    await _write(bus, "POST", f"/v1/members/{haus.id}/meetings/{it.meeting}/reply", reply, haus.headers)
    attendance = [{"organisation": haus.id, "presence": "present", "person": it.person}]
    await _write(bus, "POST", f"{meeting}/attendance", {"attendance": attendance})
    day = (TODAY - timedelta(days=10)).isoformat()
    training = {"title": "Moderation", "starts_at": day, "qualification": "moderation", "valid_months": 12}
    await _write(bus, "PUT", f"/v1/office/trainings/{it.training}", training)
    participants = {"participants": [{"person": it.person}]}
    await _write(bus, "POST", f"/v1/office/trainings/{it.training}/complete", participants)
    await _write(bus, "PUT", f"/v1/office/multipliers/{it.entry}", {"person": it.person})
    report = {"kind": "knowledge", "title": "Vortrag", "on": day, "person": it.person}
    await _write(bus, "PUT", f"/v1/members/{haus.id}/contributions/{it.contribution}", report, haus.headers)
    await _write(bus, "PUT", f"/v1/office/people/{it.person}", card | {"roles": roles, "language": "en"})


async def _poison(bus: Bus, it: Forgotten) -> None:
    """What was broken and still named the person."""
    body = f'{{"id": "{it.person}", "name": "{NAME}", "email": "{EMAIL}", '.encode()
    unknown = new_message("members.person.paint.v1", body, source="urn:test", subject="x")
    broken = new_message(KEEP_PERSON, body, source="urn:test", subject="x")
    producer = AIOKafkaProducer(**bus.kafka.aiokafka_options(), acks="all")
    await producer.start()
    for message in (unknown, broken):
        sent = binary_headers(message)
        await producer.send_and_wait(MEMBERS_COMMANDS, body, key=it.person.encode(), headers=sent)
    await producer.stop()


async def _write(
    bus: Bus, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """A write that must be done, of the office unless ``headers`` say whose; returns what the gateway knows of it."""
    key = headers or {"Authorization": f"Bearer {await bus.office_key()}"}
    answer = await bus.http.request(method, path, json=body, headers=key | {"Prefer": "wait=25"})
    assert answer.status_code in (200, 201, 204), (path, answer.status_code, answer.text)
    found: dict[str, Any] = answer.json() if answer.content else {}
    return found


async def _newest(bus: Bus, topic: str) -> dict[str, bytes | None]:
    """What compaction keeps: by key the last body; null is a tombstone."""
    return {(record.key or b"").decode(): record.value or None for record in await bus.records(topic)}


async def _waiting(bus: Bus) -> int:
    async with bus.database("members") as connection:
        number: int = await connection.fetchval("select count(*) from outbox")
        return number


async def test_its_tombstones_are_on_kafka(bus: Bus, forgotten: Forgotten) -> None:
    private = [r for r in await bus.records("members.private") if r.key == forgotten.person.encode()]
    last = read_record(private[-1].headers, private[-1].value)

    assert not private[-1].value
    assert (last.type, last.subject) == (PERSON_ERASED, forgotten.person)
    newest = await _newest(bus, "members.facts")
    assert newest[forgotten.entry] is None
    assert newest[forgotten.meeting] is not None


async def test_nothing_of_it_stands_in_the_facts_that_stay(bus: Bus, forgotten: Forgotten) -> None:
    for topic in ("members.facts", "members.private"):
        for key, body in (await _newest(bus, topic)).items():
            assert not [one for one in (*SAID, forgotten.person) if one.encode() in (body or b"")], (topic, key)


async def test_no_fact_has_ever_named_it_but_by_its_id(bus: Bus, forgotten: Forgotten) -> None:
    for topic in ("members.facts", "members.outcomes"):
        for record in await bus.records(topic):
            assert not [one for one in SAID if one.encode() in (record.value or b"")], record.key


async def test_outcomes_name_the_person_where_they_answer_requests_about_it_and_nowhere_else(
    bus: Bus, forgotten: Forgotten
) -> None:
    for record in await bus.records("members.outcomes"):
        document = (record.value or b"").replace(f"/v1/office/people/{forgotten.person}".encode(), b"")
        document = document.replace(f'"aggregate":"{forgotten.person}"'.encode(), b"")
        assert forgotten.person.encode() not in document


@pytest.mark.parametrize("service", ["members", "gateway", "events"])
async def test_no_database_holds_anything_of_it_but_its_id_among_the_erased(
    bus: Bus, forgotten: Forgotten, service: str
) -> None:
    async with bus.database(service) as connection:
        for said in SAID:
            assert await tables_with(connection, said) == set()
        # The answers to requests about it name what they were about; they are forgotten by age.
        answers = {"members": {"inbox"}, "gateway": {"request", "outcome"}, "events": set[str]()}[service]
        assert await tables_with(connection, forgotten.person) - answers <= {"erased"}
        if service == "members":
            assert await tables_with(connection, forgotten.entry) - answers <= {"erased"}


async def test_dead_letters_hold_nothing_of_it(bus: Bus, forgotten: Forgotten) -> None:
    records = await bus.records("dlq.members")

    assert [record for record in records if record.key == forgotten.person.encode()]
    assert not [record.offset for record in records if record.value]
    assert not [one for one in SAID if one in str([record.headers for record in records])]


async def test_logs_hold_nothing_of_it(bus: Bus, forgotten: Forgotten) -> None:
    files = await asyncio.to_thread(lambda: {p.name: p.read_bytes() for p in bus.platform.root.glob("logs/*")})
    ours = {name: text for name, text in files.items() if name.startswith(("members", "gateway", "events"))}

    assert ours
    for name, text in ours.items():
        assert not [one for one in (*SAID, forgotten.person) if one.encode() in text], name


async def test_the_office_finds_it_no_more_and_what_it_took_part_in_stays(bus: Bus, forgotten: Forgotten) -> None:
    office = {"Authorization": f"Bearer {await bus.office_key()}"}

    assert (await bus.http.get(f"/v1/office/people/{forgotten.person}", headers=office)).status_code in (404, 410)
    meeting = (await bus.http.get(f"/v1/meetings/{forgotten.meeting}", headers=office)).json()
    assert [one["presence"] for one in meeting["attendance"]] == ["present"]
    assert forgotten.person not in str(meeting)
