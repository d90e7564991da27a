"""What the iCalendar reader promises for nights in which clocks change: what a calendar says is what is told."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.events.domain import submit
from services.gateway.calendar.ical import calendar as told_again
from shared.calendars.ics_reader import submissions
from shared.contracts.partner import EventSubmission
from tests.support.laws import examples
from tests.unit.events.submissions import NOW, RULES, TRUSTED, submission

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = (datetime(2026, 10, 25), datetime(2027, 3, 28))


def occurrences(*events: Sequence[str]) -> list[tuple[datetime, datetime | None]]:
    """When the one event in a calendar takes place, as its fact tells."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for event in events:
        lines += ["BEGIN:VEVENT", "UID:a", "SUMMARY:A", *event, "END:VEVENT"]
    (entry,) = submissions("\r\n".join([*lines, "END:VCALENDAR", ""]).encode())
    assert entry.sendable, entry
    fact = submit(None, TRUSTED, EventSubmission.model_validate_json(entry.body or b""), NOW, RULES).fact
    assert fact is not None
    return _times(fact)


def _times(fact: dict[str, Any]) -> list[tuple[datetime, datetime | None]]:
    return [
        (_moment(one["starts_at"]), _moment(one["ends_at"]) if one["ends_at"] else None) for one in fact["occurrences"]
    ]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def utc(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


DAILY = (
    "DTSTART;TZID=Europe/Berlin:20261024T020000",
    "DTEND;TZID=Europe/Berlin:20261024T030000",
    "RRULE:FREQ=DAILY;COUNT=3",
)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("DTSTART;TZID=Europe/Berlin:20261025T020000", "DTEND;TZID=Europe/Berlin:20261025T030000"),
        ("DTSTART;TZID=Europe/Berlin:20261025T020000", "DURATION:PT2H"),
        ("DTSTART:20261025T000000Z", "DTEND:20261025T020000Z"),
    ],
)
def test_a_changed_occurrence_keeps_its_own_length_in_the_night_that_is_an_hour_longer(start: str, end: str) -> None:
    change = ("RECURRENCE-ID;TZID=Europe/Berlin:20261025T020000", start, end)
    assert occurrences(DAILY, change)[1] == (utc("20261025T000000Z"), utc("20261025T020000Z"))


def test_a_changed_occurrence_of_the_same_length_has_it_also_where_clocks_say_otherwise() -> None:
    night = ("DTSTART;TZID=Europe/Berlin:20261024T220000", "DTEND;TZID=Europe/Berlin:20261025T050000")
    change = (
        "RECURRENCE-ID;TZID=Europe/Berlin:20261025T220000",
        "DTSTART;TZID=Europe/Berlin:20261025T220000",
        "DTEND;TZID=Europe/Berlin:20261026T050000",
    )
    assert occurrences((*night, "RRULE:FREQ=DAILY;COUNT=2"), change) == [
        (utc("20261024T200000Z"), utc("20261025T040000Z")),
        (utc("20261025T210000Z"), utc("20261026T040000Z")),
    ]


@pytest.mark.parametrize("end", ["DURATION:PT1H", "DTEND:20261025T013000Z"])
def test_what_lasts_from_one_of_two_equal_hours_to_the_other_has_an_end(end: str) -> None:
    start = "DTSTART;TZID=Europe/Berlin:20261025T023000"
    assert occurrences((start, end)) == [(utc("20261025T003000Z"), utc("20261025T013000Z"))]
    assert occurrences(DAILY, ("RECURRENCE-ID;TZID=Europe/Berlin:20261025T020000", start, end))[1] == (
        utc("20261025T003000Z"),
        utc("20261025T013000Z"),
    )


def test_an_occurrence_in_the_second_hour_is_changed_and_the_first_is_not() -> None:
    both = (*DAILY, "RDATE:20261025T010000Z")
    change = ("RECURRENCE-ID:20261025T010000Z", "DTSTART:20261025T160000Z", "DTEND:20261025T170000Z")
    assert [start for start, _ in occurrences(both, change)] == [
        utc("20261024T000000Z"),
        utc("20261025T000000Z"),
        utc("20261025T160000Z"),
        utc("20261026T010000Z"),
    ]
    assert len(occurrences((*both, "EXDATE:20261025T010000Z"))) == len(occurrences(DAILY)) == 3


@examples(150)
@example(
    night=NIGHTS[0], start=0, length=180, moved=0, lasting=240
)  # an hour longer than its series, which clocks do not show
@given(
    night=st.sampled_from(NIGHTS),
    start=st.integers(-180, 300),
    length=st.integers(1, 600),
    moved=st.integers(-180, 300),
    lasting=st.integers(1, 600),
)
def test_what_is_exported_is_imported_as_it_was(
    night: datetime, start: int, length: int, moved: int, lasting: int
) -> None:
    def at(minutes: int, day: datetime) -> datetime:
        return day.replace(tzinfo=BERLIN).astimezone(UTC) + timedelta(minutes=minutes)

    day_before = night - timedelta(1)
    fields = {
        "uid": "a",
        "title": "A",
        "time_zone": "Europe/Berlin",
        "starts_at": at(start, day_before).isoformat(),
        "ends_at": at(start + length, day_before).isoformat(),
        "recurrence": {"rrule": "FREQ=DAILY;COUNT=3"},
    }
    plain = submit(None, TRUSTED, submission(**fields), NOW, RULES).fact
    assert plain is not None
    change = {
        "recurrence_id": plain["occurrences"][1]["recurrence_id"],
        "starts_at": at(moved, night).isoformat(),
        "ends_at": at(moved + lasting, night).isoformat(),
    }
    fact = submit(None, TRUSTED, submission(**fields, overrides=[change]), NOW, RULES).fact
    assert fact is not None
    (entry,) = submissions(told_again([fact], web_url="https://example.org", now=NOW, name="A"))
    again = submit(None, TRUSTED, EventSubmission.model_validate_json(entry.body or b""), NOW, RULES).fact
    assert again is not None
    assert sorted(_times(again)) == sorted(_times(fact))
