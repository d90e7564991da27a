"""Poison among good messages: each ends with its cause, all good ones arrive, nobody is steered by it."""

from typing import Any

import orjson
import pytest

from shared.contracts.partner import SUBMIT
from shared.envelope import Headers, binary_headers, new_message
from tests.support.bus import Bus, Partner, eventually, submission

RawHeaders = list[tuple[str, bytes | None]]


def headers(uid: str, *, without: str = "", **changed: bytes | None) -> RawHeaders:
    """Headers of a submission, some left out or changed."""
    sent: Headers = binary_headers(new_message(SUBMIT, b"", source="urn:test", subject=uid))
    kept: RawHeaders = [(name, value) for name, value in sent if name not in (without, *changed)]
    return kept + list(changed.items())


def body(uid: str, **fields: Any) -> bytes:
    """A submission as JSON."""
    return orjson.dumps(submission(uid, **fields))


DEAD = {
    "no type": (headers("x", without="ce_type"), body("x")),
    "unknown type": (headers("x", ce_type=b"partner.event.paint.v1"), body("x")),
    "no envelope at all": ([], body("x")),
    "tombstone": (headers("x"), None),
    "attribute that is null": (headers("x", ce_id=None), body("x")),
    "attribute that is not UTF-8": (headers("x", ce_type=b"\xff\xfe"), body("x")),
    "broken structured message": ([("content-type", b"application/cloudevents+json")], b"{"),
}
REFUSED = {
    "bad JSON": (body("x")[:-5], "json-invalid", ""),
    "bad UTF-8": (b'{"uid": "x\xff"}', "json-invalid", ""),
    "wrong schema": (orjson.dumps({"uid": "x", "title": 7}), "string-type", "title"),
    "NUL in a text": (body("x", title="a\x00b"), "string-pattern-mismatch", "title"),
    "unknown time zone": (body("x", time_zone="Mars/Olympus"), "time-zone-unknown", "time_zone"),
    "30 February": (body("x", starts_at="2027-02-30T16:00:00+01:00"), "no-such-date", "starts_at"),
    "end before start": (body("x", ends_at="2027-03-04T15:00:00+01:00"), "end-before-start", "ends_at"),
    "rule that never matches": (
        body("x", recurrence={"rrule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}),
        "no-occurrence",
        "recurrence.rrule",
    ),
}


@pytest.fixture(scope="module")
async def poisoned(bus: Bus) -> Partner:
    """A partner that sent each kind of poison with a good event after it, all in one go."""
    partner = await bus.partner("gift")
    async with partner.producer() as producer:
        number = 0
        poison = [*DEAD.values(), *((headers(f"bad-{name}"), value) for name, (value, *_) in REFUSED.items())]
        for sent, value in poison:
            await producer.send(partner.topic, value, key=b"k", headers=sent)
            await producer.send(partner.topic, body(f"gut-{number}"), key=b"k", headers=headers(f"gut-{number}"))
            number += 1
        await producer.flush()

    async def all_decided() -> bool:
        return len(await partner.submissions()) == number + len(REFUSED)

    await eventually(all_decided, what="an outcome for each readable message")
    return partner


async def test_all_good_events_arrive(bus: Bus, poisoned: Partner) -> None:
    items = await bus.events(organiser=poisoned.id)

    assert {item["uid"] for item in items} == {f"gut-{number}" for number in range(len(DEAD) + len(REFUSED))}


async def test_what_carries_no_message_is_a_dead_letter_with_its_cause_and_bytes(bus: Bus, poisoned: Partner) -> None:
    letters = [one for one in await bus.dead_letters() if one.origin.startswith(f"{poisoned.topic}/")]

    assert [letter.cause for letter in letters] == [
        "attribute type is missing",
        "unknown type; this group does not take it",
        "attribute specversion is missing or not 1.0",
        "empty body (tombstone): a message needs data",
        "attribute id is missing",
        "attribute type is not UTF-8",
        letters[-1].cause,
    ]
    assert letters[-1].cause.startswith("structured message is not valid JSON")
    assert [letter.record.value or None for letter in letters] == [value for _, value in DEAD.values()]


async def test_what_cannot_be_taken_is_refused_with_a_reason_the_partner_can_look_up(poisoned: Partner) -> None:
    refused = list(reversed(await poisoned.submissions(status="refused")))

    reasons = [(one["problem"]["errors"][0]["code"], one["problem"]["errors"][0]["field"]) for one in refused]
    assert sorted(reasons) == sorted((code, field) for _, code, field in REFUSED.values())


async def test_headers_that_are_not_ours_hinder_and_steer_nothing(bus: Bus) -> None:
    partner = await bus.partner("kopf")
    strange: RawHeaders = [
        ("reply_to", b"events.facts"),
        ("empty", None),
        ("latin", b"\xe4\xf6"),
        ("correlation_id", b"\xff"),
        ("dlq-settled", b"dropped"),
    ]
    before = len(await bus.records("dlq.gateway"))

    async with partner.producer() as producer:
        await producer.send_and_wait(partner.topic, body("a"), key=b"k", headers=headers("a") + strange)
        await producer.send_and_wait(partner.topic, b"{}", key=b"k", headers=strange)
        await producer.send_and_wait(partner.topic, body("b"), key=b"k", headers=headers("b") + strange)

    async def both() -> bool:
        return len(await bus.events(organiser=partner.id)) == 2

    await eventually(both)
    facts = [r for r in await bus.records("events.facts") if partner.id.encode() in (r.value or b"")]
    assert len(facts) == 3  # the partner and its two events: nothing was answered to reply_to
    assert len(await bus.records("dlq.gateway")) == before
    letters = [one for one in await bus.dead_letters() if one.origin.startswith(f"{partner.topic}/")]
    assert len(letters) == 1  # a header that pretends it was settled hides nothing


async def test_a_message_at_the_size_limit_is_decided_on_and_a_larger_one_refused_by_the_broker(bus: Bus) -> None:
    from aiokafka.errors import MessageSizeTooLargeError

    partner = await bus.partner("gross")
    small = len(body("voll", unknown=""))
    full = body("voll", unknown="x" * (255 * 1024 - small))
    async with partner.producer() as producer:
        await producer.send_and_wait(partner.topic, full, key=b"k", headers=headers("voll"))
        with pytest.raises(MessageSizeTooLargeError):
            await producer.send_and_wait(partner.topic, full + b" " * 4096, key=b"k", headers=headers("voll"))

    [item] = await eventually(lambda: bus.events(organiser=partner.id))
    assert "unknown" not in item


async def test_structured_cloudevents_are_read_as_well(bus: Bus) -> None:
    partner = await bus.partner("struktur")
    document = {
        "specversion": "1.0",
        "id": "s-1",
        "source": "urn:test",
        "type": SUBMIT,
        "data": submission("strukturiert"),
    }
    async with partner.producer() as producer:
        sent: RawHeaders = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
        await producer.send_and_wait(partner.topic, orjson.dumps(document), key=b"k", headers=sent)

    [item] = await eventually(lambda: bus.events(organiser=partner.id))
    assert item["uid"] == "strukturiert"


async def test_a_repeated_message_has_no_second_effect_and_a_reused_id_is_refused(bus: Bus) -> None:
    partner = await bus.partner("doppelt")
    sent = headers("eins", ce_id=b"immer-gleich")
    async with partner.producer() as producer:
        for value in (body("eins"), body("eins"), body("eins", title="anders"), body("eins", title="anders")):
            await producer.send_and_wait(partner.topic, value, key=b"k", headers=sent)
        await producer.send_and_wait(partner.topic, body("zwei"), key=b"k", headers=headers("zwei"))

    async def decided() -> list[dict[str, Any]]:
        found = await partner.submissions()
        return found if any(one["uid"] == "zwei" for one in found) else []

    outcomes = {one["request"]: one for one in await eventually(decided)}
    assert len(outcomes) == 3
    assert outcomes["immer-gleich"]["result"] == "created"
    [reused] = [one for request, one in outcomes.items() if request.startswith("immer-gleich#")]
    assert reused["problem"]["type"] == "/problems/id-reused"
    [item] = [item for item in await bus.events(organiser=partner.id) if item["uid"] == "eins"]
    assert (item["title"], item["version"]) == ("Titel eins", 1)


@pytest.mark.parametrize(
    ("content", "type_", "status"),
    [
        (b"{", "application/json", 422),
        (b'{"title": 7, "starts_at": "x"}', "application/json", 422),
        (b"[]", "application/json", 422),
        (b'{"uid": "anders", "title": "t", "starts_at": "2027-01-01"}', "application/json", 422),
        (b"{}", "text/plain", 415),
        (b'{"title": "' + b"x" * 300_000 + b'"}', "application/json", 413),
    ],
)
async def test_over_http_bad_input_is_a_problem_naming_the_field(
    bus: Bus, content: bytes, type_: str, status: int
) -> None:
    partner = await bus.partner("http")

    answer = await bus.http.put(
        f"/v1/partners/{partner.id}/events/x", content=content, headers=partner.headers | {"Content-Type": type_}
    )

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert await partner.submissions() == []
