"""What somebody wrote is seen by those whom it concerns, and is found nowhere else: canaries in every field."""

import asyncio
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from shared.contracts.referrals.asking import SUBMIT
from shared.contracts.referrals.facts import PERSON_ERASED
from shared.envelope import binary_headers, new_message, read_record
from shared.topics import REFERRALS_COMMANDS
from tests.support.asking import ZWICKAU, answer_link, ask, known_to_service, post, stands
from tests.support.bus import Bus, eventually
from tests.support.membership import tables_with
from tests.support.networks import Alliance

CONTACT = {"name": "Kanarienvogel Eins", "email": "kanarienvogel@zwei.example", "phone": "0375 12312312312312"}
SAID = ("anarienvogel", "12312312312312")


class Erased:
    """Somebody who wrote in every field there is, and was erased."""

    link: str
    id: str
    answers: str


@pytest.fixture(scope="module")
async def erased(bus: Bus) -> Erased:
    """The request with its canaries: asked, asked back, replied, answered, evaluated, then erased by link."""
    alliance, it = Alliance(bus), Erased()
    await alliance.tell("verschwiegen", area={"municipalities": [ZWICKAU]})
    await eventually(alliance.is_complete, what="the network")
    await known_to_service(bus, *alliance.ids.values())
    it.link = await ask(bus, alliance, contact=CONTACT, message="Kanarienvogel Drei", availability="Kanarienvogel 4")
    it.id = (await stands(bus, it.link))["id"]
    it.answers = await answer_link(bus, it.link)
    steps: list[tuple[str, dict[str, Any]]] = [
        (it.answers, {"answer": "ask-back", "note": "Kanarienvogel Fünf?"}),
        (f"{it.link}/reply", {"message": "Kanarienvogel Sechs"}),
        (f"{it.link}/correct", {"message": "Kanarienvogel Sieben", "contact": CONTACT}),
        (it.answers, {"answer": "accept", "note": "Kanarienvogel Acht"}),
        (f"{it.link}/feedback", {"went": "partly", "comment": "Kanarienvogel Neun"}),
    ]
    for path, sent in steps:
        answer = await post(bus, path, sent)
        assert answer.status_code == 200, (path, answer.text)
    await _poison(bus, it.id)
    assert (await bus.http.delete(it.link, headers={"Prefer": "wait=25"})).status_code == 204

    async def gone() -> bool:
        newest = {record.key: record.value for record in await bus.records("referrals.private")}
        return not newest.get(it.id.encode(), b"x")

    await eventually(gone, what="the tombstone")
    return it


async def _poison(bus: Bus, id_: str) -> None:
    """What was broken and still named the person."""
    body = f'{{"id": "{id_}", "message": "Kanarienvogel Zehn", '.encode()
    producer = AIOKafkaProducer(**bus.kafka.aiokafka_options(), acks="all")
    await producer.start()
    for kind in ("referrals.referral.paint.v1", SUBMIT):
        message = new_message(kind, body, source="urn:test", subject="x")
        await producer.send_and_wait(REFERRALS_COMMANDS, body, key=id_.encode(), headers=binary_headers(message))
    await producer.stop()

    async def buried() -> bool:
        return bool([one for one in await bus.records("dlq.referrals") if one.key == id_.encode()])

    await eventually(buried, what="the dead letter")


async def test_no_fact_and_no_outcome_has_ever_said_it(bus: Bus, erased: Erased) -> None:
    seen = 0
    for topic in ("referrals.facts", "referrals.outcomes", "dlq.referrals", "dlq.gateway"):
        for record in await bus.records(topic):
            seen += 1
            everything = (record.value or b"") + str(record.headers).encode()
            assert not [one for one in SAID if one.encode() in everything], (topic, record.key)
    assert seen


async def test_its_tombstone_is_on_kafka_and_nothing_newer_says_anything(bus: Bus, erased: Erased) -> None:
    private = [one for one in await bus.records("referrals.private") if one.key == erased.id.encode()]
    last = read_record(private[-1].headers, private[-1].value)
    assert (last.type, last.subject, private[-1].value or b"") == (PERSON_ERASED, erased.id, b"")


