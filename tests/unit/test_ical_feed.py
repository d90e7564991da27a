"""What a calendar program sees of the feed, judged by programs that are not ours."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from icalendar import Calendar

from services.events.domain import submit
from services.gateway.calendar.ical import calendar
from services.gateway.common.ical.time_zones import time_zone
from shared.contracts.partner import EventSubmission
from shared.contracts.released.samples import SAMPLES
from tests.support.laws import examples
from tests.unit.events.submissions import NOW, RULES, TRUSTED, Document, submissions
from tests.unit.judged_feed import expanded, fact, feed, told

SAMPLE = SAMPLES["events.event.published.v1"].model_dump(mode="json")


def parsed(*documents: Document) -> list[Any]:
    return Calendar.from_ical(feed(*documents)).walk("VEVENT")


def without_times(**fields: Any) -> Any:
    (event,) = parsed(SAMPLE | {"recurrence": None, "occurrences": []} | fields)
    return event


WEEKLY = {"ends_at": "2026-12-03T18:00:00+01:00", "recurrence": {"rrule": "FREQ=WEEKLY;COUNT=4"}}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        WEEKLY,
        {"recurrence": {"rrule": "FREQ=WEEKLY"}},
        {"recurrence": {"rrule": "FREQ=WEEKLY;UNTIL=20261217"}},
        {"recurrence": {"rrule": "FREQ=WEEKLY;UNTIL=20261217T150000Z;BYDAY=TH"}},
        {"recurrence": {"rrule": "FREQ=WEEKLY;UNTIL=20261217T155959"}},
        {"recurrence": {"rrule": "FREQ=MONTHLY;UNTIL=99991231T235959Z"}},
        {"recurrence": {"rrule": "FREQ=MONTHLY;BYDAY=1TH,-1TH;COUNT=9"}},
        {"recurrence": {"rdates": ["2026-12-07T10:00:00+01:00", "2027-07-07T10:00:00+02:00"]}},
        {"recurrence": {"rrule": "FREQ=DAILY;COUNT=200", "exdates": ["2026-12-03T16:00:00+01:00"]}},
        {"starts_at": "2026-12-05", "ends_at": "2026-12-07"},
        {"starts_at": "2026-12-05", "recurrence": {"rrule": "FREQ=MONTHLY;UNTIL=20270405T215959Z"}},
        {"starts_at": "2026-12-05", "recurrence": {"rrule": "FREQ=WEEKLY;COUNT=3", "exdates": ["2026-12-12"]}},
        {
            "starts_at": "2026-10-17T22:00:00+02:00",
            "ends_at": "2026-10-18T05:00:00+02:00",
            "recurrence": {"rrule": "FREQ=WEEKLY;COUNT=30"},
        },
        {"starts_at": "2026-10-25T02:30:00+01:00", "time_zone": "Europe/Berlin"},
        {
            **WEEKLY,
            "overrides": [
                {"recurrence_id": "2026-12-10T16:00:00+01:00", "status": "cancelled"},
                {"recurrence_id": "2026-12-17T16:00:00+01:00", "starts_at": "2026-12-18T17:00:00+01:00"},
                {"recurrence_id": "2026-12-24T16:00:00+01:00", "title": "Bescherung", "status": "postponed"},
            ],
        },
        {**WEEKLY, "status": "cancelled"},
        # What the rule does not yield is no occurrence, not even the start.
        {"recurrence": {"rrule": "FREQ=WEEKLY;BYDAY=MO;COUNT=3"}},
        {"recurrence": {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=3"}},
        {"recurrence": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=1;COUNT=3"}},
        {"recurrence": {"rrule": "FREQ=WEEKLY;BYDAY=MO;COUNT=3", "rdates": ["2026-12-04T09:00:00+01:00"]}},
        {"recurrence": {"rrule": "FREQ=WEEKLY;UNTIL=20261202", "rdates": ["2026-11-02T16:00:00+01:00"]}},
    ],
)
def test_a_calendar_program_finds_exactly_the_occurrences_of_the_fact(fields: Document) -> None:
    document = fact(**fields)
    assert expanded(document) == told(document)


@examples(25)
@given(submissions())
def test_whatever_is_taken_comes_out_of_the_feed_as_it_was_told(fields: EventSubmission) -> None:
    decision = submit(None, TRUSTED, fields, NOW, RULES)
    assume(decision.event is not None)
    assert decision.event is not None
    assert decision.fact is not None
    for override in decision.event.content["overrides"]:
        # A start that the rule does not yield, "moved" to where it is, cannot be told from one that it yields;
        # and one beyond the 400 days is told alone, without those before it.
        assume(override.get("starts_at") != override["recurrence_id"] and override["recurrence_id"] < "2027-11")
    assert expanded(decision.fact) == told(decision.fact)


def test_an_event_is_described_as_calendar_programs_expect_it() -> None:
    event = without_times(description="Bei Kaffee; und Tee,\nab 16 Uhr.")
    page = f"https://buendnis.example.org/events/{SAMPLE['id']}"
    assert event["UID"] == f"{SAMPLE['id']}@buendnisbus"
    assert (event["SEQUENCE"], event["STATUS"], event["SUMMARY"]) == (2, "CONFIRMED", SAMPLE["title"])
    assert event["DESCRIPTION"] == (
        "Bei Kaffee; und Tee,\nab 16 Uhr.\n\nVeranstaltet von: Nachbarschaftshaus Eckersbach e. V.\n\n"
        f"https://eckersbach.example.org/erzaehlcafe\n\n{page}"
    )
    assert event["URL"] == page
    assert event["LOCATION"] == (
        "Nachbarschaftshaus Eckersbach, großer Saal, Musterweg 7, 08066 Zwickau, https://treff.example.org/erzaehlcafe"
    )
    assert (event["GEO"].latitude, event["GEO"].longitude) == (50.7189, 12.4961)
    assert event.categories == ["integration", "demokratie", "erzählkultur"]
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == datetime(2026, 11, 20, 17, 40, 12, tzinfo=UTC)
    assert event["CREATED"].dt == datetime(2026, 10, 1, 8, 15, tzinfo=UTC)
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"


def test_what_is_not_known_is_left_out() -> None:
    event = without_times(place=None, topics=[], description=None, url=None, organisers=[], ends_at=None)
    assert event["DESCRIPTION"] == event["URL"]
    assert not {"LOCATION", "GEO", "CATEGORIES", "DTEND", "RRULE"} & set(event)
    assert "DTEND" not in without_times(ends_at=SAMPLE["starts_at"])


@pytest.mark.parametrize("place", [{"latitude": 50.7}, {"municipality": "Werdau"}])
def test_a_position_is_told_only_where_it_is_whole(place: Document) -> None:
    assert "GEO" not in without_times(place=place)


@pytest.mark.parametrize(
    ("status", "told_status", "title"),
    [
        ("scheduled", "CONFIRMED", "Café"),
        ("cancelled", "CANCELLED", "Abgesagt: Café"),
        ("postponed", "TENTATIVE", "Café"),
        ("rescheduled", "CONFIRMED", "Café"),
        ("moved-online", "CONFIRMED", "Café"),
    ],
)
def test_a_status_is_told_in_the_words_of_calendars_and_a_cancellation_in_the_title(
    status: str, told_status: str, title: str
) -> None:
    event = without_times(status=status, title="Café")
    assert (event["STATUS"], event["SUMMARY"]) == (told_status, title)


def test_a_newer_version_replaces_the_older_one() -> None:
    (old,), (new,) = (parsed(SAMPLE | {"version": version, "recurrence": None}) for version in (1, 4))
    assert old["UID"] == new["UID"]
    assert (old["SEQUENCE"], new["SEQUENCE"]) == (0, 3)


def test_only_what_differs_in_an_occurrence_makes_it_a_component_of_its_own() -> None:
    master, moved, cancelled = parsed(SAMPLE)
    assert "RECURRENCE-ID" not in master
    assert {event["UID"] for event in (master, moved, cancelled)} == {f"{SAMPLE['id']}@buendnisbus"}
    assert {event["SEQUENCE"] for event in (master, moved, cancelled)} == {2}
    assert moved["RECURRENCE-ID"].dt == datetime(2026, 12, 10, 16, tzinfo=ZoneInfo("Europe/Berlin"))
    assert (moved["SUMMARY"], moved["LOCATION"]) == ("Erzählcafé zu Gast in Werdau", "08412 Werdau")
    assert "GEO" not in moved
    assert (cancelled["STATUS"], cancelled["LOCATION"]) == ("CANCELLED", master["LOCATION"])
    assert not {"RRULE", "RDATE", "EXDATE"} & {*moved, *cancelled}


@pytest.mark.parametrize("visibility", ["waiting", "refused", "withdrawn"])
def test_what_is_not_public_never_appears(visibility: str) -> None:
    assert parsed(SAMPLE | {"visibility": visibility}) == []


def test_the_views_documents_which_are_all_public_need_not_say_so() -> None:
    assert parsed({name: value for name, value in SAMPLE.items() if name != "visibility"})


def test_no_person_is_named_as_organiser_attendee_or_contact() -> None:
    for event in parsed(SAMPLE):
        assert not {"ORGANIZER", "ATTENDEE", "CONTACT"} & set(event)


def test_the_feed_names_itself_and_how_often_to_look() -> None:
    for documents in ((), (SAMPLE,)):
        found = Calendar.from_ical(feed(*documents))
        assert (found["VERSION"], found.calendar_name) == ("2.0", "Bündnis Zwickau")
        assert found["X-WR-CALNAME"] == found.calendar_name
        assert found.refresh_interval == timedelta(hours=1)
        assert found["X-PUBLISHED-TTL"] == "PT1H"
        assert "METHOD" not in found


def test_the_same_events_make_the_same_bytes_so_that_readers_can_ask_for_changes_only() -> None:
    later = calendar([SAMPLE], web_url="https://buendnis.example.org", now=NOW + timedelta(1), name="Bündnis Zwickau")
    assert later == feed(SAMPLE)


def test_each_zone_in_use_is_spelled_out_once_and_no_other() -> None:
    documents = (
        fact(),
        fact(uid="b"),
        fact(uid="c", starts_at="2026-12-03T16:00:00", time_zone="Asia/Kathmandu"),
        fact(uid="d", starts_at="2026-12-03T16:00:00Z", time_zone="UTC"),
        fact(uid="e", starts_at="2026-12-03", time_zone="America/New_York"),
    )
    found = Calendar.from_ical(feed(*documents))
    assert [zone.tz_name for zone in found.timezones] == ["Asia/Kathmandu", "Europe/Berlin"]
    assert found.get_missing_tzids() == set()


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
def test_a_zone_as_spelled_out_has_the_offsets_of_the_zone(name: str) -> None:
    content = f"BEGIN:VCALENDAR\r\n{time_zone(name, 2030)}END:VCALENDAR\r\n"
    (spelled,) = Calendar.from_ical(content).timezones
    zone = ZoneInfo(name)
    changes: dict[datetime, timedelta] = {}
    for part in spelled.subcomponents:
        onsets = [part.DTSTART, *(entry.dt for entry in getattr(part.get("RDATE"), "dts", ()))]
        changes |= {(onset - part.TZOFFSETFROM).replace(tzinfo=UTC): part.TZOFFSETTO for onset in onsets}
    onsets_utc = sorted(changes)
    hour = onsets_utc[0]
    while hour.year <= 2030:
        latest = onsets_utc[bisect_right(onsets_utc, hour) - 1]
        assert hour.astimezone(zone).utcoffset() == changes[latest]
        hour += timedelta(hours=7)
    for onset in onsets_utc[1:]:
        assert (onset - timedelta(seconds=1)).astimezone(zone).utcoffset() != changes[onset]
        assert onset.astimezone(zone).utcoffset() == changes[onset]


NASTY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[chr(n) for n in (*range(32), 127)]))


@examples(150)
@given(NASTY.filter(bool))
@example("a\\nb\\,c;d:e\"f'")
@example("BEGIN:VEVENT\u2028END:VEVENT\x85ATTACH:x")
@example("ü" * 200 + "😀" * 100)
def test_any_title_comes_out_as_it_was_and_no_line_is_longer_than_75_octets(title: str) -> None:
    document = SAMPLE | {"title": title, "recurrence": None}
    (event,) = parsed(document)
    # What some programs take for the end of a line is told as one, escaped.
    expected = title
    for separator in "\x85\u2028\u2029":
        expected = expected.replace(separator, "\n")
    assert event["SUMMARY"] == expected
    for each in feed(document).split(b"\r\n"):
        assert len(each) <= 75
        each.decode()


@given(st.lists(st.sampled_from(("Zeile", "\n", "\r\n", "\r", ";", "\\", "ß")), max_size=20).map("".join))
def test_a_description_keeps_its_lines(description: str) -> None:
    event = without_times(description=f"{description}.", url=None, organisers=[])
    kept = description.replace("\r\n", "\n").replace("\r", "\n")
    assert event["DESCRIPTION"] == f"{kept}.\n\n{event['URL']}"


def test_thousands_of_events_each_appear_once() -> None:
    content = feed(*(SAMPLE | {"id": f"e{number}", "recurrence": None} for number in range(5000)))
    assert content.count(b"BEGIN:VEVENT") == content.count(b"END:VEVENT") == 5000
    assert content.count(b"BEGIN:VTIMEZONE") == 1
