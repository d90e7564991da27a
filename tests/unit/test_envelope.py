"""CloudEvents on Kafka: what we write anyone can read, and what anyone writes is read or refused with a cause."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import example, given
from hypothesis import strategies as st

from shared.envelope import (
    Headers,
    MalformedMessageError,
    Message,
    binary_headers,
    header,
    new_message,
    read_record,
    text_headers,
)

STRUCTURED = [("content-type", b"application/cloudevents+json; charset=utf-8")]
DATA = b'{"uid":"cafe"}'
ATTRIBUTES = {"specversion": "1.0", "id": "1", "source": "urn:a", "type": "partner.event.submit.v1"}

words = st.text(st.characters(exclude_categories=["C", "Zs", "Zl", "Zp"]), min_size=1, max_size=60)
some_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
texts = st.none() | words
our_messages = st.builds(
    Message,
    id=words,
    source=words,
    type=words,
    data=st.dictionaries(st.text(), some_json, max_size=3).map(orjson.dumps),
    time=st.datetimes().map(lambda moment: f"{moment.isoformat(timespec='milliseconds')}Z"),
    subject=texts,
    correlationid=texts,
    causationid=texts,
    traceparent=texts,
)


def binary(**changes: bytes | None) -> list[tuple[str, bytes | None]]:
    attributes: dict[str, bytes | None] = {name: value.encode() for name, value in ATTRIBUTES.items()}
    return [(f"ce_{name}", value) for name, value in {**attributes, **changes}.items()]


def structured(**changes: Any) -> bytes:
    return orjson.dumps({**ATTRIBUTES, "data": {"uid": "cafe"}, **changes})


def cause(headers: Sequence[tuple[str, bytes | None]], value: bytes | None) -> str:
    with pytest.raises(MalformedMessageError) as error:
        read_record(headers, value)
    return str(error.value)


@given(our_messages)
def test_everything_that_we_write_is_read_as_it_was(message: Message) -> None:
    assert read_record(binary_headers(message), message.data) == message


@given(our_messages)
def test_a_tombstone_is_read_as_the_message_without_data_that_was_written(message: Message) -> None:
    tombstone = replace(message, data=b"")
    assert read_record(binary_headers(tombstone), None) == tombstone


@given(our_messages)
def test_everything_that_we_write_is_a_cloudevent_to_the_sdk(message: Message) -> None:
    event = from_binary(KafkaMessage(dict(binary_headers(message)), None, message.data), JSONFormat())
    assert (event.get_id(), event.get_source(), event.get_type()) == (message.id, message.source, message.type)
    assert (event.get_specversion(), event.get_datacontenttype()) == ("1.0", "application/json")
    assert event.get_subject() == message.subject
    for name in ("correlationid", "causationid", "traceparent"):
        assert event.get_extension(name) == getattr(message, name)
    assert event.get_data() == json.loads(message.data)


@given(
    st.dictionaries(st.sampled_from(("subject", "correlationid")), words),
    st.dictionaries(st.text(), some_json, max_size=3),
)
def test_what_the_sdk_writes_is_read_in_either_mode(extra: dict[str, str], data: Any) -> None:
    event = CloudEvent(
        {"id": "1", "source": "urn:a", "type": "a.b.c.v1", "datacontenttype": "application/json", **extra}, data
    )
    for record in (to_structured(event, JSONFormat()), to_binary(event, JSONFormat())):
        message = read_record(list(record.headers.items()), record.value)
        assert (message.id, message.source, message.type) == ("1", "urn:a", "a.b.c.v1")
        assert (message.subject, message.correlationid) == (extra.get("subject"), extra.get("correlationid"))
        assert json.loads(message.data) == data


header_values = st.none() | st.binary(max_size=30) | words.map(str.encode) | st.just(b"1.0")
header_names = st.sampled_from(
    ("content-type", "Content-Type", "ce_id", "CE_ID", "ce_source", "ce_type", "ce_specversion", "ce_time", "reply_to")
) | st.text(max_size=12)
content_types = st.sampled_from((b"application/json", b"application/cloudevents+json", b"text/plain"))


@given(
    st.lists(st.tuples(header_names, header_values) | st.tuples(st.just("content-type"), content_types), max_size=8),
    st.none()
    | st.binary()
    | some_json.map(orjson.dumps)
    | st.dictionaries(st.sampled_from([*ATTRIBUTES, "data"]), some_json).map(orjson.dumps),
)
@example(
    [*STRUCTURED], b'{"specversion":"1.0","id":"1","source":"a","type":"b","data":' + b"[" * 400 + b"]" * 400 + b"}"
)
@example([*STRUCTURED], b"[" * 100_000)
@example([*STRUCTURED], b'{"data": 1e999}')
@example([*STRUCTURED], b'{"id": "\\ud800", "data": 1}')
def test_any_record_is_read_or_refused_as_malformed_and_nothing_else(
    headers: list[tuple[str, bytes | None]], value: bytes | None
) -> None:
    try:
        message = read_record(headers, value)
    except MalformedMessageError as error:
        assert error.__cause__ is None, "a cause might quote the record"  # noqa: PT017
    else:
        assert message.id
        assert message.source
        assert message.type
        text_headers(message)


SECRET = "Erika-Mustermann"


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        (binary(id=f"{SECRET}\n".encode()), DATA),
        (binary(id=SECRET.encode() + b"\xff"), DATA),
        (binary(source=SECRET.encode() * 100), DATA),
        (binary(specversion=SECRET.encode()), DATA),
        ([*binary(), ("content-type", SECRET.encode())], DATA),
        ([*binary(), ("ce_id", SECRET.encode())], DATA),
        (STRUCTURED, SECRET.encode()),
        (STRUCTURED, f'{{"{SECRET}": '.encode()),
        (STRUCTURED, orjson.dumps([SECRET])),
        (STRUCTURED, orjson.dumps({SECRET: SECRET})),
        (STRUCTURED, structured(id={SECRET: SECRET})),
        (STRUCTURED, structured(type=f"{SECRET}\x00")),
    ],
)
def test_a_cause_never_quotes_the_record(headers: list[tuple[str, bytes | None]], value: bytes) -> None:
    assert SECRET not in cause(headers, value)


@pytest.mark.parametrize(
    ("headers", "value", "expected"),
    [
        ([], None, "empty body"),
        ([("reply_to", b"x"), ("ce_other", b"1")], None, "empty body"),
        (STRUCTURED, None, "empty body"),
        ([*STRUCTURED, *binary()], None, "not valid JSON"),
        (binary(id=None), None, "attribute id is missing"),
        (binary(), b"", "empty body"),
        (binary(specversion=None), DATA, "specversion is missing"),
        (binary(specversion=b"0.3"), DATA, "specversion is missing or not 1.0"),
        (binary(id=None), DATA, "attribute id is missing"),
        (binary(source=b""), DATA, "attribute source is empty"),
        (binary(type=b"x" * 501), DATA, "attribute type is empty, too long"),
        (binary(subject=b"\xff"), DATA, "attribute subject is not UTF-8"),
        ([*binary(), ("CE_ID", b"2")], DATA, "attribute id stands twice"),
        ([*binary(), ("content-type", b"text/plain")], DATA, "content-type"),
        (STRUCTURED, b"{", "not valid JSON"),
        (STRUCTURED, b"[]", "not a JSON object"),
        (STRUCTURED, orjson.dumps(ATTRIBUTES), "no data member"),
        (STRUCTURED, structured(id=7), "attribute id is not a string"),
        (STRUCTURED, structured(source=None), "attribute source is missing"),
    ],
)
def test_a_record_without_a_usable_message_is_refused_with_the_cause(
    headers: list[tuple[str, bytes | None]], value: bytes | None, expected: str
) -> None:
    assert expected in cause(headers, value)


def test_headers_that_are_not_ours_may_hold_anything() -> None:
    others: list[tuple[str, bytes | None]] = [
        ("reply_to", b"events.facts"),
        ("x", None),
        ("y", b"\xff"),
        ("ce_other", b"\xff"),
    ]
    assert read_record([*binary(), *others], DATA) == read_record(binary(), DATA)


def test_names_of_headers_are_read_in_any_case_and_without_a_content_type_as_json() -> None:
    upper = [(name.upper(), value) for name, value in binary()]
    assert read_record(upper, DATA) == read_record([*binary(), ("Content-Type", b"Application/JSON")], DATA)


def test_a_structured_message_is_the_same_as_a_binary_one() -> None:
    assert read_record(STRUCTURED, structured(subject=None)) == read_record(binary(), DATA)


def test_an_answer_carries_on_the_correlation_and_names_its_cause() -> None:
    first = new_message("a.b.c.v1", DATA, source="urn:a", subject="s")
    second = new_message("d.e.f.v1", DATA, source="urn:b", subject="t", because_of=first)
    third = new_message("g.h.i.v1", DATA, source="urn:b", subject="t", because_of=second, message_id="known")
    assert (first.correlationid, first.causationid) == (None, None)
    assert (second.correlationid, second.causationid) == (first.id, first.id)
    assert (third.id, third.correlationid, third.causationid) == ("known", first.id, second.id)
    assert len({first.id, second.id, third.id}) == 3


def test_the_text_of_a_header_is_the_last_of_its_name_with_broken_bytes_made_visible() -> None:
    headers: list[tuple[str, bytes | None]] = [("a", b"1"), ("a", b"2\xff"), ("a", None), ("b", None)]
    assert header(headers, "a") == "2\\xff"
    assert header(headers, "b") is None
    assert header(headers, "c") is None


def test_an_attribute_that_is_not_set_is_not_written() -> None:
    message = Message(id="1", source="urn:a", type="a.b.c.v1", data=DATA)
    written: Headers = binary_headers(message)
    assert dict(written) == {
        "content-type": b"application/json",
        "ce_specversion": b"1.0",
        "ce_id": b"1",
        "ce_source": b"urn:a",
        "ce_type": b"a.b.c.v1",
    }
