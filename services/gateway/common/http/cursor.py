"""Opaque cursors: where a list goes on."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from datetime import datetime
from uuid import UUID

import orjson

from services.gateway.common.http.problems import ProblemError, reason


def write(moment: datetime, name: str, level: int = 0) -> str:
    """The cursor behind the item with this sort key; ``level``: in a list by relevance, how far down it stands."""
    key = [moment.isoformat(), name, level] if level else [moment.isoformat(), name]
    return urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def read(cursor: str | None) -> tuple[datetime, str] | None:
    """The sort key of the last item before; None at the beginning.

    Raises:
        ProblemError: 422, it was not written here.
    """
    found = read_levelled(cursor, levels=1)
    return found[:2] if found else None


def read_levelled(cursor: str | None, *, levels: int) -> tuple[datetime, str, int] | None:
    """The same for a list by relevance with so many levels, counted from 0.

    Raises:
        ProblemError: 422, it was not written here, or for another list.
    """
    if cursor is None:
        return None
    try:
        moment, name, level = [*orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))), 0][:3]
        parsed = datetime.fromisoformat(moment)
        if not isinstance(name, str) or "\0" in name or parsed.tzinfo is None or level not in range(levels):
            raise ValueError(name)
    except (ValueError, TypeError, Base64Error):
        raise invalid() from None
    return parsed, name, level


def write_text(*key: str) -> str:
    """The cursor behind the item with this sort key, of a list that is sorted by texts."""
    return urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def read_text(cursor: str | None, *, parts: int) -> tuple[str, ...] | None:
    """The sort key, of so many parts, of the last item before; None at the beginning.

    Raises:
        ProblemError: 422, it was not written here.
    """
    if cursor is None:
        return None
    try:
        key = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, Base64Error):
        raise invalid() from None
    if not isinstance(key, list) or len(key) != parts or not all(isinstance(p, str) and "\0" not in p for p in key):
        raise invalid()
    return tuple(key)


def read_id(cursor: str | None) -> tuple[datetime, str] | None:
    """The same of a list whose names are UUIDs.

    Raises:
        ProblemError: 422, it was not written here.
    """
    found = read(cursor)
    try:
        return found and (found[0], str(UUID(found[1])))
    except ValueError:
        raise invalid() from None


def invalid() -> ProblemError:
    """The problem of a cursor that was not written here, or whose item is gone."""
    return ProblemError(422, reason("cursor", "cursor-invalid", "is not a cursor of this list; begin without one"))
