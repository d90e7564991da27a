"""What a service says and hears, as an AsyncAPI 3.0 document, built from the contracts and ``topics``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic.json_schema import models_json_schema

from shared.contracts import events, partner
from shared.contracts.base import Contract
from shared.contracts.released.samples import SAMPLES
from shared.topics import EVENTS_COMMANDS, EVENTS_FACTS, EVENTS_OUTCOMES, TOPICS, Topic, partner_topic

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


SERVICES: Final[dict[str, tuple[_Channel, ...]]] = {
    "events": (
        _Channel(
            "partnerEvents",
            "receive",
            partner_topic(_PARTNER),
            partner.TYPES,
            "Any; the order of the topic is kept.",
            "What one partner publishes. The topic is the proof of who it is, whatever the message says.",
        ),
        _Channel(
            "eventsCommands", "receive", _topic(EVENTS_COMMANDS), events.COMMANDS, "Id of the partner.", "Requests."
        ),
        _Channel(
            "eventsFacts",
            "send",
            _topic(EVENTS_FACTS),
            events.FACTS,
            "Id of the event or partner.",
            "The whole public state of each event and partner; the one with the highest version counts.",
        ),
        _Channel(
            "eventsOutcomes",
            "send",
            _topic(EVENTS_OUTCOMES),
            events.OUTCOMES,
            "Id of the request.",
            "What became of each request, exactly one for each.",
        ),
    ),
}


def asyncapi(service: str) -> Document:
    """The AsyncAPI document of ``service``.

    Raises:
        KeyError: there is no such service.
    """
    channels = SERVICES[service]
    models = {model: None for channel in channels for model in channel.types.values()}
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
                    "cleanup.policy": [topic.cleanup_policy],
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
    return {
        "name": kind,
        "title": kind,
        "summary": " ".join((model.__doc__ or "").split()),
        "contentType": "application/json",
        "headers": {
            "allOf": [
                {"$ref": f"{_SCHEMAS}CloudEventHeaders"},
                {"type": "object", "properties": {"ce_type": {"const": kind}}},
            ]
        },
        "payload": {"$ref": f"{_SCHEMAS}{model.__name__}"},
        "examples": [{"name": kind, "payload": SAMPLES[kind].model_dump(mode="json")}],
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
