"""An entry of a file or feed: what is to be published, checked against the contract before anything is sent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import orjson
from pydantic import ValidationError

from shared.contracts.base import Contract, field_errors
from shared.contracts.partner import EventSubmission, EventWithdrawal

Kind = Literal["submit", "withdraw", "note"]


class UnreadableFileError(ValueError):
    """A file gives no entries at all; the text says which file, why, and what would help."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event or withdrawal of a file, or only something to tell about the file.

    ``source`` tells a person where it stands (file and line, row or position). ``body`` is the JSON of an
    EventSubmission or EventWithdrawal. An entry with ``problems`` is reported and not sent. One of kind
    ``note`` has nothing to send: an entry left out on purpose, a hint about the whole file.
    """

    source: str
    uid: str | None = None
    body: bytes | None = None
    kind: Kind = "submit"
    problems: tuple[str, ...] = ()
    note: str | None = None

    @property
    def sendable(self) -> bool:
        """Whether it can be sent: it has a uid, a body and no problem."""
        return self.body is not None and self.uid is not None and not self.problems


def submission(
    document: Mapping[str, object],
    source: str,
    *,
    problems: Mapping[str, str] | None = None,
    notes: Iterable[str] = (),
    headings: Mapping[str, str] | None = None,
) -> Entry:
    """The entry of an event.

    ``problems`` are those its reader found, by field; an empty one keeps silent about a field that only
    follows from another. ``headings`` name the column a field came from.

    Only structure is checked here. What an event means (30 February, an unknown zone, an end before the
    start) is decided by the events service, which knows more; its refusals come back as results.
    """
    return _entry(EventSubmission, "submit", document, source, problems or {}, notes, headings or {})


def withdrawal(document: Mapping[str, object], source: str) -> Entry:
    """The entry of a withdrawal: ``uid`` and an optional ``reason``."""
    wanted = {name: document[name] for name in ("uid", "reason") if name in document}
    return _entry(EventWithdrawal, "withdraw", wanted, source, {}, (), {})


def _entry(
    model: type[Contract],
    kind: Kind,
    document: Mapping[str, object],
    source: str,
    problems: Mapping[str, str],
    notes: Iterable[str],
    headings: Mapping[str, str],
) -> Entry:
    found = [problem for problem in problems.values() if problem]
    told = list(notes)
    body = None
    try:
        checked = model.model_validate_json(orjson.dumps(document))
    except ValidationError as error:
        for item in field_errors(error):
            if item.field not in problems:
                heading = headings.get(item.field)
                where = f"column {heading}: {item.field}" if heading else item.field or "entry"
                found.append(f"{where} {item.detail}")
    except TypeError as error:
        found.append(f"cannot be written as JSON: {error}")
    else:
        sent = checked.model_dump(mode="json", exclude_unset=True)
        told += [f"not understood and left out: {name}" for name in _unknown(document, sent)]
        body = orjson.dumps(sent)
    uid = document.get("uid")
    return Entry(
        source=source,
        uid=uid if isinstance(uid, str) and uid else None,
        body=None if found else body,
        kind=kind,
        problems=tuple(found),
        note="; ".join(told) or None,
    )


def _unknown(given: object, understood: object, path: str = "") -> Iterator[str]:
    if isinstance(given, Mapping) and isinstance(understood, Mapping):
        for name, value in given.items():
            where = f"{path}.{name}" if path else str(name)
            if name in understood:
                yield from _unknown(value, understood[name], where)
            else:
                yield where
    elif isinstance(given, list) and isinstance(understood, list):
        for position, (one, other) in enumerate(zip(given, understood, strict=False)):
            yield from _unknown(one, other, f"{path}.{position}")
