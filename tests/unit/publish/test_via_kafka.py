"""What publishing over Kafka promises, against a producer in memory; the real one is met on the platform."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from aiokafka.errors import KafkaConnectionError, KafkaError, MessageSizeTooLargeError, TopicAuthorizationFailedError

from services.events.publishing import via_kafka
from services.events.publishing.options import Options, UnreachableError
from shared.calendars.entries import Entry, submission, withdrawal
from shared.commands.results import Result
from shared.envelope import Message, read_record

OPTIONS = Options(via="kafka", partner="buntes-zwickau", kafka="broker:9092", kafka_user="u", kafka_password="p")


class Broker:
    """Takes the place of aiokafka's producer. ``refuse`` may give an error for a uid."""

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}
        self.sent: list[tuple[str, bytes, Message]] = []
        self.refuse: Callable[[str], KafkaError | None] = lambda _: None
        self.start_error: Exception | None = None
        self.stopped = 0

    def __call__(self, **options: Any) -> "Broker":
        self.options = options
        return self

    async def start(self) -> None:
        if self.start_error:
            raise self.start_error

    async def stop(self) -> None:
        self.stopped += 1

    async def send(
        self, topic: str, *, value: bytes, key: bytes, headers: list[tuple[str, bytes]]
    ) -> "asyncio.Future[object]":
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        if error := self.refuse(key.decode()):
            future.set_exception(error)
        else:
            self.sent.append((topic, key, read_record(headers, value)))
            future.set_result(None)
        return future


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    stand_in = Broker()
    monkeypatch.setattr(via_kafka, "AIOKafkaProducer", stand_in)
    yield stand_in
    assert stand_in.stopped == 1


def event(uid: str) -> Entry:
    return submission({"uid": uid, "title": "A", "starts_at": "2026-12-03"}, f"f.json, {uid}")


async def send(entries: list[Entry], options: Options = OPTIONS) -> list[Result]:
    results: dict[int, Result] = {}
    await via_kafka.send(dict(enumerate(entries)), options, results.__setitem__)
    return [results[number] for number in sorted(results)]


async def test_entries_go_to_the_partners_topic_as_cloudevents_in_their_order(broker: Broker) -> None:
    entries = [event("b"), event("a"), withdrawal({"uid": "b", "reason": "krank"}, "3")]
    results = await send(entries)
    assert [(result.result, result.details) for result in results] == [("sent", ("acknowledged by the broker",))] * 3
    assert [(topic, key) for topic, key, _ in broker.sent] == [
        ("partner.buntes-zwickau.events", key) for key in (b"b", b"a", b"b")
    ]
    messages = [message for *_, message in broker.sent]
    assert [message.type for message in messages] == ["partner.event.submit.v1"] * 2 + ["partner.event.withdraw.v1"]
    assert {message.source for message in messages} == {"urn:buendnisbus:partner:buntes-zwickau"}
    assert [message.subject for message in messages] == ["b", "a", "b"]
    assert [message.data for message in messages] == [entry.body for entry in entries]
    assert len({message.id for message in messages}) == 3


async def test_the_producer_loses_nothing_and_logs_in(broker: Broker) -> None:
    await send([event("a")])
    assert broker.options | {"acks": "all", "enable_idempotence": True} == broker.options
    assert broker.options["security_protocol"] == "SASL_PLAINTEXT"
    assert broker.options["sasl_mechanism"] == "SCRAM-SHA-512"
    assert (broker.options["sasl_plain_username"], broker.options["sasl_plain_password"]) == ("u", "p")


async def test_without_a_user_it_speaks_plainly(broker: Broker) -> None:
    await send([event("a")], Options(via="kafka", partner="buntes-zwickau", kafka="broker:9092"))
    assert broker.options["security_protocol"] == "PLAINTEXT"
    assert "sasl_mechanism" not in broker.options


async def test_a_uid_that_no_header_can_hold_still_gets_through(broker: Broker) -> None:
    await send([event("a\u00a0b")])
    ((_, key, message),) = broker.sent
    assert key.decode() == orjson.loads(message.data)["uid"] == "a\u00a0b"
    assert message.subject == "a%C2%A0b"


async def test_one_that_is_too_large_is_refused_and_the_others_go_on(broker: Broker) -> None:
    broker.refuse = lambda uid: MessageSizeTooLargeError() if uid == "b" else None
    results = await send([event("a"), event("b"), event("c")])
    assert [result.result for result in results] == ["sent", "refused", "sent"]
    assert "256 KiB" in results[1].details[0]


async def test_a_door_that_is_closed_is_explained_and_what_went_before_is_told(broker: Broker) -> None:
    broker.refuse = lambda uid: TopicAuthorizationFailedError() if uid == "b" else None
    results: dict[int, Result] = {}
    with pytest.raises(UnreachableError, match=r"u may not write to partner\.buntes-zwickau\.events: check --partner"):
        await via_kafka.send({0: event("a"), 1: event("b")}, OPTIONS, results.__setitem__)
    assert {number: result.result for number, result in results.items()} == {0: "sent"}


async def test_a_broker_that_answers_but_lets_nobody_in_is_told_from_one_that_is_away(broker: Broker) -> None:
    broker.start_error = KafkaConnectionError("Unable to bootstrap")
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    options = Options(via="kafka", partner="buntes-zwickau", kafka=address, kafka_user="u", kafka_password="x")
    async with server:
        with pytest.raises(UnreachableError, match=r"answers, but does not let u in by SASL_PLAINTEXT: check"):
            await send([event("a")], options)


async def test_with_a_gateway_the_outcomes_are_told_and_what_has_none_is_sent(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask(requests: list[str], _: Options, tell: Callable[[str, dict[str, Any]], None]) -> str:
        assert requests == [message.id for *_, message in broker.sent]
        tell(requests[0], {"request": requests[0], "result": "created", "resource": "/v1/events/1"})
        return "no outcome within 20 s"

    monkeypatch.setattr(via_kafka, "ask", ask)
    options = Options(via="kafka", partner="buntes-zwickau", kafka="broker:9092", url="http://g", key="k")
    first, second = await send([event("a"), event("b")], options)
    assert (first.result, first.resource) == ("created", "/v1/events/1")
    assert (second.result, second.details) == ("sent", ("acknowledged by the broker", "no outcome within 20 s"))
