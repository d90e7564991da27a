"""When an event takes place: clocks that change, days without hours, and what differs in single occurrences."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.events.domain import submit
from tests.unit.events.submissions import NOW, RULES, TRUSTED, Document, submission

BERLIN = {"time_zone": "Europe/Berlin"}


def told(**fields: Any) -> Document:
    decision = submit(None, TRUSTED, submission(**fields), NOW, RULES)
    assert decision.fact is not None, decision.problem
    return decision.fact


def starts(**fields: Any) -> list[str]:
    return [occurrence["starts_at"] for occurrence in told(**fields)["occurrences"]]


def codes(**fields: Any) -> list[tuple[str, str]]:
    decision = submit(None, TRUSTED, submission(**fields), NOW, RULES)
    assert decision.problem is not None
    return [(error.field, error.code) for error in decision.problem.errors]


def test_a_single_event_has_one_occurrence_under_its_own_id() -> None:
    fact = told(ends_at="2026-12-03T18:00:00+01:00")
    assert fact["occurrences"] == [
        {
            "occurrence_id": fact["id"],
            "recurrence_id": None,
            "starts_at": "2026-12-03T16:00:00+01:00",
            "ends_at": "2026-12-03T18:00:00+01:00",
            "status": "scheduled",
            "title": None,
            "description": None,
            "place": None,
        }
    ]


def test_a_weekly_event_stays_at_its_hour_when_summer_time_begins_and_ends() -> None:
    spring = starts(starts_at="2027-03-24T16:00:00+01:00", recurrence={"rrule": "FREQ=WEEKLY;COUNT=2"})
    assert spring == ["2027-03-24T16:00:00+01:00", "2027-03-31T16:00:00+02:00"]
    autumn = starts(starts_at="2026-10-21T16:00:00+02:00", recurrence={"rrule": "FREQ=WEEKLY;COUNT=2"})
    assert autumn == ["2026-10-21T16:00:00+02:00", "2026-10-28T16:00:00+01:00"]


def test_an_hour_that_comes_twice_is_the_first_unless_the_offset_says_otherwise() -> None:
    assert starts(starts_at="2026-10-25T02:30:00", **BERLIN) == ["2026-10-25T02:30:00+02:00"]
    assert starts(starts_at="2026-10-25T02:30:00+02:00", **BERLIN) == ["2026-10-25T02:30:00+02:00"]
    assert starts(starts_at="2026-10-25T02:30:00+01:00", **BERLIN) == ["2026-10-25T02:30:00+01:00"]


def test_an_hour_that_is_left_out_means_the_moment_an_hour_later() -> None:
    assert starts(starts_at="2027-03-28T02:30:00", **BERLIN) == ["2027-03-28T03:30:00+02:00"]
    daily = starts(starts_at="2027-03-27T02:30:00", recurrence={"rrule": "FREQ=DAILY;COUNT=3"}, **BERLIN)
    assert daily == ["2027-03-27T02:30:00+01:00", "2027-03-28T03:30:00+02:00", "2027-03-29T02:30:00+02:00"]


@pytest.mark.parametrize("utc", ["Z", "+00:00", "-00:00"])
def test_a_moment_in_utc_with_a_zone_beside_it_is_shown_in_that_zone(utc: str) -> None:
    fields = {"starts_at": f"2027-07-01T14:00:00{utc}", "ends_at": f"2027-07-01T16:00:00{utc}", **BERLIN}
    fact = told(**fields, recurrence={"rrule": "FREQ=WEEKLY;COUNT=3", "exdates": [f"2027-07-08T14:00:00{utc}"]})
    assert (fact["starts_at"], fact["ends_at"]) == ("2027-07-01T16:00:00+02:00", "2027-07-01T18:00:00+02:00")
    assert [one["starts_at"] for one in fact["occurrences"]] == [fact["starts_at"], "2027-07-15T16:00:00+02:00"]


def test_a_moment_in_utc_says_which_of_two_equal_hours_is_meant() -> None:
    assert starts(starts_at="2026-10-25T00:30:00Z", **BERLIN) == ["2026-10-25T02:30:00+02:00"]
    assert starts(starts_at="2026-10-25T01:30:00Z", **BERLIN) == ["2026-10-25T02:30:00+01:00"]


@pytest.mark.parametrize("written", ["2027-03-28T02:30:00", "2027-03-28T03:30:00", "2027-03-28T03:30:00+02:00"])
def test_an_occurrence_in_the_hour_that_is_left_out_can_be_named(written: str) -> None:
    daily = {"starts_at": "2027-03-27T02:30:00", **BERLIN}
    rule = {"rrule": "FREQ=DAILY;COUNT=3"}
    assert len(starts(**daily, recurrence=rule | {"exdates": [written]})) == 2
    overridden = told(**daily, recurrence=rule, overrides=[{"recurrence_id": written, "status": "cancelled"}])
    assert [occurrence["status"] for occurrence in overridden["occurrences"]] == ["scheduled", "cancelled", "scheduled"]


def test_an_occurrence_may_be_moved_into_the_hour_that_is_left_out_or_comes_twice() -> None:
    for written, meant in (
        ("2027-03-28T02:30:00", "2027-03-28T03:30:00+02:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+01:00"),
    ):
        moved = told(
            starts_at="2026-10-20T16:00:00",
            ends_at="2026-10-20T17:00:00",
            recurrence={"rrule": "FREQ=WEEKLY;COUNT=2"},
            overrides=[{"recurrence_id": "2026-10-27T16:00:00", "starts_at": written}],
            **BERLIN,
        )["occurrences"][1]
        assert moved["starts_at"] == meant
        length = datetime.fromisoformat(moved["ends_at"]) - datetime.fromisoformat(moved["starts_at"])
        assert length == timedelta(hours=1)


def test_hours_stay_hours_in_a_night_in_which_clocks_change() -> None:
    occurrences = told(
        starts_at="2026-10-23T22:00:00+02:00",
        ends_at="2026-10-24T04:00:00+02:00",
        recurrence={"rrule": "FREQ=DAILY;COUNT=2"},
    )["occurrences"]
    assert [occurrence["ends_at"] for occurrence in occurrences] == [
        "2026-10-24T04:00:00+02:00",
        "2026-10-25T03:00:00+01:00",
    ]


def test_an_all_day_event_has_dates_and_ends_the_day_after_unless_told_otherwise() -> None:
    fact = told(starts_at="2026-12-05")
    assert (fact["all_day"], fact["starts_at"], fact["ends_at"]) == (True, "2026-12-05", "2026-12-06")
    festival = told(starts_at="2027-03-27", ends_at="2027-03-30", recurrence={"rrule": "FREQ=YEARLY;COUNT=2"})
    assert [(o["starts_at"], o["ends_at"]) for o in festival["occurrences"]] == [
        ("2027-03-27", "2027-03-30"),
        ("2028-03-27", "2028-03-30"),
    ]
    assert festival["occurrences"][0]["occurrence_id"].endswith("_20270327")


def test_midnights_of_a_day_are_that_day_where_the_event_is_all_day() -> None:
    assert starts(starts_at="2026-12-05T00:00:00+01:00", all_day=True) == ["2026-12-05"]
    moved = starts(
        starts_at="2026-12-05",
        time_zone="America/New_York",
        recurrence={"rrule": "FREQ=DAILY;COUNT=2"},
        overrides=[{"recurrence_id": "2026-12-06", "starts_at": "2026-12-08T00:00:00Z"}],
    )
    assert moved == ["2026-12-05", "2026-12-08"]


def test_dates_are_added_and_left_out() -> None:
    found = starts(
        recurrence={
            "rrule": "FREQ=WEEKLY;COUNT=3",
            "rdates": ["2026-12-05T11:00:00+01:00", "2026-12-10T16:00:00+01:00"],
            "exdates": ["2026-12-17T15:00:00Z"],
        },
        starts_at="2026-12-03T16:00:00+01:00",
    )
    assert found == ["2026-12-03T16:00:00+01:00", "2026-12-05T11:00:00+01:00", "2026-12-10T16:00:00+01:00"]


def test_further_dates_alone_come_after_the_start() -> None:
    found = starts(recurrence={"rdates": ["2026-12-20T10:00:00+01:00"]})
    assert found == ["2026-12-03T16:00:00+01:00", "2026-12-20T10:00:00+01:00"]


def test_what_differs_in_an_occurrence_is_told_with_it_and_nothing_else() -> None:
    place = {"name": "Ratskeller", "municipality": "Werdau"}
    fact = told(
        ends_at="2026-12-03T18:00:00+01:00",
        recurrence={"rrule": "FREQ=WEEKLY;COUNT=3"},
        overrides=[
            {"recurrence_id": "2026-12-17T16:00:00+01:00", "ends_at": "2026-12-17T21:00:00+01:00", "title": "Fest"},
            {
                "recurrence_id": "2026-12-10T16:00:00+01:00",
                "status": "rescheduled",
                "starts_at": "2026-12-11T17:00:00+01:00",
                "description": "Zu Gast",
                "place": place,
            },
        ],
    )
    first, second, third = fact["occurrences"]
    assert (first["title"], first["place"], first["status"]) == (None, None, "scheduled")
    assert second["recurrence_id"] == "2026-12-10T16:00:00+01:00"
    assert (second["starts_at"], second["ends_at"]) == ("2026-12-11T17:00:00+01:00", "2026-12-11T19:00:00+01:00")
    assert (second["status"], second["description"]) == ("rescheduled", "Zu Gast")
    assert second["place"]["municipality"] == "Werdau"
    assert (third["title"], third["ends_at"]) == ("Fest", "2026-12-17T21:00:00+01:00")
    assert fact["id"] + "_20261210T150000Z" == second["occurrence_id"]


@pytest.mark.parametrize(
    "written", ["2026-12-11T17:00:00+01:00", "2026-12-11T17:00:00", "2026-12-11t16:00:00.5z", "2026-12-11 16:00Z"]
)
def test_a_moved_occurrence_is_told_in_the_events_zone_however_it_was_written(written: str) -> None:
    named = {} if written.endswith(("z", "Z")) else BERLIN
    moved = told(
        ends_at="2026-12-03T18:00:00+01:00",
        recurrence={"rrule": "FREQ=WEEKLY;COUNT=2"},
        overrides=[{"recurrence_id": "2026-12-10T16:00:00+01:00", "starts_at": written}],
        **named,
    )["occurrences"][1]
    assert (moved["starts_at"], moved["ends_at"]) == ("2026-12-11T17:00:00+01:00", "2026-12-11T19:00:00+01:00")


def test_a_cancelled_event_cancels_all_its_occurrences() -> None:
    fact = told(
        status="cancelled",
        recurrence={"rrule": "FREQ=WEEKLY;COUNT=2"},
        overrides=[{"recurrence_id": "2026-12-10T16:00:00+01:00", "status": "moved-online"}],
    )
    assert {occurrence["status"] for occurrence in fact["occurrences"]} == {"cancelled"}


def test_occurrences_are_told_400_days_ahead_from_now_or_from_a_later_start() -> None:
    from_now = starts(starts_at="2026-10-01T16:00:00+02:00", recurrence={"rrule": "FREQ=DAILY"})
    assert from_now[-1] == "2027-12-05T16:00:00+01:00"  # 1 November 2026, 13:00, and 400 days: the 6th at 13:00
    from_start = starts(starts_at="2028-01-01T16:00:00+01:00", recurrence={"rrule": "FREQ=DAILY"})
    assert (len(from_start), from_start[-1]) == (401, "2029-02-04T16:00:00+01:00")


def test_of_very_many_occurrences_the_latest_thousand_are_told() -> None:
    found = starts(starts_at="2020-01-01T16:00:00+01:00", recurrence={"rrule": "FREQ=DAILY"})
    assert len(found) == 1000
    assert found[-1] == "2027-12-05T16:00:00+01:00"


@pytest.mark.parametrize(
    ("rule", "goes_on"),
    [("FREQ=MONTHLY", True), ("FREQ=MONTHLY;COUNT=15", True), ("FREQ=MONTHLY;COUNT=14", False), (None, False)],
)
def test_an_event_is_looked_at_again_only_while_occurrences_can_follow(rule: str | None, goes_on: bool) -> None:
    recurrence = {"rrule": rule} if rule else None
    event = submit(None, TRUSTED, submission(recurrence=recurrence), NOW, RULES).event
    assert event is not None
    if not goes_on:
        assert event.expanded_until is None
    else:
        assert event.expanded_until == datetime(2028, 1, 7, 15, tzinfo=UTC)


def test_count_and_until_in_utc_bound_the_rule() -> None:
    assert len(starts(recurrence={"rrule": "FREQ=WEEKLY;COUNT=5"})) == 5
    assert len(starts(recurrence={"rrule": "FREQ=WEEKLY;UNTIL=20261217T150000Z"})) == 3
    assert len(starts(recurrence={"rrule": "FREQ=WEEKLY;UNTIL=20261217T145959Z"})) == 2


def test_an_event_without_a_zone_lives_in_the_alliances_own_where_the_offset_fits_and_else_in_utc() -> None:
    assert told(starts_at="2026-12-03T16:00:00+01:00")["time_zone"] == "Europe/Berlin"
    assert told(starts_at="2026-12-03T15:00:00Z")["time_zone"] == "UTC"
    assert told(starts_at="2026-12-05")["time_zone"] == "Europe/Berlin"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"starts_at": "2026-12-03T16:00:00"}, ("starts_at", "offset-missing")),
        ({"starts_at": "2026-12-03T16:00:00+02:00", **BERLIN}, ("starts_at", "offset-disagrees")),
        ({"starts_at": "2026-02-30"}, ("starts_at", "no-such-date")),
        ({"starts_at": "2026-12-03T16:00:00+99:00"}, ("starts_at", "no-such-date")),
        ({"starts_at": "1950-12-03"}, ("starts_at", "year-out-of-range")),
        ({"starts_at": "0001-01-01T00:00:00+01:00"}, ("starts_at", "year-out-of-range")),
        ({"starts_at": "9999-12-31T23:59:59-12:00"}, ("starts_at", "year-out-of-range")),
        ({"ends_at": "2026-12-03"}, ("ends_at", "time-missing")),
        ({"ends_at": "2026-12-03T15:00:00+01:00"}, ("ends_at", "end-before-start")),
        ({"starts_at": "2026-12-05", "ends_at": "2026-12-05"}, ("ends_at", "end-before-start")),
        ({"starts_at": "2026-12-05", "ends_at": "2026-12-05T10:00:00+01:00"}, ("ends_at", "date-expected")),
        ({"time_zone": "Europe/Zwickau"}, ("time_zone", "time-zone-unknown")),
        ({"recurrence": {"rrule": "FREQ=HOURLY"}}, ("recurrence.rrule", "rule-not-supported")),
        ({"recurrence": {"rdates": ["2026-02-30"]}}, ("recurrence.rdates.0", "no-such-date")),
        (
            {"recurrence": {"rrule": "FREQ=DAILY", "exdates": ["2026-12-03T16:00:00"]}},
            ("recurrence.exdates.0", "offset-missing"),
        ),
        ({"recurrence": {"rrule": "FREQ=WEEKLY;UNTIL=20200101"}}, ("recurrence.rrule", "no-occurrence")),
        ({"overrides": [{"recurrence_id": "2026-12-03T16:00:00+01:00"}]}, ("overrides", "not-recurring")),
        (
            {
                "recurrence": {"rrule": "FREQ=WEEKLY"},
                "overrides": [{"recurrence_id": "2026-12-04T16:00:00+01:00", "status": "cancelled"}],
            },
            ("overrides", "no-such-occurrence"),
        ),
        (
            {
                "recurrence": {"rrule": "FREQ=WEEKLY"},
                "overrides": [
                    {
                        "recurrence_id": "2026-12-03T16:00:00+01:00",
                        "starts_at": "2026-12-04T16:00:00+01:00",
                        "ends_at": "2026-12-04T15:00:00+01:00",
                    }
                ],
            },
            ("overrides.0.ends_at", "end-before-start"),
        ),
    ],
)
def test_times_that_cannot_be_taken_are_refused_by_field_and_reason(
    fields: Document, expected: tuple[str, str]
) -> None:
    assert codes(**fields) == [expected]


def test_a_rule_that_yields_nothing_is_refused_with_its_overrides() -> None:
    override = {"recurrence_id": "2026-12-03T16:00:00+01:00", "status": "cancelled"}
    refused = codes(recurrence={"rrule": "FREQ=WEEKLY;UNTIL=20200101"}, overrides=[override])
    assert refused == [("recurrence.rrule", "no-occurrence")]


def test_all_reasons_are_told_at_once() -> None:
    refused = codes(starts_at="2026-02-30", ends_at="1900-01-01", recurrence={"rrule": "FREQ=HOURLY"})
    assert refused == [
        ("starts_at", "no-such-date"),
        ("ends_at", "year-out-of-range"),
        ("recurrence.rrule", "rule-not-supported"),
    ]


def test_a_year_in_which_a_zone_was_off_by_seconds_is_refused_because_rfc_3339_cannot_write_it() -> None:
    assert codes(starts_at="1971-12-03T16:00:00", time_zone="Africa/Monrovia") == [("starts_at", "year-out-of-range")]


def test_a_changed_occurrence_still_takes_place_when_the_rule_was_cut_short() -> None:
    moved = {"recurrence_id": "2026-12-17T16:00:00+01:00", "starts_at": "2026-12-18T16:00:00+01:00"}
    found = starts(recurrence={"rrule": "FREQ=WEEKLY;COUNT=2"}, overrides=[moved])
    assert found == ["2026-12-03T16:00:00+01:00", "2026-12-10T16:00:00+01:00", "2026-12-18T16:00:00+01:00"]
