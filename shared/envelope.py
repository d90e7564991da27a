"""CloudEvents 1.0 on Kafka: binary mode is written; binary and structured mode are read.

Source: CloudEvents 1.0.2, Kafka Protocol Binding 1.0.2, Distributed Tracing extension.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import orjson

from shared.clock import rfc3339, utc_now

Headers = list[tuple[str, bytes]]

EMPTY: Final = "empty body (tombstone): a message needs data"
_REQUIRED: Final = ("id", "source", "type")
_OPTIONAL: Final = ("subject", "time", "correlationid", "causationid", "traceparent")
_KNOWN: Final = frozenset((*_REQUIRED, *_OPTIONAL, "specversion"))
_LONGEST: Final = 500
_JSON: Final = b"application/json"
_STRUCTURED: Final = b"application/cloudevents+json"


class MalformedMessageError(ValueError):
    """A Kafka record that carries no usable message; the text is its cause and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Message:
    """A command or a fact. ``data`` is JSON, empty in a tombstone; ``time`` RFC 3339; ``subject``: which aggregate."""

    id: str
    source: str
    type: str
    data: bytes
    time: str | None = None
    subject: str | None = None
    correlationid: str | None = None
    causationid: str | None = None
    traceparent: str | None = None


def new_message(
    kind: str,
    data: bytes,
    *,
    source: str,
    subject: str,
    because_of: Message | None = None,
    message_id: str = "",
    time: str = "",
) -> Message:
    """A message of our own, with a fresh id (or ``message_id``) and the present time (or ``time``, RFC 3339).

    ``because_of`` is the message it answers: the correlation is passed on, the causation is its id.
    """
    return Message(
        id=message_id or str(uuid4()),
        source=source,
        type=kind,
        data=data,
        time=time or rfc3339(utc_now()),
        subject=subject,
        correlationid=because_of.correlationid or because_of.id if because_of else None,
        causationid=because_of.id if because_of else None,
        traceparent=because_of.traceparent if because_of else None,
    )


def text_headers(message: Message) -> dict[str, str]:
    """The Kafka headers of ``message`` in binary content mode, still as text."""
    headers = {"content-type": "application/json", "ce_specversion": "1.0"}
    for name in (*_REQUIRED, *_OPTIONAL):
        value = getattr(message, name)
        if value is not None:
            headers[f"ce_{name}"] = value
    return headers


def binary_headers(message: Message) -> Headers:
    """The Kafka headers of ``message`` in binary content mode; its ``data`` is the record's value."""
    return [(name, value.encode()) for name, value in text_headers(message).items()]


def read_record(headers: Iterable[tuple[str, bytes | None]], value: bytes | None) -> Message:
    """Read a Kafka record in either content mode.

    A body that is null is a tombstone: ``data`` is empty then, and the headers say of what.
    Headers that are not ours may hold anything: null, broken UTF-8, a ``reply_to``; they are not looked at.

    Raises:
        MalformedMessageError: there is no message in it, and why.
    """
    attributes: dict[str, bytes | None] = {}
    content_type = _JSON
    for name, content in headers:
        lower = name.lower()
        if lower == "content-type":
            content_type = (content or b"").split(b";")[0].strip().lower()
        elif lower.startswith("ce_") and lower[3:] in _KNOWN:
            if lower[3:] in attributes:
                raise MalformedMessageError(f"attribute {lower[3:]} stands twice in the headers")
            attributes[lower[3:]] = content
    if not value and not (value is None and attributes):
        raise MalformedMessageError(EMPTY)
    if content_type == _STRUCTURED:
        return _structured(value or b"")
    if content_type != _JSON:
        raise MalformedMessageError("content-type is neither application/json nor application/cloudevents+json")
    return _message({name: _text(name, content) for name, content in attributes.items()}, value or b"")


def _structured(value: bytes) -> Message:
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise MalformedMessageError(f"structured message is not valid JSON: {error}") from None
    if not isinstance(document, dict):
        raise MalformedMessageError("structured message is not a JSON object")
    if "data" not in document:
        raise MalformedMessageError("structured message has no data member")
    attributes: dict[str, str | None] = {}
    for name in _KNOWN & document.keys():
        content: Any = document[name]
        if content is not None and not isinstance(content, str):
            raise MalformedMessageError(f"attribute {name} is not a string")
        attributes[name] = content
    try:
        data = orjson.dumps(document["data"])
    except orjson.JSONEncodeError:  # orjson reads deeper than it writes
        raise MalformedMessageError("data is nested too deeply") from None
    return _message(attributes, data)


def _message(attributes: dict[str, str | None], data: bytes) -> Message:
    if attributes.get("specversion") != "1.0":
        raise MalformedMessageError("attribute specversion is missing or not 1.0")
    for name, content in attributes.items():
        if content is not None and not (0 < len(content) <= _LONGEST and content.isprintable()):
            raise MalformedMessageError(f"attribute {name} is empty, too long or holds control characters")
    for name in _REQUIRED:
        if attributes.get(name) is None:
            raise MalformedMessageError(f"attribute {name} is missing")
    known = {name: attributes.get(name) for name in (*_REQUIRED, *_OPTIONAL)}
    return Message(data=data, **known)  # type: ignore[arg-type]  # the required ones were just checked


def _text(name: str, content: bytes | None) -> str | None:
    if content is None:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise MalformedMessageError(f"attribute {name} is not UTF-8") from None


def header(headers: Sequence[tuple[str, bytes | None]], name: str) -> str | None:
    """The text of one header (the last of its name), broken UTF-8 made visible; None where absent or null."""
    for key, content in reversed(headers):
        if key == name and content is not None:
            return content.decode("utf-8", "backslashreplace")
    return None
