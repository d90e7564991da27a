"""The AsyncAPI document of a service: complete, consistent in itself, and true to contracts and topics."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from faststream.specification.asyncapi.v3_0_0.schema import ApplicationSchema
from jsonschema import Draft7Validator, Draft202012Validator  # type: ignore[import-untyped]

from shared.contracts import events, partner
from shared.contracts.asyncapi import asyncapi
from shared.envelope import new_message, text_headers
from shared.topics import TOPICS, partner_topic

DOCUMENT = asyncapi("events")
MESSAGES = DOCUMENT["components"]["messages"]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for content in value.values():
            yield from _references(content)
    elif isinstance(value, list):
        for content in value:
            yield from _references(content)


def _resolve(reference: str) -> Any:
    found: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _schema(part: Any) -> Any:
    return {**part, "components": DOCUMENT["components"]}


def test_the_document_is_json_and_has_the_shape_of_asyncapi_3() -> None:
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT
    read = ApplicationSchema.model_validate(DOCUMENT)
    assert read.asyncapi == "3.0.0"
    assert set(read.channels) == set(DOCUMENT["channels"])
    assert DOCUMENT["info"]["title"]
    assert DOCUMENT["info"]["version"]


def test_every_reference_leads_to_something_in_the_document() -> None:
    references = set(_references(DOCUMENT))
    assert references
    for reference in references:
        assert _resolve(reference), reference


def test_there_is_a_channel_for_each_topic_that_the_service_uses_as_it_is_declared() -> None:
    declared = {topic.name: topic for topic in (*TOPICS, partner_topic("{partner}"))}
    addresses = {channel["address"] for channel in DOCUMENT["channels"].values()}
    assert addresses == {"partner.{partner}.events", "events.commands", "events.facts", "events.outcomes"}
    for channel in DOCUMENT["channels"].values():
        topic, binding = declared[channel["address"]], channel["bindings"]["kafka"]
        assert binding["partitions"] == topic.partitions
        config = {name: str(value) for name, value in binding["topicConfiguration"].items()}
        config["cleanup.policy"] = ",".join(binding["topicConfiguration"]["cleanup.policy"])
        assert config.items() <= topic.config().items()


def test_every_parameter_of_an_address_is_described_and_no_other() -> None:
    for channel in DOCUMENT["channels"].values():
        assert list(channel.get("parameters", {})) == [
            name for name in ("partner",) if f"{{{name}}}" in channel["address"]
        ]


@pytest.mark.parametrize(
    ("operation", "action", "types"),
    [
        ("receivePartnerEvents", "receive", partner.TYPES),
        ("receiveEventsCommands", "receive", events.COMMANDS),
        ("sendEventsFacts", "send", events.FACTS),
        ("sendEventsOutcomes", "send", events.OUTCOMES),
    ],
)
def test_every_message_type_of_the_contracts_is_sent_or_received(operation: str, action: str, types: Any) -> None:
    found = DOCUMENT["operations"][operation]
    assert found["action"] == action
    channel = _resolve(found["channel"]["$ref"])
    assert set(channel["messages"]) == set(types)
    for reference, kind in zip(found["messages"], types, strict=True):
        assert reference["$ref"].startswith(f"{found['channel']['$ref']}/messages/")
        message = _resolve(_resolve(reference["$ref"])["$ref"])
        assert message["name"] == kind
        assert _resolve(message["payload"]["$ref"])["title"] == types[kind].__name__


@pytest.mark.parametrize("kind", MESSAGES)
@pytest.mark.parametrize("validator", [Draft7Validator, Draft202012Validator])
def test_the_example_of_a_message_fits_its_schema(kind: str, validator: Any) -> None:
    schema = _schema(MESSAGES[kind]["payload"])
    validator.check_schema(schema)
    (example,) = MESSAGES[kind]["examples"]
    validator(schema).validate(example["payload"])
    assert not validator(schema).is_valid({})


@pytest.mark.parametrize("kind", MESSAGES)
def test_the_headers_that_we_write_fit_the_schema_of_headers(kind: str) -> None:
    validator = Draft202012Validator(_schema(MESSAGES[kind]["headers"]))
    cause = new_message("a.b.c.v1", b"{}", source="urn:a", subject="s")
    headers = text_headers(new_message(kind, b"{}", source="urn:x", subject="s", because_of=cause))
    validator.validate(headers)
    assert not validator.is_valid(headers | {"ce_type": "another.type.is.v1"})
    assert not validator.is_valid({name: value for name, value in headers.items() if name != "ce_id"})


def test_a_service_that_does_not_exist_has_no_document() -> None:
    with pytest.raises(KeyError):
        asyncapi("weather")
