"""The AsyncAPI document of a service: complete, consistent in itself, and true to contracts and topics."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from faststream.specification.asyncapi.v3_0_0.schema import ApplicationSchema
from jsonschema import Draft7Validator, Draft202012Validator  # type: ignore[import-untyped]

from shared.contracts import events, members, partner, referrals
from shared.contracts.asyncapi import SERVICES, asyncapi
from shared.contracts.base import Erasure
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.referrals.facts import ReferralFact
from shared.envelope import new_message, text_headers
from shared.topics import TOPICS, partner_topic

DOCUMENTS = {service: asyncapi(service) for service in SERVICES}
CALENDAR = {kind: model for kind, model in events.FACTS.items() if model is events.EventFact}
NETWORKS = {kind: model for kind, model in members.FACTS.items() if model is OrganisationFact}
REQUESTS = {kind: model for kind, model in referrals.FACTS.items() if model is ReferralFact}
OPERATIONS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("events", "receivePartnerEvents", "partner.{partner}.events", partner.TYPES),
    ("events", "receiveEventsCommands", "events.commands", events.COMMANDS),
    ("events", "sendEventsFacts", "events.facts", events.FACTS),
    ("events", "sendEventsOutcomes", "events.outcomes", events.OUTCOMES),
    ("members", "receiveMembersCommands", "members.commands", members.COMMANDS),
    ("members", "receiveEventsFacts", "events.facts", CALENDAR),
    ("members", "receiveReferralsFacts", "referrals.facts", REQUESTS),
    ("members", "sendMembersFacts", "members.facts", members.FACTS),
    ("members", "sendMembersPrivate", "members.private", members.PRIVATE),
    ("members", "sendMembersOutcomes", "members.outcomes", members.OUTCOMES),
    ("referrals", "receiveReferralsCommands", "referrals.commands", referrals.COMMANDS),
    ("referrals", "receiveMembersFacts", "members.facts", NETWORKS),
    ("referrals", "sendReferralsFacts", "referrals.facts", referrals.FACTS),
    ("referrals", "sendReferralsPrivate", "referrals.private", referrals.PRIVATE),
    ("referrals", "sendReferralsOutcomes", "referrals.outcomes", referrals.OUTCOMES),
]
MESSAGES = [(service, kind) for service, document in DOCUMENTS.items() for kind in document["components"]["messages"]]
ERASURES = [(service, kind) for service, _, _, types in OPERATIONS for kind in types if types[kind] is Erasure]

each_service = pytest.mark.parametrize("service", SERVICES)
each_message = pytest.mark.parametrize(("service", "kind"), MESSAGES)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for content in value.values():
            yield from _references(content)
    elif isinstance(value, list):
        for content in value:
            yield from _references(content)


def _resolve(service: str, reference: str) -> Any:
    found: Any = DOCUMENTS[service]
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _message(service: str, kind: str) -> Any:
    return DOCUMENTS[service]["components"]["messages"][kind]


def _schema(service: str, part: Any) -> Any:
    return {**part, "components": DOCUMENTS[service]["components"]}


@each_service
def test_the_document_is_json_and_has_the_shape_of_asyncapi_3(service: str) -> None:
    document = DOCUMENTS[service]
    assert json.loads(json.dumps(document)) == document
    read = ApplicationSchema.model_validate(document)
    assert read.asyncapi == "3.0.0"
    assert set(read.channels) == set(document["channels"])
    assert service in document["info"]["title"]
    assert document["info"]["version"]


@each_service
def test_every_reference_leads_to_something_in_the_document(service: str) -> None:
    references = set(_references(DOCUMENTS[service]))
    assert references
    for reference in references:
        assert _resolve(service, reference), reference


@each_service
def test_there_is_a_channel_for_each_topic_that_the_service_uses_as_it_is_declared(service: str) -> None:
    declared = {topic.name: topic for topic in (*TOPICS, partner_topic("{partner}"))}
    channels = DOCUMENTS[service]["channels"].values()
    used = {address for of, _, address, _ in OPERATIONS if of == service}
    assert {channel["address"] for channel in channels} == used
    assert {name for name in declared if name.startswith(f"{service}.")} <= used
    for channel in channels:
        topic, binding = declared[channel["address"]], channel["bindings"]["kafka"]
        assert binding["partitions"] == topic.partitions
        config = {name: str(value) for name, value in binding["topicConfiguration"].items()}
        config["cleanup.policy"] = ",".join(binding["topicConfiguration"]["cleanup.policy"])
        assert config.items() <= topic.config().items()


@each_service
def test_every_parameter_of_an_address_is_described_and_no_other(service: str) -> None:
    for channel in DOCUMENTS[service]["channels"].values():
        assert list(channel.get("parameters", {})) == [
            name for name in ("partner",) if f"{{{name}}}" in channel["address"]
        ]


@each_service
def test_a_service_does_what_is_listed_here_and_nothing_else(service: str) -> None:
    assert list(DOCUMENTS[service]["operations"]) == [name for of, name, _, _ in OPERATIONS if of == service]


@pytest.mark.parametrize(
    ("service", "operation", "address", "types"), OPERATIONS, ids=[f"{of}-{name}" for of, name, _, _ in OPERATIONS]
)
def test_every_message_type_of_the_contracts_is_sent_or_received(
    service: str, operation: str, address: str, types: dict[str, Any]
) -> None:
    found = DOCUMENTS[service]["operations"][operation]
    assert operation.startswith(found["action"])
    channel = _resolve(service, found["channel"]["$ref"])
    assert channel["address"] == address
    assert set(channel["messages"]) == set(types)
    for reference, kind in zip(found["messages"], types, strict=True):
        assert reference["$ref"].startswith(f"{found['channel']['$ref']}/messages/")
        message = _resolve(service, _resolve(service, reference["$ref"])["$ref"])
        assert message["name"] == kind
        if types[kind] is not Erasure:
            assert _resolve(service, message["payload"]["$ref"])["title"] == types[kind].__name__


@each_message
@pytest.mark.parametrize("validator", [Draft7Validator, Draft202012Validator])
def test_the_example_of_a_message_fits_its_schema(service: str, kind: str, validator: Any) -> None:
    schema = _schema(service, _message(service, kind)["payload"])
    validator.check_schema(schema)
    (example,) = _message(service, kind)["examples"]
    validator(schema).validate(example["payload"])
    assert not validator(schema).is_valid({})


@each_message
def test_the_headers_that_we_write_fit_the_schema_of_headers(service: str, kind: str) -> None:
    validator = Draft202012Validator(_schema(service, _message(service, kind)["headers"]))
    cause = new_message("a.b.c.v1", b"{}", source="urn:a", subject="s")
    headers = text_headers(new_message(kind, b"{}", source="urn:x", subject="s", because_of=cause))
    validator.validate(headers)
    assert not validator.is_valid(headers | {"ce_type": "another.type.is.v1"})
    assert not validator.is_valid({name: value for name, value in headers.items() if name != "ce_id"})


@pytest.mark.parametrize(("service", "kind"), ERASURES)
def test_a_tombstone_is_described_as_no_body_at_all_with_its_subject_in_the_headers(service: str, kind: str) -> None:
    message = _message(service, kind)
    assert not Draft202012Validator(_schema(service, message["payload"])).is_valid({"id": "s"})
    headers = text_headers(new_message(kind, b"", source="urn:x", subject="s"))
    validator = Draft202012Validator(_schema(service, message["headers"]))
    validator.validate(headers)
    assert not validator.is_valid({name: value for name, value in headers.items() if name != "ce_subject"})
    assert "Erasure" not in DOCUMENTS[service]["components"]["schemas"]


def test_the_tombstones_of_members_are_found_here() -> None:
    assert ERASURES == [
        ("members", members.contributions.MULTIPLIER_ERASED),
        ("members", members.people.PERSON_ERASED),
        ("referrals", referrals.facts.PERSON_ERASED),
        ("referrals", referrals.concerns.WORDS_ERASED),
    ]


def test_a_service_that_does_not_exist_has_no_document() -> None:
    with pytest.raises(KeyError):
        asyncapi("weather")
