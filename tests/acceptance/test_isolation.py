"""Partner A cannot publish, change or withdraw for partner B by any way."""

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError

from deploy import partners
from deploy.local.bootstrap import gateway_settings
from services.gateway.common.access.cli import revoke_keys
from services.gateway.common.access.keys import new_key
from shared.commands.ask import ask
from shared.contracts.events import REMOVE_PARTNER, RemovePartner
from shared.contracts.partner import SUBMIT, event_id
from shared.envelope import binary_headers, new_message
from tests.support.bus import Bus, eventually, submission


@pytest.mark.parametrize(
    "topic", ["partner.{other}.events", "events.facts", "events.commands", "events.outcomes", "dlq.events"]
)
async def test_the_broker_refuses_every_topic_but_ones_own(bus: Bus, topic: str) -> None:
    mine, other = await bus.partner("a"), await bus.partner("b")

    async with mine.producer() as producer:
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(topic.format(other=other.id), b"{}", key=b"k")


async def test_the_broker_refuses_a_partner_whose_name_begins_like_anothers(bus: Bus) -> None:
    short = await bus.partner("club")
    longer = f"{short.id}-two"
    partners.allow(bus.kafka, longer, replication_factor=1)

    async with short.producer() as producer:
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(f"partner.{longer}.events", b"{}", key=b"k")


async def test_a_partner_cannot_read_on_the_broker(bus: Bus) -> None:
    mine = await bus.partner()
    consumer = AIOKafkaConsumer(
        mine.topic,
        bootstrap_servers=bus.env["KAFKA_PARTNER_BOOTSTRAP_SERVERS"],
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=mine.kafka_user,
        sasl_plain_password=mine.kafka_password,
        group_id="spy",
    )
    try:
        with pytest.raises((TopicAuthorizationFailedError, GroupAuthorizationFailedError)):  # noqa: PT012
            await consumer.start()
            await consumer.getone()
    finally:
        await consumer.stop()


async def test_a_wrong_password_opens_nothing(bus: Bus) -> None:
    mine = await bus.partner()
    producer = AIOKafkaProducer(
        bootstrap_servers=bus.env["KAFKA_PARTNER_BOOTSTRAP_SERVERS"],
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=mine.kafka_user,
        sasl_plain_password="falsch",
    )

    with pytest.raises(KafkaError):
        await producer.start()
    await producer.stop()


async def test_a_false_source_or_partner_in_the_message_changes_nothing(bus: Bus) -> None:
    mine, other = await bus.partner("a"), await bus.partner("b")
    await other.put(submission("fest", title="Das Fest"))
    body = orjson.dumps(
        submission("fest", title="Übernommen") | {"partner": other.id, "organisers": [{"id": other.id}]}
    )
    message = new_message(SUBMIT, body, source=f"urn:buendnisbus:partner:{other.id}", subject=other.id)

    async with mine.producer() as producer:
        await producer.send_and_wait(mine.topic, body, key=other.id.encode(), headers=binary_headers(message))

    [item] = await eventually(lambda: bus.events(organiser=mine.id), what="the message as its sender's own")
    assert item["id"] == str(event_id(mine.id, "fest"))
    [theirs] = await bus.events(organiser=other.id)
    assert (theirs["title"], theirs["version"]) == ("Das Fest", 1)


async def test_a_key_acts_for_its_own_organisation_only(bus: Bus) -> None:
    mine, other = await bus.partner("a"), await bus.partner("b")
    await other.put(submission("fest"))
    path = f"/v1/partners/{other.id}/events/fest"

    answers = [
        await bus.http.put(path, json=submission("fest", title="x"), headers=mine.headers),
        await bus.http.delete(path, headers=mine.headers),
        await bus.http.get(f"/v1/partners/{other.id}/submissions", headers=mine.headers),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert {answer.json()["errors"][0]["code"] for answer in answers} == {"owner-differs"}
    [item] = await bus.events(organiser=other.id)
    assert item["version"] == 1


async def test_without_a_key_that_is_known_nothing_is_taken(bus: Bus) -> None:
    mine = await bus.partner()
    path, body = f"/v1/partners/{mine.id}/events/x", submission("x")

    missing = await bus.http.put(path, json=body)
    mistyped = await bus.http.put(path, json=body, headers={"Authorization": f"Bearer {mine.key[:-1]}"})
    unknown = await bus.http.put(path, json=body, headers={"Authorization": f"Bearer {new_key()[1]}"})

    assert [answer.status_code for answer in (missing, mistyped, unknown)] == [401, 401, 401]
    assert missing.headers["www-authenticate"].startswith("Bearer")


async def test_a_revoked_key_opens_nothing_any_more(bus: Bus) -> None:
    mine = await bus.partner()
    await revoke_keys(gateway_settings(bus.platform), owner=mine.id)

    answer = await mine.put(submission("x"))

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "key-expired")


async def test_a_removed_partner_is_refused_on_an_open_connection_and_over_http(bus: Bus) -> None:
    mine = await bus.partner()
    await mine.put(submission("bleibt"))
    async with mine.producer() as producer:
        await producer.send_and_wait(mine.topic, b"{}", key=b"k")
        partners.forbid(bus.kafka, mine.id)
        with pytest.raises(KafkaError):
            await producer.send_and_wait(mine.topic, b"{}", key=b"k")
    await ask(bus.kafka, "events", REMOVE_PARTNER, mine.id, RemovePartner(id=mine.id))

    async def refused() -> bool:
        answer = await mine.put(submission("neu"), wait=0)
        return answer.status_code == 403 and answer.json()["type"] == "/problems/partner-unknown"

    await eventually(refused)
    assert [item["uid"] for item in await bus.events(organiser=mine.id)] == ["bleibt"]
