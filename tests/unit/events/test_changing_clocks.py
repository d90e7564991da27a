"""Events in the hour that summer time leaves out or repeats, and at the borders of the years that are taken."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st

from services.events.domain import Event, submit
from services.events.recurrence import expand, is_exhausted, parse_rule
from services.events.schedule import Schedule, normalise, occurrences, read_schedule
from shared.contracts.partner import EventSubmission
from shared.times import Reasons
from tests.support.laws import examples
from tests.unit.events.submissions import NOW, RULES, TRUSTED, ZONES, Document, submission, submissions, walls

BERLIN = ZoneInfo("Europe/Berlin")
FIRST, SECOND = "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"
SPRING = "2027-03-28T03:30:00+02:00"
"""What 02:30 means in the night whose 02:30 is left out."""
AUTUMN_DAILY: Document = {"starts_at": "2026-10-24T02:30:00+02:00", "recurrence": {"rrule": "FREQ=DAILY;COUNT=3"}}


def taken(**fields: Any) -> tuple[Event, Document]:
    decision = submit(None, TRUSTED, submission(**fields), NOW, RULES)
    assert decision.event is not None, decision.problem
    assert decision.fact is not None
    return decision.event, decision.fact


def starts(**fields: Any) -> list[str]:
    return [occurrence["starts_at"] for occurrence in taken(**fields)[1]["occurrences"]]


def codes(**fields: Any) -> list[tuple[str, str]]:
    decision = submit(None, TRUSTED, submission(**fields), NOW, RULES)
    assert decision.problem is not None
    return [(error.field, error.code) for error in decision.problem.errors]


def test_a_series_may_have_an_occurrence_in_each_of_two_equal_hours() -> None:
    event, fact = taken(
        starts_at="2026-10-24T02:30:00+02:00", recurrence={"rdates": [SECOND, FIRST]}, time_zone="Europe/Berlin"
    )
    assert [one["starts_at"] for one in fact["occurrences"]] == ["2026-10-24T02:30:00+02:00", FIRST, SECOND]
    assert len({one["occurrence_id"] for one in fact["occurrences"]}) == 3
    assert event.content["recurrence"]["rdates"] == [FIRST, SECOND]


@pytest.mark.parametrize(("left_out", "remains"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_one_of_two_equal_hours_is_left_out_and_not_the_other(left_out: str, remains: str) -> None:
    daily = AUTUMN_DAILY["recurrence"] | {"rdates": [SECOND], "exdates": [left_out]}
    found = starts(**AUTUMN_DAILY | {"recurrence": daily})
    assert found == ["2026-10-24T02:30:00+02:00", remains, "2026-10-26T02:30:00+01:00"]


def test_the_second_of_two_equal_hours_is_not_what_the_rule_yields() -> None:
    assert FIRST in starts(**AUTUMN_DAILY)
    assert FIRST in starts(**AUTUMN_DAILY | {"recurrence": AUTUMN_DAILY["recurrence"] | {"exdates": [SECOND]}})
    change = {"recurrence_id": SECOND, "status": "cancelled"}
    assert codes(**AUTUMN_DAILY, overrides=[change]) == [("overrides", "no-such-occurrence")]


def test_what_differs_in_one_of_two_equal_hours_does_not_in_the_other() -> None:
    daily = AUTUMN_DAILY["recurrence"] | {"rdates": [SECOND]}
    changes = [{"recurrence_id": SECOND, "title": "Noch einmal"}, {"recurrence_id": FIRST, "status": "cancelled"}]
    told = taken(**AUTUMN_DAILY | {"recurrence": daily, "overrides": changes})[1]["occurrences"]
    assert [(one["recurrence_id"], one["status"], one["title"]) for one in told[1:3]] == [
        (FIRST, "cancelled", None),
        (SECOND, "scheduled", "Noch einmal"),
    ]


def test_a_series_that_begins_in_the_second_hour_goes_on_by_the_clock() -> None:
    weekly = starts(starts_at=SECOND, recurrence={"rrule": "FREQ=WEEKLY;BYMONTH=3,10"})
    assert weekly[:3] == [SECOND, "2027-03-07T02:30:00+01:00", "2027-03-14T02:30:00+01:00"]
    assert SPRING in weekly
    assert "2027-10-31T02:30:00+02:00" in weekly


def test_an_end_may_lie_in_either_of_two_equal_hours() -> None:
    for end in (FIRST, SECOND):
        fact = taken(starts_at="2026-10-25T01:00:00+02:00", ends_at=end)[1]
        assert fact["occurrences"][0]["ends_at"] == end
    nightly = {"starts_at": "2026-10-24T01:00:00+02:00", "ends_at": "2026-10-24T03:30:00+02:00"}
    told = taken(**nightly, recurrence={"rrule": "FREQ=DAILY;COUNT=2"})[1]["occurrences"]
    assert told[1]["ends_at"] == SECOND


@pytest.mark.parametrize(
    ("until", "included"),
    [
        # The hour that is left out: 02:30 by the clock is the moment 01:30 in UTC, when clocks show 03:30.
        ("20270328T013000Z", True),
        ("20270328T012959Z", False),
        ("20270328T023000", True),
        ("20270328T022959", False),
        ("20270328T033000", True),
        ("20270328", True),
        ("20270327", False),
    ],
)
def test_until_is_a_moment_in_the_night_that_leaves_an_hour_out(until: str, included: bool) -> None:
    found = starts(starts_at="2027-03-27T02:30:00+01:00", recurrence={"rrule": f"FREQ=DAILY;UNTIL={until}"})
    assert found == ["2027-03-27T02:30:00+01:00", *([SPRING] if included else ())]


@pytest.mark.parametrize(
    ("clock", "until", "included"),
    [
        # The first 02:30 is 00:30 in UTC, the second 01:30; a rule means the first, and so does UNTIL without Z.
        ("02:30", "20261025T003000Z", True),
        ("02:30", "20261025T002959Z", False),
        ("02:30", "20261025T023000", True),
        ("02:45", "20261025T023000", False),
        ("02:15", "20261025T000000Z", False),
        ("02:45", "20261025T013000Z", True),
        ("03:00", "20261025T013000Z", False),
        ("23:30", "20261025", True),
        ("23:30", "20261024", False),
    ],
)
def test_until_is_a_moment_in_the_night_that_repeats_an_hour(clock: str, until: str, included: bool) -> None:
    found = starts(starts_at=f"2026-10-24T{clock}:00+02:00", recurrence={"rrule": f"FREQ=DAILY;UNTIL={until}"})
    assert len(found) == 1 + included


def test_a_day_as_until_ends_with_the_last_of_its_hours_where_the_last_one_comes_twice() -> None:
    beirut = {"starts_at": "2026-10-24T22:00:00", "time_zone": "Asia/Beirut"}
    twice = ["2026-10-24T23:30:00+03:00", "2026-10-24T23:30:00+02:00"]
    assert starts(**beirut, recurrence={"rdates": twice}) == ["2026-10-24T22:00:00+03:00", *twice]
    rule = parse_rule("FREQ=DAILY;UNTIL=20261024", ZoneInfo("Asia/Beirut"))
    late = datetime.fromisoformat(twice[1]).astimezone(UTC)
    assert list(expand(rule, late, late + timedelta(9), ZoneInfo("Asia/Beirut"))) == [late]


def test_an_event_is_looked_at_again_only_while_its_rule_goes_on_after_the_moment() -> None:
    rule = parse_rule("FREQ=DAILY;UNTIL=20261025T013000Z", BERLIN)
    start, end = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert is_exhausted(rule, start, end, BERLIN)
    assert not is_exhausted(rule, start, end - timedelta(seconds=1), BERLIN)


@pytest.mark.parametrize("until", ["20270405T215959Z", "20270405T220000Z", "20270405", "20270405T000000"])
def test_days_end_with_the_day_of_until_in_their_zone(until: str) -> None:
    found = starts(starts_at="2027-04-04", recurrence={"rrule": f"FREQ=DAILY;UNTIL={until}"})
    assert found == ["2027-04-04", "2027-04-05", *(["2027-04-06"] if until == "20270405T220000Z" else ())]


@examples(150)
@given(
    start=walls(),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    rule=st.sampled_from(("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SU", "FREQ=MONTHLY;BYDAY=-1SU;BYMONTH=3,10")),
    until=walls(),
)
def test_a_rule_follows_the_clocks_and_ends_with_a_moment_as_dateutil_says(
    start: datetime, zone: ZoneInfo, rule: str, until: datetime
) -> None:
    first = start.replace(tzinfo=zone).astimezone(UTC)
    moment = until.replace(tzinfo=UTC)
    assume(first <= moment)
    clock = first.astimezone(zone).replace(tzinfo=None)
    oracle = (
        wall.replace(tzinfo=zone).astimezone(UTC) for wall in rrulestr(rule, dtstart=clock).xafter(clock, inc=True)
    )
    expected = []
    for each in oracle:
        if each > moment:
            break
        expected.append(each)
    parsed = parse_rule(f"{rule};UNTIL={moment:%Y%m%dT%H%M%SZ}", zone)
    assert list(expand(parsed, first, moment + timedelta(500), zone)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"starts_at": "2100-12-31"}, None),
        ({"starts_at": "2100-12-30", "ends_at": "2101-01-01"}, None),
        ({"starts_at": "2100-12-30", "ends_at": "2101-01-02"}, "ends_at"),
        ({"starts_at": "2101-01-01"}, "starts_at"),
        ({"starts_at": "2100-12-31T22:59:59Z", "time_zone": "Europe/Berlin"}, None),
        ({"starts_at": "2100-12-31T23:30:00Z", "time_zone": "Europe/Berlin"}, "starts_at"),
        ({"starts_at": "2101-01-01T03:00:00Z", "time_zone": "America/New_York"}, None),
        ({"starts_at": "1972-12-31T23:30:00Z", "time_zone": "Europe/Berlin"}, None),
        ({"starts_at": "1973-01-01T03:00:00Z", "time_zone": "America/New_York"}, "starts_at"),
        ({"starts_at": "2100-12-31T20:00:00+01:00", "ends_at": "2101-01-01T00:00:00+01:00"}, "ends_at"),
        ({"starts_at": "9999-12-31", "ends_at": "9999-12-31"}, "starts_at"),
        ({"starts_at": "2026-12-03", "ends_at": "0001-01-01"}, "ends_at"),
    ],
)
def test_a_year_is_taken_by_the_clocks_of_the_zone_and_the_last_day_belongs_to_it(
    fields: Document, expected: str | None
) -> None:
    if expected:
        assert codes(**fields)[0] == (expected, "year-out-of-range")
    else:
        event, _ = taken(**fields)
        assert _read(event.content) is not None


def at_the_borders() -> st.SearchStrategy[EventSubmission]:
    """Submissions at the ends of the years that are taken, in UTC beside a zone, or of whole days."""
    near = st.sampled_from((datetime(1973, 1, 1), datetime(2101, 1, 1))).flatmap(
        lambda border: st.integers(-50, 50).map(lambda hours: border + timedelta(hours=hours))
    )
    lengths = st.none() | st.integers(0, 60).map(lambda hours: timedelta(hours=hours))

    def made(start: datetime, length: timedelta | None, zone: str, kind: str) -> EventSubmission:
        end = start + length if length is not None else None
        if kind == "days":
            days = {"starts_at": f"{start:%Y-%m-%d}", "ends_at": f"{end:%Y-%m-%d}" if end else None}
            return submission(**days, time_zone=zone)
        return submission(
            starts_at=f"{start.isoformat()}{kind}", ends_at=f"{end.isoformat()}{kind}" if end else None, time_zone=zone
        )

    return st.builds(made, near, lengths, st.sampled_from(ZONES), st.sampled_from(("days", "", "Z")))


@examples(300)
@given(submissions() | at_the_borders())
def test_whatever_is_taken_reads_as_the_same_schedule_again(fields: EventSubmission) -> None:
    given_content = fields.model_dump(mode="json", exclude={"uid", "sequence"})
    plan = _read(given_content)
    assume(plan is not None)
    assert plan is not None
    content = normalise(given_content, plan)
    again = _read(content)
    assert again is not None
    assert _plain(again) == _plain(plan)
    assert normalise(content, again) == content
    until = datetime(2028, 1, 1, tzinfo=None if plan.all_day else UTC)
    assert occurrences(again, "id", "scheduled", until) == occurrences(plan, "id", "scheduled", until)


def _read(content: Document) -> Schedule | None:
    return read_schedule(content, RULES.time_zone, Reasons())


def _plain(plan: Schedule) -> Schedule:
    """Without what an override does not say, which is not kept."""
    overrides = {
        original: {name: value for name, value in override.items() if value is not None}
        for original, override in plan.overrides.items()
    }
    return replace(plan, overrides=overrides)
