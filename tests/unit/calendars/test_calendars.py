"""Real and awkward calendars: two feeds of associations, and those that calendar libraries test with."""

from collections.abc import Iterator
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.calendars.entries import Entry, UnreadableFileError
from shared.calendars.ics_reader import submissions
from shared.calendars.privacy import has_email
from shared.contracts.partner import EventSubmission

RECURRING: Traversable = files("recurring_ical_events") / "test" / "calendars"
ICALENDAR: Traversable = files("icalendar") / "tests" / "calendars"
SHARED = Path(__file__).parents[3] / ".." / "shared" / "calendars"


def every(folder: Traversable) -> Iterator[tuple[str, bytes]]:
    if not folder.is_dir():
        pytest.skip(f"{folder} is not installed here")
    with as_file(folder) as path:
        for file in sorted(path.rglob("*.ics")):
            yield file.name, file.read_bytes()


def documents(entries: list[Entry]) -> list[dict[str, Any]]:
    return [orjson.loads(entry.body or b"") for entry in entries]


@pytest.mark.parametrize(("feed", "vevents"), [("fablab_cottbus", 28), ("machbar_16_feb_2019", 64)])
def test_every_event_of_a_real_feed_gets_into_a_submission(feed: str, vevents: int) -> None:
    file = RECURRING / f"{feed}.ics"
    if not file.is_file():
        pytest.skip(f"{file} is not installed here")
    entries = submissions(file.read_bytes(), f"{feed}.ics")
    assert [entry for entry in entries if not entry.sendable] == []
    assert sum(1 + len(document.get("overrides", ())) for document in documents(entries)) == vevents
    for entry in entries:
        EventSubmission.model_validate_json(entry.body or b"")


@pytest.mark.parametrize("feed", ["fablab_cottbus", "machbar_16_feb_2019"])
def test_no_address_of_a_person_gets_out_of_a_real_feed(feed: str) -> None:
    file = RECURRING / f"{feed}.ics"
    if not file.is_file():
        pytest.skip(f"{file} is not installed here")
    for document in documents(submissions(file.read_bytes())):
        # A UID is formed like an address and names nobody; it has to stay as it is.
        del document["uid"]
        assert not has_email(orjson.dumps(document).decode())


@pytest.mark.parametrize("folder", [RECURRING, ICALENDAR, SHARED], ids=["recurring_ical_events", "icalendar", "shared"])
def test_every_calendar_is_read_or_reported_and_each_event_accounted_for(folder: Traversable) -> None:
    read = 0
    for name, data in every(folder):
        try:
            entries = submissions(data, name)
        except UnreadableFileError:
            assert b"BEGIN:VCALENDAR" not in data.upper()
            continue
        read += 1
        events = [entry for entry in entries if ", event " in entry.source]
        overrides = sum(len(orjson.loads(entry.body).get("overrides", ())) for entry in events if entry.body)
        lines = data.upper().replace(b"\r", b"\n").split(b"\n")
        assert len(events) + overrides == sum(line.strip() == b"BEGIN:VEVENT" for line in lines), name
        for entry in events:
            assert entry.sendable or entry.problems or entry.note, entry
            if entry.body:
                EventSubmission.model_validate_json(entry.body)
    assert read > 30
