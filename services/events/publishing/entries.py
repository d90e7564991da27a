"""What a file holds to publish, by whichever reader its name asks for."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from shared.calendars.entries import Entry, UnreadableFileError

Reader = Callable[[bytes, str], Iterable[Entry]]


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
            from services.events.publishing import json_reader

            return json_reader.read_json
        case ".jsonl":
            from services.events.publishing import json_reader

            return json_reader.read_json_lines
        case ".csv":
            from services.events.publishing import csv_reader

            return csv_reader.read_csv
        case ".ics":
            from shared.calendars import ics_reader

            return ics_reader.submissions
        case other:
            kinds = ".json, .jsonl, .csv and .ics"
            raise UnreadableFileError(f"{path}: no reader for {other or 'a name without ending'}, only {kinds}")


def _tell_repeats(entries: Iterable[Entry]) -> Iterator[Entry]:
    """A uid twice in one file is rarely meant: the later entry replaces the earlier, so say it."""
    first: dict[str, str] = {}
    for entry in entries:
        if entry.uid is None or not entry.sendable or first.setdefault(entry.uid, entry.source) == entry.source:
            yield entry
        else:
            told = f"same uid as {first[entry.uid]}, replaces it"
            yield dataclasses.replace(entry, note="; ".join(filter(None, (entry.note, told))))
