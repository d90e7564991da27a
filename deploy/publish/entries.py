"""What a file holds to publish, checked against the contract before anything is sent."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson
from pydantic import ValidationError

from shared.contracts.base import Contract, field_errors
from shared.contracts.partner import EventSubmission, EventWithdrawal

Kind = Literal["submit", "withdraw", "note"]
Reader = Callable[[bytes, str], Iterable["Entry"]]


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


def read_file(path: Path) -> Iterator[Entry]:
    """The entries of a ``.json``, ``.jsonl``, ``.csv`` or ``.ics`` file, one after the other.

    Raises:
        UnreadableFileError: on the first step, if the file gives no entries at all.
    """
    reader = _reader_for(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path}: cannot be read ({error.strerror or error})") from error
    yield from _tell_repeats(reader(data, path.name))


def _reader_for(path: Path) -> Reader:
    # Imported when needed: `buendnisbus --help` shall not wait for a calendar library.
    match path.suffix.lower():
        case ".json":
            from deploy.publish import json_reader

            return json_reader.read_json
        case ".jsonl":
            from deploy.publish import json_reader

            return json_reader.read_json_lines
        case ".csv":
            from deploy.publish import csv_reader

            return csv_reader.read_csv
        case ".ics":
            from deploy.publish import ics_reader

            return ics_reader.submissions
        case other:
            kinds = ".json, .jsonl, .csv and .ics"
            raise UnreadableFileError(f"{path}: no reader for {other or 'a name without ending'}, only {kinds}")


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


def _tell_repeats(entries: Iterable[Entry]) -> Iterator[Entry]:
    """A uid twice in one file is rarely meant: the later entry replaces the earlier, so say it."""
    first: dict[str, str] = {}
    for entry in entries:
        if entry.uid is None or not entry.sendable or first.setdefault(entry.uid, entry.source) == entry.source:
            yield entry
        else:
            told = f"same uid as {first[entry.uid]}, replaces it"
            yield dataclasses.replace(entry, note="; ".join(filter(None, (entry.note, told))))
