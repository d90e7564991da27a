"""What a service says and hears, as an AsyncAPI 3.0 document, built from the contracts and ``topics``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic.json_schema import models_json_schema

from shared.contracts import events, members, partner, referrals
from shared.contracts.base import Contract, Erasure
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.referrals.facts import ReferralFact
from shared.contracts.released.samples import SAMPLES
from shared.topics import (
    EVENTS_COMMANDS,
    EVENTS_FACTS,
    EVENTS_OUTCOMES,
    MEMBERS_COMMANDS,
    MEMBERS_FACTS,
    MEMBERS_OUTCOMES,
    MEMBERS_PRIVATE,
    REFERRALS_COMMANDS,
    REFERRALS_FACTS,
    REFERRALS_OUTCOMES,
    REFERRALS_PRIVATE,
    TOPICS,
    Topic,
    partner_topic,
)

Document = dict[str, Any]

_VERSION: Final = "3.0.0"
_BINDING: Final = "0.5.0"
_PARTNER: Final = "{partner}"
_SCHEMAS: Final = "#/components/schemas/"
_MESSAGES: Final = "#/components/messages/"


@dataclass(frozen=True, slots=True)
class _Channel:
    """One topic from the point of view of a service. ``key``: what a record's key is."""

    name: str
    action: Literal["send", "receive"]
    topic: Topic
    types: Mapping[str, type[Contract]]
    key: str
    description: str


def _topic(name: str) -> Topic:
    return next(topic for topic in TOPICS if topic.name == name)


_EVENTS: Final = (
    _Channel(
        name="partnerEvents",
        action="receive",
        topic=partner_topic(_PARTNER),
        types=partner.TYPES,
        key="Any; the order of the topic is kept.",
        description="What one partner publishes. The topic is the proof of who it is, whatever the message says.",
    ),
    _Channel(
        name="eventsCommands",
        action="receive",
        topic=_topic(EVENTS_COMMANDS),
        types=events.COMMANDS,
        key="Id of the partner.",
        description="Requests.",
    ),
    _Channel(
        name="eventsFacts",
        action="send",
        topic=_topic(EVENTS_FACTS),
        types=events.FACTS,
        key="Id of the event or partner.",
        description="The whole public state of each event and partner; the one with the highest version counts.",
    ),
    _Channel(
        name="eventsOutcomes",
        action="send",
        topic=_topic(EVENTS_OUTCOMES),
        types=events.OUTCOMES,
        key="Id of the request.",
        description="What became of each request, exactly one for each.",
    ),
)
_MEMBERS: Final = (
    _Channel(
        name="membersCommands",
        action="receive",
        topic=_topic(MEMBERS_COMMANDS),
        types=members.COMMANDS,
        key="Id of what it is about; of an organisation its slug.",
        description="Requests; they may hold personal data, so that they are kept for a week only.",
    ),
    _Channel(
        name="eventsFacts",
        action="receive",
        topic=_topic(EVENTS_FACTS),
        types={kind: model for kind, model in events.FACTS.items() if model is events.EventFact},
        key="Id of the event.",
        description="The calendar, of which the events of each member and the indicators of goals are counted.",
    ),
    _Channel(
        name="referralsFacts",
        action="receive",
        topic=_topic(REFERRALS_FACTS),
        types={kind: model for kind, model in referrals.FACTS.items() if model is ReferralFact},
        key="Id of the request for help.",
        description="Requests for help: which of them each member accepted and answered as promised is counted.",
    ),
    _Channel(
        name="membersFacts",
        action="send",
        topic=_topic(MEMBERS_FACTS),
        types=members.FACTS,
        key="Id of what it is about; of an organisation its slug.",
        description="The whole state of each organisation, meeting, contribution, training, multiplier, goal and paper,"
        " without personal data; the one with the highest version counts.",
    ),
    _Channel(
        name="membersPrivate",
        action="send",
        topic=_topic(MEMBERS_PRIVATE),
        types=members.PRIVATE,
        key="Id of the person; of minutes that of the meeting.",
        description="Personal data, for mail and the office's pages. A null body erases what stood under its key.",
    ),
    _Channel(
        name="membersOutcomes",
        action="send",
        topic=_topic(MEMBERS_OUTCOMES),
        types=members.OUTCOMES,
        key="Id of the request.",
        description="What became of each request, exactly one for each.",
    ),
)
_REFERRALS: Final = (
    _Channel(
        name="referralsCommands",
        action="receive",
        topic=_topic(REFERRALS_COMMANDS),
        types=referrals.COMMANDS,
        key="Id of the request for help, or of the worry.",
        description="What people ask, what networks answer, what the office does; kept for a week only.",
    ),
    _Channel(
        name="membersFacts",
        action="receive",
        topic=_topic(MEMBERS_FACTS),
        types={kind: model for kind, model in members.FACTS.items() if model is OrganisationFact},
        key="Slug of the organisation.",
        description="The networks that can be asked.",
    ),
    _Channel(
        name="referralsFacts",
        action="send",
        topic=_topic(REFERRALS_FACTS),
        types=referrals.FACTS,
        key="Id of the request for help.",
        description="The whole state of each request for help and of each worry, without who asks and what was written;"
        " the one with the highest version counts.",
    ),
    _Channel(
        name="referralsPrivate",
        action="send",
        topic=_topic(REFERRALS_PRIVATE),
        types=referrals.PRIVATE,
        key="Id of the request for help.",
        description="Who asks, and what was written. A null body erases what stood under its key.",
    ),
    _Channel(
        name="referralsOutcomes",
        action="send",
        topic=_topic(REFERRALS_OUTCOMES),
        types=referrals.OUTCOMES,
        key="Id of the request.",
        description="What became of each request, exactly one for each.",
    ),
)
SERVICES: Final[dict[str, tuple[_Channel, ...]]] = {
    "events": _EVENTS,
    "members": _MEMBERS,
    "referrals": _REFERRALS,
}


