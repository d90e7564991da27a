"""What the office types becomes the event that was meant, and an event becomes what would be typed."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from services.web.calendar import form as office_form
from services.web.calendar.form import submission, typed_from
from services.web.common.forms import Typed, typed
from shared.calendars.text import partner_id
from shared.contracts.events import EnterEvent
from shared.wall_clock import read as read_time
from shared.wall_clock import written
from tests.unit.web.samples import event

ZONE = "Europe/Berlin"


def form(**fields: Any) -> Typed:
    """A form with what it needs, and ``fields``."""
    given = {"title": "Fest", "date": "2027-06-03", "starts": "16:00"} | fields
    return typed({name: value if isinstance(value, list) else [value] for name, value in given.items()})


def read(**fields: Any) -> dict[str, Any]:
    body, errors = submission(form(**fields), ZONE)
    assert errors == []
    EnterEvent.model_validate_json(orjson.dumps(body | {"partner": "verein", "uid": "a"}))
    return body


def wrong(**fields: Any) -> list[tuple[str, str]]:
    return [(error.field, error.code) for error in submission(form(**fields), ZONE)[1]]


def test_times_are_of_the_alliances_zone() -> None:
    body = read(ends="18:30")
    assert (body["starts_at"], body["ends_at"]) == ("2027-06-03T16:00:00", "2027-06-03T18:30:00")
    assert body["time_zone"] == ZONE


@pytest.mark.parametrize(
    ("day", "clock"), [("3.6.2027", "16 Uhr"), ("03.06.2027", "16.00"), ("3. 6. 2027", "16"), ("2027-06-03", "16:00 h")]
)
def test_dates_and_times_are_read_as_people_write_them(day: str, clock: str) -> None:
    assert read(date=day, starts=clock)["starts_at"] == "2027-06-03T16:00:00"


def test_a_dance_until_two_ends_on_the_next_day_and_an_end_in_the_evening_does_not() -> None:
    assert read(starts="20:00", ends="2:00")["ends_at"] == "2027-06-04T02:00:00"
    assert read(starts="20:00", ends="19:00")["ends_at"] == "2027-06-03T19:00:00"


def test_several_days_end_on_the_last_one_included() -> None:
    assert read(last_day="2027-06-05", ends="12:00")["ends_at"] == "2027-06-05T12:00:00"
    body = read(last_day="2027-06-05", all_day="yes", starts="")
    assert (body["all_day"], body["starts_at"], body["ends_at"]) == (True, "2027-06-03", "2027-06-06")


def test_what_is_repeated_is_repeated_until_a_day() -> None:
    weekly = read(repeat="weekly", until="2027-07-01")
    assert weekly["recurrence"] == {"rrule": "FREQ=WEEKLY;UNTIL=20270701"}
    assert read(repeat="monthly", until="2027-12-31")["recurrence"]["rrule"] == "FREQ=MONTHLY;BYDAY=1TH;UNTIL=20271231"
    last = read(repeat="monthly", until="2027-12-31", date="2027-06-30")
    assert last["recurrence"]["rrule"] == "FREQ=MONTHLY;BYDAY=-1WE;UNTIL=20271231"
    assert "recurrence" not in read(until="2027-07-01")


def test_each_thing_that_cannot_be_read_is_named_at_its_own_field() -> None:
    assert wrong(title="") == [("title", "missing")]
    assert wrong(date="") == [("date", "missing")]
    assert wrong(starts="") == [("starts", "start-missing")]
    assert wrong(date="2027-02-30", starts="25:00") == [("date", "day-unreadable"), ("starts", "clock-unreadable")]
    assert wrong(last_day="2027-06-01") == [("last_day", "before-first-day")]
    assert wrong(repeat="weekly") == [("until", "until-missing")]
    assert wrong(repeat="weekly", until="2027-06-01") == [("until", "before-first-day")]


@pytest.mark.parametrize(
    ("error_field", "shown_at"),
    [
        ("ends_at", "ends"),
        ("starts_at", "date"),
        ("place.postal_code", "postal_code"),
        ("place.latitude", "place_name"),
        ("recurrence.rrule", "repeat"),
        ("topics.3", "topics"),
        ("url", "url"),
        ("id", "partner"),
        ("something.else", ""),
    ],
)
def test_what_is_refused_later_is_shown_at_the_field_it_came_from(error_field: str, shown_at: str) -> None:
    assert office_form.typed_at(error_field) == shown_at


def test_changing_an_event_keeps_what_the_form_does_not_show() -> None:
    before = event(image_url="https://example.org/bild.png", series="Reihe")
    body, errors = submission(typed_from(before), ZONE, before)
    assert errors == []
    for name in ("title", "description", "place", "topics", "languages", "image_url", "series", "cost", "url"):
        assert body[name] == before[name], name
    assert body["low_threshold"] is True
    said_nothing = Typed({**typed_from(before).values, "low_threshold": ""}, typed_from(before).several)
    assert "low_threshold" not in submission(said_nothing, ZONE, before)[0]
    moved = Typed({**typed_from(before).values, "street": "Woanders 1"}, typed_from(before).several)
    assert "latitude" not in submission(moved, ZONE, before)[0]["place"]


def test_a_rule_that_the_form_cannot_show_is_kept() -> None:
    recurrence = {"rrule": "FREQ=DAILY;COUNT=3", "rdates": [], "exdates": []}
    before = event(recurrence=recurrence)
    assert typed_from(before)["repeat"] == "kept"
    assert submission(typed_from(before), ZONE, before)[0]["recurrence"] == recurrence


@pytest.mark.parametrize("offset", ["+01:00", "+02:00"])
def test_an_hour_that_comes_twice_stays_the_one_it_was_where_nobody_changed_it(offset: str) -> None:
    fact = event(starts_at=f"2026-10-25T02:30:00{offset}", ends_at="2026-10-25T04:00:00+01:00", time_zone=ZONE)
    assert submission(typed_from(fact), ZONE, fact)[0]["starts_at"] == fact["starts_at"]
    later = Typed({**typed_from(fact).values, "starts": "03:30"}, typed_from(fact).several)
    assert submission(later, ZONE, fact)[0]["starts_at"] == "2026-10-25T03:30:00"


def test_each_of_two_times_stays_where_only_the_other_was_changed() -> None:
    fact = event(starts_at="2026-10-25T02:30:00+01:00", ends_at="2026-10-25T04:00:00+01:00", time_zone=ZONE)
    longer = submission(_retyped(fact, ends="05:00"), ZONE, fact)[0]
    assert (longer["starts_at"], longer["ends_at"]) == ("2026-10-25T02:30:00+01:00", "2026-10-25T05:00:00")
    fact = event(starts_at="2026-10-25T01:00:00+02:00", ends_at="2026-10-25T02:30:00+01:00", time_zone=ZONE)
    shorter = submission(_retyped(fact, starts="01:30"), ZONE, fact)[0]
    assert (shorter["starts_at"], shorter["ends_at"]) == ("2026-10-25T01:30:00", "2026-10-25T02:30:00+01:00")


def test_what_begins_in_the_second_of_two_equal_hours_ends_there() -> None:
    fact = event(starts_at="2026-10-25T02:30:00+01:00", ends_at="2026-10-25T04:00:00+01:00", time_zone=ZONE)
    assert submission(_retyped(fact, ends="02:45"), ZONE, fact)[0]["ends_at"] == "2026-10-25T02:45:00+01:00"


def _retyped(fact: dict[str, Any], **fields: str) -> Typed:
    return Typed({**typed_from(fact).values, **fields}, typed_from(fact).several)


days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
clocks = st.times(time(0), time(23, 59)).map(lambda clock: clock.replace(second=0, microsecond=0))


@given(
    days,
    clocks,
    st.none() | clocks,
    st.none() | st.integers(1, 5),
    st.booleans(),
    st.sampled_from(("", "weekly", "monthly")),
)
@example(date(2027, 6, 3), time(4), time(5), 1, False, "")
@example(date(2027, 6, 3), time(20), time(2), 1, False, "")
def test_what_was_entered_is_shown_as_it_was_typed(
    day: date, starts: time, ends: time | None, more_days: int | None, all_day: bool, repeat: str
) -> None:
    given = form(
        date=day.isoformat(),
        starts="" if all_day else f"{starts:%H:%M}",
        ends="" if all_day or not ends else f"{ends:%H:%M}",
        last_day=(day + timedelta(more_days)).isoformat() if more_days else "",
        all_day="yes" if all_day else "",
        repeat=repeat,
        until="2029-01-01" if repeat else "",
    )
    body, errors = submission(given, ZONE)
    assert errors == []
    ends_at = body.get("ends_at")
    assume(all_day or all(_exists(text) for text in (body["starts_at"], ends_at) if text))
    if not all_day and ends_at and ends_at < body["starts_at"]:
        return  # refused by the calendar: it ends before it starts
    recurrence = {"rdates": [], "exdates": [], **body["recurrence"]} if repeat else None
    fact = event(
        **{name: _moment(body[name]) for name in ("starts_at", "ends_at")},
        all_day=all_day,
        recurrence=recurrence,
    )
    again, _ = submission(typed_from(fact), ZONE, fact)
    assert again.get("recurrence") == body.get("recurrence")
    assert [_moment(again.get(name)) for name in ("starts_at", "ends_at")] == [
        _moment(body.get(name)) for name in ("starts_at", "ends_at")
    ]


def _moment(text: str | None) -> str | None:
    """As the calendar writes it."""
    is_time = text is not None and len(text) > 10
    return written(read_time(text, ZoneInfo(ZONE)), ZoneInfo(ZONE)) if text and is_time else text


def _exists(text: str) -> bool:
    """Not so of the hour that the change to summer time leaves out."""
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE))
    return moment.astimezone(UTC).astimezone(ZoneInfo(ZONE)).replace(tzinfo=None) == moment.replace(tzinfo=None)


def test_ids_are_readable_and_free() -> None:
    assert (
        office_form.new_uid("Bürger & Straße!", "2027-06-03", "0a1b2c3d")
        == "office-buerger-strasse-2027-06-03-0a1b2c3d"
    )
    assert partner_id("Heimatverein Über e. V.", {}) == "heimatverein-ueber-e-v"
    assert partner_id("chor", {"chor": "Chor"}) == "chor"
    assert partner_id("Chor!", {"chor": "Chor"}) == "chor-2"
    for name in ("Office", "Ä", "", "Б"):
        EnterEvent.model_validate_json(orjson.dumps(read() | {"partner": partner_id(name, {}), "uid": "a"}))
