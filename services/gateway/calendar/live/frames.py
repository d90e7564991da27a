"""What travels on the stream: changes as server-sent events (HTML, section 9.2), pure functions.

A client that keeps what ``published`` brings and drops what ``withdrawn`` and ``removed`` name has the list of its
filters. ``removed`` is sent for whatever was public before and is not wanted now, also to those who never had it:
nobody keeps account of what each client has seen.
"""

import re
from dataclasses import dataclass
from typing import Final

import orjson

from services.gateway.calendar.change_store import ChangeRow, Position
from services.gateway.calendar.documents import public
from services.gateway.calendar.filters import EventFilter
from services.gateway.calendar.matching import Facets, matches

RETRY_MS: Final = 3_000
HEARTBEAT: Final = b":\n\n"

_ID: Final = re.compile(r"(?P<epoch>[0-9a-f]{12})-(?P<number>[0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Change:
    """A change with its frames, made once for all clients.

    ``shown`` is for those whose filter ``facets`` match; ``gone`` for all others, None where there was nothing before.
    """

    number: int
    facets: Facets | None
    shown: bytes
    gone: bytes | None

    def frame(self, wanted: EventFilter) -> bytes | None:
        """What a client with this filter gets; None where the change does not concern it."""
        return self.shown if self.facets is not None and matches(self.facets, wanted) else self.gone


def change(row: ChangeRow, epoch: str) -> Change:
    """The frames of one row of the log."""
    id_ = write_id(Position(epoch, row.number))
    kind = "withdrawn" if row.visibility == "withdrawn" else "removed"
    name = {"id": str(row.id), "version": row.version, "visibility": row.visibility}
    gone = _frame(kind, name, id_) if row.was_public else None
    if row.document is None:
        return Change(row.number, None, b"", gone)
    document = orjson.loads(row.document)
    return Change(row.number, Facets.of(document), _frame("published", public(document), id_), gone)


def opening() -> bytes:
    """The first lines of every stream: how long to wait before connecting again."""
    return _retry(RETRY_MS)


def hello(position: Position) -> bytes:
    """From where the stream goes on, so that a client can resume also if nothing has come."""
    return _frame("hello", {"last_event_id": write_id(position)}, write_id(position))


def reset(position: Position) -> bytes:
    """The log that the client has read from is no more: it is to load its list again; the stream goes on from here."""
    return _frame("reset", {"last_event_id": write_id(position)}, write_id(position))


def goodbye(retry_ms: int) -> bytes:
    """The last lines of a stream that the server ends: come back in ``retry_ms``, not all at once."""
    return _retry(retry_ms)


def write_id(position: Position) -> str:
    """``<epoch>-<number>``, the id of a message."""
    return f"{position.epoch}-{position.number}"


def read_id(text: str) -> Position | None:
    """The position that an id of a message names; None where it is none."""
    found = _ID.fullmatch(text.strip())
    return Position(found["epoch"], int(found["number"])) if found else None


def _retry(milliseconds: int) -> bytes:
    return f"retry: {milliseconds}\n\n".encode()


def _frame(kind: str, data: object, id_: str) -> bytes:
    # JSON has no line breaks of its own.
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (id_.encode(), kind.encode(), orjson.dumps(data))
