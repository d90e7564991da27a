"""The feed in the two nights in which clocks change: what a calendar program finds is what the fact tells."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import assume, given
from hypothesis import strategies as st
from icalendar import Calendar

from services.events.domain import submit
from services.gateway.meetings.ical import meetings_calendar
from shared.contracts.partner import EventSubmission
from shared.contracts.released.samples import SAMPLES
from tests.support.laws import examples
from tests.unit.events.submissions import NOW, RULES, TRUSTED, Document, submission
from tests.unit.judged_feed import expanded, fact, feed, told

BERLIN = ZoneInfo("Europe/Berlin")
SUMMER = ("2027-03-21", "2027-03-28", "2027-04-04")
WINTER = ("2026-10-18", "2026-10-25", "2026-11-01")
# The Sundays around a night, and a time in its hour: left out, the first of two, the second.
NIGHTS = {
    "left out": (SUMMER, "2027-03-28T03:30:00+02:00"),
    "first": (WINTER, "2026-10-25T02:30:00+02:00"),
    "second": (WINTER, "2026-10-25T02:30:00+01:00"),
}
WEEKLY: Document = {"rrule": "FREQ=WEEKLY;COUNT=3"}
MONDAYS: Document = {"rrule": "FREQ=WEEKLY;BYDAY=MO;COUNT=3"}
COUNTED: Document = {
    "rrule": "FREQ=MONTHLY;BYDAY=-1SU;COUNT=3",
    "exdates": ["2024-01-28T16:00:00+01:00"],
    "rdates": ["2026-10-25T16:00:00+01:00"],
}


def at(day: str, clock: str) -> str:
    """A time by the clock, as it is meant without an offset."""
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=BERLIN).astimezone(UTC).isoformat()


def event(start: str, end: str | None = None, **fields: Any) -> Document:
    return {"starts_at": start, "ends_at": end, "time_zone": "Europe/Berlin", **fields}


def later(text: str, hours: float) -> str:
    return (datetime.fromisoformat(text) + timedelta(hours=hours)).astimezone(UTC).isoformat()


def singles(night: str, hour: str) -> dict[str, Document]:
    return {
        "alone": event(hour),
        "with an end": event(hour, later(hour, 1)),
        "its end": event(at(night, "01:00"), hour),
        "start and end": event(hour, later(hour, 0.25)),
    }


def series(sundays: tuple[str, ...], hour: str) -> dict[str, Document]:
    before, night, after = sundays
    friday = f"{datetime.fromisoformat(before) - timedelta(2):%Y-%m-%d}"
    weekly, late = event(at(before, "02:30"), at(before, "03:30")), event(at(before, "22:00"), at(before, "23:00"))
    long = event(at(night, "01:00"), at(night, "06:00"))
    by_the_clock = at(night, "02:30")
    found: dict[str, tuple[Document, Document]] = {
        "weekly": (weekly, {}),
        "weekly without an end": (weekly, {"rrule": "FREQ=WEEKLY"}),
        "weekly from it": (event(hour, later(hour, 1)), {}),
        "weekly from it, and by the clock": (event(hour), {"rdates": [by_the_clock, later(hour, 3)]}),
        "weekly from it, not by the clock": (event(hour), {"exdates": [by_the_clock] if by_the_clock != hour else []}),
        "weekly from it, without its start": (event(hour), {"exdates": [hour]}),
        "weekly to an end in it": (event(at(before, "01:00"), at(before, "02:30")), {}),
        "weekly from one to an end in it": (event(at(night, "01:00"), hour), {}),
        "weekly from one that goes through it": (long, {}),
        "the first that the rule yields": (event(at(friday, "02:30")), {"rrule": "FREQ=WEEKLY;BYDAY=SU;COUNT=3"}),
        "the first, and one left out": (
            event(at(friday, "02:30")),
            {"rrule": "FREQ=WEEKLY;BYDAY=SU;COUNT=3", "exdates": [at(before, "02:30")]},
        ),
        "all that the rule yields": (event(at(friday, "02:30")), {"rrule": "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"}),
        "rdate": (late, {"rdates": [hour]}),
        "rdate at the rule's hour": (weekly, {"rdates": [hour]}),
        "rdates alone": (late, {"rrule": None, "rdates": [hour]}),
        "rdates alone from it": (event(hour), {"rrule": None, "rdates": [at(after, "02:30"), later(hour, 24)]}),
        "exdate": (weekly, {"exdates": [hour]}),
        "exdate of an rdate": (late, {"rdates": [hour], "exdates": [hour]}),
        "exdate of the rule beside an rdate": (weekly, {"rdates": [hour], "exdates": [by_the_clock]}),
        "both hours": (weekly, {"rdates": [hour, by_the_clock]}),
    }
    return {name: fields | {"recurrence": WEEKLY | recurrence} for name, (fields, recurrence) in found.items()}


def until(sundays: tuple[str, ...], hour: str) -> dict[str, Document]:
    before, night, _ = sundays
    moment, day = datetime.fromisoformat(hour).astimezone(UTC), night.replace("-", "")
    values = {
        "it": f"{moment:%Y%m%dT%H%M%SZ}",
        "a second before": f"{moment - timedelta(seconds=1):%Y%m%dT%H%M%SZ}",
        "a quarter later": f"{moment + timedelta(minutes=15):%Y%m%dT%H%M%SZ}",
        "the clock": f"{day}T023000",
        "the day": day,
    }
    return {
        f"until {name}, {frequency} at {clock}": event(
            at(before, clock), recurrence={"rrule": f"FREQ={frequency};UNTIL={value}"}
        )
        for name, value in values.items()
        for frequency in ("DAILY", "WEEKLY")
        for clock in ("02:15", "02:30", "02:45", "03:30")
    }


def changes(sundays: tuple[str, ...], hour: str) -> dict[str, Document]:
    before, night, after = sundays
    weekly = event(at(before, "02:30"), at(before, "03:30"), recurrence=WEEKLY | {"rdates": [hour]})
    found = {
        "changed": {"title": "Anders"},
        "cancelled": {"status": "cancelled"},
        "moved": {"starts_at": at(night, "17:00")},
        "with another end": {"ends_at": later(hour, 1.5)},
    }
    return {
        **{name: weekly | {"overrides": [{"recurrence_id": hour, **change}]} for name, change in found.items()},
        "moved into it": weekly | {"overrides": [{"recurrence_id": at(after, "02:30"), "starts_at": hour}]},
        "changed at its start": event(
            hour, recurrence=WEEKLY, overrides=[{"recurrence_id": hour, "title": "Anders", "ends_at": later(hour, 2)}]
        ),
    }


TABLE = [
    pytest.param(fields, id=f"{night}: {name}")
    for night, (sundays, hour) in NIGHTS.items()
    for name, fields in {
        **singles(sundays[1], hour),
        **series(sundays, hour),
        **until(sundays, hour),
        **changes(sundays, hour),
    }.items()
]


@pytest.mark.parametrize("fields", TABLE)
def test_a_calendar_program_finds_exactly_the_occurrences_of_the_fact_in_nights_of_changing_clocks(
    fields: Document,
) -> None:
    document = fact(**fields)
    assert expanded(document) == told(document)


@st.composite
def nightly(draw: st.DrawFn) -> EventSubmission:
    """Series that come near the hour of one of the nights, with times in it added, left out and changed."""
    sundays, _ = NIGHTS[draw(st.sampled_from(sorted(NIGHTS)))]
    night = datetime.fromisoformat(sundays[1])
    # Not an hour or two apart: the judge takes 03:30 for 02:30 where one is by the clock and the other in UTC.
    clocks = st.sampled_from((time(2, 15), time(2, 30), time(2, 45), time(17)))
    folds = st.integers(0, 1) if sundays == WINTER else st.just(0)

    def moments(days: st.SearchStrategy[int]) -> st.SearchStrategy[str]:
        return st.builds(
            lambda day, clock, fold: (
                datetime.combine(night + timedelta(day), clock, BERLIN).replace(fold=fold).astimezone(UTC).isoformat()
            ),
            days,
            clocks,
            folds,
        )

    near = st.sampled_from((-14, -7, -1, 0, 0, 0, 1, 7))
    start = draw(moments(near))
    length = draw(st.sampled_from((None, 0.25, 1, 1.5, 8, 30)))
    ends = st.sampled_from(("", ";COUNT=1", ";COUNT=3", ";COUNT=6", f";UNTIL={sundays[1].replace('-', '')}T023000"))
    rule = st.builds(
        "FREQ={}{}".format, st.sampled_from(("DAILY", "WEEKLY", "WEEKLY;BYDAY=SU", "WEEKLY;BYDAY=FR,SU")), ends
    )
    times = st.lists(moments(near), max_size=3)
    overrides = draw(
        st.lists(
            st.tuples(moments(near), st.none() | moments(near), st.sampled_from((None, "Anders"))),
            max_size=2,
            unique_by=lambda one: one[0],
        )
    )
    return submission(
        **event(start, later(start, length) if length else None),
        recurrence={"rrule": draw(st.none() | rule), "rdates": draw(times), "exdates": draw(times)},
        overrides=[
            {"recurrence_id": original, "starts_at": moved, "title": title} for original, moved, title in overrides
        ],
    )


@examples(300)
@given(nightly())
def test_whatever_repeats_in_these_nights_comes_out_of_the_feed_as_it_was_told(fields: EventSubmission) -> None:
    decision = submit(None, TRUSTED, fields, NOW, RULES)
    unchanged = submit(None, TRUSTED, fields.model_copy(update={"overrides": ()}), NOW, RULES)
    assume(decision.fact is not None and unchanged.fact is not None)
    assert decision.fact is not None
    assert unchanged.fact is not None
    # What is moved without having been there cannot be told from what the rule yields.
    assume(_originals(decision.fact) <= _originals(unchanged.fact))
    assert expanded(decision.fact) == told(decision.fact)


def _originals(document: Document) -> set[str]:
    return {occurrence["recurrence_id"] for occurrence in document["occurrences"]}


@pytest.mark.parametrize(
    ("start", "recurrence"),
    [
        ("2024-01-04T16:00:00+01:00", COUNTED),
        # The start is no Monday, and is added or left out besides.
        ("2026-12-03T16:00:00+01:00", MONDAYS | {"rdates": ["2026-12-03T16:00:00+01:00"]}),
        ("2026-12-03T16:00:00+01:00", MONDAYS | {"exdates": ["2026-12-03T16:00:00+01:00"]}),
        (
            "2026-12-03T16:00:00+01:00",
            MONDAYS | {"exdates": ["2026-12-04T16:00:00+01:00", "2026-12-07T16:00:00+01:00"]},
        ),
        ("2026-12-07T16:00:00+01:00", MONDAYS | {"exdates": ["2026-12-07T16:00:00+01:00"]}),
        ("2026-12-03", MONDAYS | {"exdates": ["2026-12-07"]}),
        ("2027-03-26T02:30:00+01:00", {"rrule": "FREQ=DAILY;COUNT=4"}),
    ],
)
def test_a_program_that_counts_its_start_in_any_case_finds_as_many_occurrences(
    start: str, recurrence: Document
) -> None:
    document = fact(starts_at=start, time_zone="Europe/Berlin", recurrence=recurrence)
    assert expanded(document) == told(document)
    assert b"COUNT=" not in feed(document)


def test_a_count_that_goes_on_beyond_what_is_told_stays() -> None:
    monthly = {"rrule": "FREQ=MONTHLY;BYDAY=1MO;COUNT=60", "exdates": ["2026-12-03T16:00:00+01:00"]}
    assert b"COUNT=60" in feed(fact(recurrence=monthly))
    assert b"RRULE:FREQ=WEEKLY;COUNT=3\r\n" in feed(fact(recurrence=WEEKLY))


def test_what_a_rule_yields_in_the_hour_that_is_left_out_is_spelled_out_for_programs_that_leave_it_out() -> None:
    document = fact(**event("2027-03-21T02:30:00", "2027-03-21T03:30:00", recurrence=WEEKLY))
    _, skipped = Calendar.from_ical(feed(document)).walk("VEVENT")
    assert skipped["RECURRENCE-ID"].to_ical() == b"20270328T023000"
    assert (skipped["DTSTART"].to_ical(), skipped["DTEND"].to_ical()) == (b"20270328T033000", b"20270328T043000")


def test_a_length_that_an_end_cannot_tell_is_told_as_such() -> None:
    weekly = fact(**event("2026-10-24T22:00:00", "2026-10-25T05:00:00", recurrence=WEEKLY))
    master, first = Calendar.from_ical(feed(weekly)).walk("VEVENT")
    assert master["DURATION"].to_ical() == b"PT8H"
    assert first["DTEND"].to_ical() == b"20261025T050000"


@pytest.mark.parametrize(("night", "hour"), [(night, hour) for night, (_, hour) in NIGHTS.items()])
def test_a_meeting_in_such_a_night_begins_and_ends_as_its_fact_says(night: str, hour: str) -> None:
    meeting = SAMPLES["members.meeting.planned.v1"].model_dump(mode="json")
    for starts_at, ends_at in ((hour, later(hour, 1)), (later(hour, -1), hour)):
        document = meeting | {"starts_at": starts_at, "ends_at": ends_at, "time_zone": "Europe/Berlin"}
        content = meetings_calendar([document], now=NOW, name="Sitzungen")
        (found,) = recurring_ical_events.of(Calendar.from_ical(content)).between("20260101", "20280101")
        moments = [moment.astimezone(UTC).isoformat() for moment in (found.start, found.end)]
        assert moments == [later(starts_at, 0), later(ends_at, 0)], night