def asyncapi(service: str) -> Document:
    """The AsyncAPI document of ``service``.

    Raises:
        KeyError: there is no such service.
    """
    channels = SERVICES[service]
    models = {model: None for channel in channels for model in channel.types.values() if model is not Erasure}
    _, schemas = models_json_schema([(model, "validation") for model in models], ref_template=f"{_SCHEMAS}{{model}}")
    return {
        "asyncapi": _VERSION,
        "info": {
            "title": f"Bündnisbus: {service}",
            "version": "1",
            "description": "CloudEvents 1.0 on Kafka; binary mode is written, binary and structured mode are read.",
        },
        "defaultContentType": "application/json",
        "channels": {channel.name: _channel(channel) for channel in channels},
        "operations": {f"{channel.action}{_capital(channel.name)}": _operation(channel) for channel in channels},
        "components": {
            "messages": {kind: _message(kind, channel) for channel in channels for kind in channel.types},
            "schemas": {"CloudEventHeaders": _HEADERS, **schemas["$defs"]},
        },
    }


def _channel(channel: _Channel) -> Document:
    topic = channel.topic
    result: Document = {
        "address": topic.name,
        "description": channel.description,
        "messages": {kind: {"$ref": f"{_MESSAGES}{kind}"} for kind in channel.types},
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": topic.cleanup_policy.split(","),
                    "retention.ms": -1 if topic.retention_ms is None else topic.retention_ms,
                    "max.message.bytes": topic.max_message_bytes,
                },
                "bindingVersion": _BINDING,
            }
        },
    }
    if _PARTNER in topic.name:
        result["parameters"] = {"partner": {"description": "Slug of the organisation."}}
    return result


def _operation(channel: _Channel) -> Document:
    reference = f"#/channels/{channel.name}"
    return {
        "action": channel.action,
        "channel": {"$ref": reference},
        "messages": [{"$ref": f"{reference}/messages/{kind}"} for kind in channel.types],
    }


def _message(kind: str, channel: _Channel) -> Document:
    model = channel.types[kind]
    own: Document = {"type": "object", "properties": {"ce_type": {"const": kind}}}
    payload: Document = {"$ref": f"{_SCHEMAS}{model.__name__}"}
    example: Document = {"name": kind, "payload": SAMPLES[kind].model_dump(mode="json")}
    if model is Erasure:
        # Which aggregate is gone stands in the headers alone: a body would not erase what Kafka keeps.
        own["required"] = ["ce_subject"]
        payload = {"type": "null", "description": "No body at all: the record's value is null."}
        example["payload"] = None
    return {
        "name": kind,
        "title": kind,
        "summary": " ".join((model.__doc__ or "").split()),
        "contentType": "application/json",
        "headers": {"allOf": [{"$ref": f"{_SCHEMAS}CloudEventHeaders"}, own]},
        "payload": payload,
        "examples": [example],
        "bindings": {
            "kafka": {"key": {"type": "string", "description": channel.key}, "bindingVersion": _BINDING},
        },
    }


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


def _header(description: str) -> Document:
    return {"type": "string", "minLength": 1, "maxLength": 500, "description": description}


_HEADERS: Final[Document] = {
    "type": "object",
    "description": "The attributes of a CloudEvent in binary mode; any other headers are ignored.",
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_type"],
    "properties": {
        "content-type": {"type": "string", "examples": ["application/json"]},
        "ce_specversion": {"const": "1.0"},
        "ce_id": _header("Unique within the source; another message under a known id is refused."),
        "ce_source": _header("URI reference of the sender."),
        "ce_type": _header("Type of the message."),
        "ce_subject": _header("Id of the aggregate."),
        "ce_time": {**_header("When it was written, RFC 3339."), "format": "date-time"},
        "ce_correlationid": _header("Id of the message that all of this began with."),
        "ce_causationid": _header("Id of the message that this one answers."),
        "ce_traceparent": _header("W3C Trace Context."),
    },
}