@pytest.mark.parametrize("service", ["referrals", "gateway", "members", "events"])
async def test_no_database_holds_anything_of_it(bus: Bus, erased: Erased, service: str) -> None:
    async def sent() -> bool:
        async with bus.database(service) as connection:
            found = [await tables_with(connection, said) for said in SAID]
        return all(tables <= set() for tables in found)

    await eventually(sent, what=f"nothing in {service}")


async def test_logs_and_metrics_hold_nothing_of_it(bus: Bus, erased: Erased) -> None:
    logs = await asyncio.to_thread(lambda: {p.name: p.read_bytes() for p in bus.platform.root.glob("logs/*")})
    ours = {name: text for name, text in logs.items() if name.startswith(("referrals", "gateway", "web"))}
    assert {name.split("-")[0] for name in ours} >= {"referrals", "gateway"}
    async with httpx.AsyncClient() as http:
        for service in ("referrals", "gateway"):
            metrics = await http.get(f"{bus.platform.services.internal_url(f'{service}-1')}/metrics")
            ours[f"metrics of {service}"] = metrics.content
    token = erased.link.rpartition("/")[2]
    for name, text in ours.items():
        assert not [one for one in (*SAID, token) if one.encode() in text], name


async def test_a_network_that_declines_has_never_seen_how_to_reach_somebody_and_one_that_accepts_does(bus: Bus) -> None:
    alliance = Alliance(bus)
    for name in ("erste", "zweite"):
        await alliance.tell(name, area={"municipalities": [ZWICKAU]})
    await eventually(alliance.is_complete, what="both networks")
    await known_to_service(bus, *alliance.ids.values())
    link = await ask(bus, alliance, contact={"name": "Rotkehlchen", "email": "rotkehlchen@example.org"})
    office = {"Authorization": f"Bearer {await bus.office_key()}"}

    async def seen(answers: str) -> list[dict[str, Any]]:
        """What the network that is asked now reads by its link and in its list, and what the link said."""
        network = (await stands(bus, link))["network"]["id"]
        own = (await bus.http.get(f"/v1/members/{network}/referrals", headers=office)).raise_for_status().json()
        return [(await bus.http.get(answers)).raise_for_status().json(), *own["items"]]

    first = await answer_link(bus, link)
    for one in await seen(first):
        assert ("otkehlchen" in str(one), one["message"], one["wants_answer"]) == (
            False,
            "Ich habe mittwochs Zeit.",
            True,
        )
    await post(bus, first, {"answer": "ask-back", "note": "Wann genau?"})
    await post(bus, f"{link}/reply", {"message": "Um vier."})
    assert not [one for one in await seen(first) if "otkehlchen" in str(one)], "asking back needs no contact"
    assert (await post(bus, first, {"answer": "decline", "reason": "other"})).status_code == 200
    assert "otkehlchen" not in str((await bus.http.get(first)).json())

    second = await answer_link(bus, link)
    assert (await post(bus, second, {"answer": "accept"})).status_code == 200
    assert [one["contact"]["name"] for one in await seen(second)] == ["Rotkehlchen"] * 2
    given_back = {"answer": "give-back", "reason": "other", "note": "Rotkehlchen war nicht zu Hause."}
    assert (await post(bus, second, given_back)).status_code == 200
    assert "otkehlchen" not in str((await bus.http.get(second)).json())
    id_ = (await stands(bus, link))["id"]
    detail = (await bus.http.get(f"/v1/office/referrals/{id_}", headers=office)).raise_for_status().json()
    assert detail["contact"]["name"] == "Rotkehlchen", "the office always sees it"


async def test_both_links_say_that_it_is_over(bus: Bus, erased: Erased) -> None:
    status = await stands(bus, erased.link)
    assert (status["state"], status["erased"], status["message"], status["may"]) == ("cancelled", True, None, [])
    answer = (await bus.http.get(erased.answers)).json()
    assert (answer["standing"], answer["message"], answer["contact"], answer["notes"]) == ("over", None, None, [])
    assert (await post(bus, erased.answers, {"answer": "accept"})).status_code == 409
