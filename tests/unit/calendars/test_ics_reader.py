"""What the iCalendar reader promises."""

from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from shared.calendars.entries import Entry, UnreadableFileError
from shared.calendars.ics_reader import submissions

EVENT = ("UID:a", "SUMMARY:A", "DTSTART;TZID=Europe/Berlin:20261203T160000", "DTEND;TZID=Europe/Berlin:20261203T180000")
WEEKLY = (*EVENT, "RRULE:FREQ=WEEKLY;COUNT=4")


def calendar(*events: Sequence[str], head: Sequence[str] = ()) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *head]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def changed(*lines: str, of: Sequence[str] = EVENT) -> list[str]:
    """``of`` with ``lines`` in the places of those with the same property name."""
    names = {line.replace(";", ":").split(":")[0] for line in lines}
    return [line for line in of if line.replace(";", ":").split(":")[0] not in names] + list(lines)


def body(entry: Entry) -> dict[str, Any]:
    assert entry.sendable, entry
    document = orjson.loads(entry.body or b"")
    assert isinstance(document, dict)
    return document


def one(*lines: str, head: Sequence[str] = (), of: Sequence[str] = EVENT) -> dict[str, Any]:
    (entry,) = submissions(calendar(changed(*lines, of=of), head=head))
    return body(entry)


def times(*lines: str, head: Sequence[str] = ()) -> tuple[str, str | None, str]:
    document = one(*lines, head=head)
    return document["starts_at"], document.get("ends_at"), document["time_zone"]


def test_an_event_becomes_a_submission() -> None:
    assert one(
        "SEQUENCE:3", "DESCRIPTION:Zeile 1\\nZeile 2", "LOCATION:Gasometer\\, Biergasse 3\\, 08056 Zwickau",
        "GEO:50.72;12.49", "CATEGORIES:Integration,Flucht und Asyl", "CATEGORIES:Integration", "URL:https://example.org/a",
        "IMAGE;VALUE=URI:https://example.org/b.png", "CONFERENCE;VALUE=URI:https://example.org/live",
        "STATUS:CONFIRMED",
    ) == {
        "uid": "a",
        "sequence": 3,
        "title": "A",
        "description": "Zeile 1\nZeile 2",
        "status": "scheduled",
        "starts_at": "2026-12-03T16:00:00+01:00",
        "ends_at": "2026-12-03T18:00:00+01:00",
        "all_day": False,
        "time_zone": "Europe/Berlin",
        "place": {
            "name": "Gasometer", "street": "Biergasse 3", "postal_code": "08056", "municipality": "Zwickau",
            "latitude": 50.72, "longitude": 12.49, "online_url": "https://example.org/live",
        },
        "topics": ["integration", "flucht-und-asyl"],
        "url": "https://example.org/a",
        "image_url": "https://example.org/b.png",
    }  # fmt: skip


def test_an_all_day_event_gives_dates_with_an_exclusive_end() -> None:
    two_days = one("DTSTART;VALUE=DATE:20261203", "DTEND;VALUE=DATE:20261205")
    assert (two_days["all_day"], two_days["starts_at"], two_days["ends_at"]) == (True, "2026-12-03", "2026-12-05")


@pytest.mark.parametrize("end", ["DTEND:", "DTEND;VALUE=DATE:20261203", "DURATION:P1D"])
def test_an_all_day_event_lasts_its_day_where_nothing_else_is_said(end: str) -> None:
    event = [line for line in EVENT if not line.startswith("DTEND")]
    (entry,) = submissions(calendar(changed("DTSTART;VALUE=DATE:20261203", end, of=event)))
    assert body(entry)["ends_at"] == "2026-12-04"


def test_a_date_that_carries_a_zone_is_still_a_date() -> None:
    assert times("DTSTART;TZID=Europe/Berlin;VALUE=DATE:20261203", "DTEND;TZID=Europe/Berlin;VALUE=DATE:20261204") == (
        "2026-12-03",
        "2026-12-04",
        "Europe/Berlin",
    )


def test_a_floating_time_is_the_calendars_or_berlins() -> None:
    floating = ("DTSTART:20261203T160000", "DTEND:20261203T180000")
    assert times(*floating) == ("2026-12-03T16:00:00+01:00", "2026-12-03T18:00:00+01:00", "Europe/Berlin")
    assert times(*floating, head=["X-WR-TIMEZONE:Europe/London"]) == (
        "2026-12-03T16:00:00+00:00",
        "2026-12-03T18:00:00+00:00",
        "Europe/London",
    )


@pytest.mark.parametrize(
    "tzid",
    [
        "W. Europe Standard Time",
        '"W. Europe Standard Time"',
        "/freeassociation.sourceforge.net/Europe/Berlin",
        "/Europe/Berlin",
    ],
)
def test_other_names_of_a_zone_become_its_iana_name(tzid: str) -> None:
    assert times(f"DTSTART;TZID={tzid}:20261203T160000")[::2] == ("2026-12-03T16:00:00+01:00", "Europe/Berlin")


BERLIN_BY_ANOTHER_NAME = """BEGIN:VTIMEZONE
TZID:Zone 1
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE""".splitlines()
PLUS_FIVE = ["BEGIN:VTIMEZONE", "TZID:Zone 1", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0500"]
PLUS_FIVE += ["TZOFFSETTO:+0500", "END:STANDARD", "END:VTIMEZONE"]


def test_a_zone_of_the_calendars_own_is_recognised_by_its_offsets() -> None:
    assert times("DTSTART;TZID=Zone 1:20260703T160000", head=BERLIN_BY_ANOTHER_NAME)[::2] == (
        "2026-07-03T16:00:00+02:00",
        "Europe/Berlin",
    )


def test_a_zone_without_a_name_gives_the_right_instant_and_none_of_another_feed() -> None:
    begin = "DTSTART;TZID=Zone 1:20260703T160000"
    assert times(begin, "DURATION:PT1H", head=PLUS_FIVE)[0] == "2026-07-03T13:00:00+02:00"
    assert times(begin, head=BERLIN_BY_ANOTHER_NAME)[0] == "2026-07-03T16:00:00+02:00"
    assert one(begin, "DTEND;TZID=Zone 1:20260703T170000", "RRULE:FREQ=WEEKLY", head=PLUS_FIVE)["time_zone"] == "UTC"


def test_an_unknown_zone_is_told() -> None:
    (entry,) = submissions(calendar(changed("DTSTART;TZID=Nirgendwo:20261203T160000")))
    assert body(entry)["starts_at"] == "2026-12-03T16:00:00+01:00"
    assert "unknown zone Nirgendwo" in (entry.note or "")


def test_an_instant_is_shown_in_the_calendars_time_but_a_series_in_utc_repeats_in_utc() -> None:
    utc = ("DTSTART:20260703T140000Z", "DTEND:20260703T160000Z")
    assert times(*utc) == ("2026-07-03T16:00:00+02:00", "2026-07-03T18:00:00+02:00", "Europe/Berlin")
    series = one(*utc, "RRULE:FREQ=WEEKLY;UNTIL=20260901T000000Z")
    assert (series["starts_at"], series["time_zone"]) == ("2026-07-03T14:00:00Z", "UTC")


def test_a_time_that_the_clock_skips_is_the_same_moment_an_hour_later() -> None:
    assert times("DTSTART;TZID=Europe/Berlin:20260329T023000", "DTEND;TZID=Europe/Berlin:20260329T040000")[0] == (
        "2026-03-29T03:30:00+02:00"
    )


@pytest.mark.parametrize(
    ("duration", "ends_at"),
    [
        ("PT2H", "2026-03-28T20:00:00+01:00"),
        ("P1D", "2026-03-29T18:00:00+02:00"),
        ("PT12H", "2026-03-29T07:00:00+02:00"),
    ],
)
def test_a_duration_of_days_goes_by_the_calendar_and_one_of_hours_by_the_clock(duration: str, ends_at: str) -> None:
    event = [line for line in EVENT if not line.startswith("DTEND")]
    (entry,) = submissions(
        calendar(changed("DTSTART;TZID=Europe/Berlin:20260328T180000", f"DURATION:{duration}", of=event))
    )
    assert body(entry)["ends_at"] == ends_at


def test_a_series_keeps_its_rule_and_dates() -> None:
    document = one(
        "RRULE:FREQ=WEEKLY;UNTIL=20270212T225959Z;BYDAY=TH",
        "RDATE;TZID=Europe/Berlin:20261204T160000",
        "EXDATE;TZID=Europe/Berlin:20261217T160000,20261210T160000",
        "EXDATE:20261224T150000Z",
        "EXDATE;VALUE=DATE:20261231",
    )
    assert document["recurrence"] == {
        "rrule": "FREQ=WEEKLY;UNTIL=20270212T225959Z;BYDAY=TH",
        "rdates": ["2026-12-04T16:00:00+01:00"],
        "exdates": [f"2026-12-{day}T16:00:00+01:00" for day in (10, 17, 24, 31)],
    }


def test_blanks_in_a_rule_are_a_common_slip() -> None:
    assert one("RRULE:FREQ=WEEKLY;BYDAY=MO, TU")["recurrence"]["rrule"] == "FREQ=WEEKLY;BYDAY=MO,TU"


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (("RRULE:FREQ=SOMETIMES",), "RRULE cannot be read: FREQ=SOMETIMES"),
        (("RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"), "has more than one RRULE"),
        (("EXRULE:FREQ=DAILY",), "has an EXRULE, which RFC 5545 took away: use EXDATE"),
        (("EXDATE:gestern",), "EXDATE cannot be read: gestern"),
        (("DTSTART:2026-12-03",), "DTSTART cannot be read: 2026-12-03"),
        (("DTSTART:00010101T000000",), "DTSTART cannot be read: "),
        (("SUMMARY:",), "SUMMARY is missing or empty"),
    ],
)
def test_what_would_be_published_wrongly_is_reported(lines: tuple[str, ...], problem: str) -> None:
    good = changed("UID:b")
    bad, other = submissions(calendar(changed(*lines), good), "f.ics")
    assert bad.source == "f.ics, event 1"
    assert bad.uid == "a"
    assert bad.problems[0].startswith(problem)
    assert other.sendable


def test_a_changed_occurrence_becomes_an_override_of_what_differs() -> None:
    change = changed("RECURRENCE-ID;TZID=Europe/Berlin:20261210T160000", "LOCATION:Saal", "STATUS:CONFIRMED")
    change = changed(
        "DTSTART;TZID=Europe/Berlin:20261210T160000", "DTEND;TZID=Europe/Berlin:20261210T180000", of=change
    )
    moved = changed(
        "RECURRENCE-ID:20261217T150000Z", "DTSTART:20261218T150000Z", "DTEND:20261218T180000Z", "SUMMARY:B", of=EVENT
    )
    cancelled = changed(
        "RECURRENCE-ID;VALUE=DATE:20261224", "STATUS:CANCELLED",
        "DTSTART;TZID=Europe/Berlin:20261224T160000", "DTEND;TZID=Europe/Berlin:20261224T180000",
    )  # fmt: skip
    (entry,) = submissions(calendar(moved, WEEKLY, change, cancelled))
    assert entry.source == "calendar, event 2"
    assert body(entry)["overrides"] == [
        {"recurrence_id": "2026-12-10T16:00:00+01:00", "place": {"name": "Saal"}},
        {
            "recurrence_id": "2026-12-17T16:00:00+01:00",
            "title": "B",
            "starts_at": "2026-12-18T16:00:00+01:00",
            "ends_at": "2026-12-18T19:00:00+01:00",
        },
        {"recurrence_id": "2026-12-24T16:00:00+01:00", "status": "cancelled"},
    ]


def test_an_occurrence_made_all_day_stays_in_the_kind_of_its_series() -> None:
    change = changed("RECURRENCE-ID:20261210T150000Z", "DTSTART;VALUE=DATE:20261210", "DTEND;VALUE=DATE:20261211")
    (entry,) = submissions(calendar(WEEKLY, change))
    assert body(entry)["overrides"] == [
        {
            "recurrence_id": "2026-12-10T16:00:00+01:00",
            "starts_at": "2026-12-10T00:00:00+01:00",
            "ends_at": "2026-12-11T00:00:00+01:00",
        }
    ]


def test_an_occurrence_without_its_series_becomes_an_event_of_its_own() -> None:
    (entry,) = submissions(calendar(changed("RECURRENCE-ID:20261203T150000Z")))
    assert body(entry)["uid"] == "a_20261203T150000Z"
    assert "an event of its own" in (entry.note or "")


def test_the_occurrence_of_an_unreadable_series_is_not_published_alone() -> None:
    broken, change = submissions(calendar(changed("RRULE:FREQ=SOMETIMES"), changed("RECURRENCE-ID:20261203T150000Z")))
    assert not broken.sendable
    assert change.problems == ("its series could not be read",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("SEQUENCE:1", "LAST-MODIFIED:20270101T000000Z"), ("SEQUENCE:2",)),
        (("LAST-MODIFIED:20260101T000000Z",), ("LAST-MODIFIED:20260102T000000Z",)),
        (("DTSTAMP:20260101T000000Z",), ("DTSTAMP:20260102T000000Z",)),
        ((), ()),
    ],
)
def test_of_two_versions_the_newer_counts_and_the_other_is_told(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    first, second = submissions(calendar(changed(*old, "SUMMARY:old"), changed(*new, "SUMMARY:new")))
    assert (first.kind, first.note) == ("note", "replaced by a newer version of it in this file")
    assert body(second)["title"] == "new"


def test_cancelled_is_cancelled_whether_the_event_or_the_calendar_says_it() -> None:
    assert one("STATUS:CANCELLED")["status"] == "cancelled"
    assert one(head=["METHOD:CANCEL"])["status"] == "cancelled"
    assert one("STATUS:TENTATIVE")["status"] == "scheduled"


def test_an_answer_to_an_invitation_publishes_nothing() -> None:
    (entry,) = submissions(calendar(EVENT, head=["METHOD:REPLY"]))
    assert entry.kind == "note"


@pytest.mark.parametrize("access", ["PRIVATE", "confidential", "X-INTERNAL"])
def test_what_is_not_public_is_left_out_and_told(access: str) -> None:
    private, change, public = submissions(
        calendar(
            changed(f"CLASS:{access}", "SUMMARY:Personalgespräch", of=WEEKLY),
            changed("RECURRENCE-ID:20261203T150000Z"),
            changed("UID:b", "CLASS:PUBLIC"),
        )
    )
    assert (private.kind, private.body) == (change.kind, change.body) == ("note", None)
    assert private.note == f"left out: CLASS:{access.upper()}"
    assert "Personalgespräch" not in repr(private)
    assert public.sendable


def test_nothing_of_a_person_gets_through() -> None:
    (entry,) = submissions(
        calendar(
            [
                *EVENT,
                "ORGANIZER;CN=Anna Muster:mailto:anna@example.org",
                "ATTENDEE;CN=Bert Beispiel:mailto:bert@example.org",
                "CONTACT:Carla\\, 0375 123456",
                "COMMENT:Dora ruft an",
                "DESCRIPTION:Fragen an emil(at)example.org oder Tel. 0375 654321",
                "LOCATION:bei fritz@example.org",
                "URL:https://example.org/?an=gerda@example.org",
                "CATEGORIES:hans@example.org",
                "BEGIN:VALARM",
                "DESCRIPTION:Ida anrufen",
                "END:VALARM",
            ]
        )
    )
    sent = (entry.body or b"").decode().lower()
    people = {"anna", "bert", "carla", "dora", "emil", "fritz", "gerda", "hans", "ida"}
    assert not [name for name in people if name in sent]
    assert "123456" not in sent
    assert "654321" not in sent
    assert body(entry)["description"] == "Fragen an [E-Mail] oder Tel. [Telefon]"
    assert "DESCRIPTION: e-mail addresses and telephone numbers left out" in (entry.note or "")


def test_long_texts_are_cut_to_the_contract() -> None:
    (entry,) = submissions(
        calendar(
            changed(
                f"UID:{'u' * 400}", f"SUMMARY:{'s' * 400}", f"DESCRIPTION:{'d' * 30_000}", f"LOCATION:{'l' * 400}",
                "CATEGORIES:" + ",".join(f"c{number}" for number in range(30)),
            )
        )
    )  # fmt: skip
    document = body(entry)
    assert [len(document[name]) for name in ("uid", "title", "description", "topics")] == [255, 300, 20_000, 20]
    assert len(document["place"]["name"]) == 300
    for told in ("DESCRIPTION cut", "LOCATION cut", "only 20 of 30 CATEGORIES"):
        assert told in (entry.note or "")


def test_useless_positions_and_addresses_are_left_out() -> None:
    document = one("GEO:0;0", "URL:ftp://example.org", "IMAGE;VALUE=URI:cid:part1")
    assert not {"place", "url", "image_url"} & document.keys()
    assert one("LOCATION:https://example.org/raum")["place"] == {"online_url": "https://example.org/raum"}


def test_a_missing_uid_is_derived_and_stays_the_same() -> None:
    text = calendar([line for line in EVENT if not line.startswith("UID")])
    (first,), (again,) = submissions(text), submissions(text)
    assert (first.uid or "").startswith("a-2026-12-03-")
    assert first.uid == again.uid
    assert "uid derived" in (first.note or "")


def test_a_fold_in_the_middle_of_a_character_is_healed() -> None:
    text = calendar(changed("SUMMARY:Größe")).replace("ö".encode(), "ö".encode()[:1] + b"\r\n " + "ö".encode()[1:])
    (entry,) = submissions(text)
    assert body(entry)["title"] == "Größe"


def test_broken_calendars_deliver_what_can_be_read() -> None:
    text = calendar(EVENT, changed("UID:b"), changed("UID:c")).replace(
        b"END:VEVENT\r\nBEGIN:VEVENT", b"BEGIN:VEVENT", 1
    )
    broken, *others = submissions(text.replace(b"END:VCALENDAR", b"Nach dem Ende"))
    assert broken.problems == ("is cut off: END:VEVENT is missing",)
    assert [entry.uid for entry in others if entry.sendable] == ["b", "c"]


def test_lines_that_are_no_properties_are_told() -> None:
    (entry,) = submissions(calendar([*EVENT, "das ist keine Eigenschaft"]))
    assert entry.sendable
    assert entry.note == "1 lines are no calendar properties"


def test_an_endless_zone_cannot_hold_the_reader() -> None:
    endless = [line.replace("FREQ=YEARLY", "FREQ=SECONDLY") for line in BERLIN_BY_ANOTHER_NAME]
    assert times("DTSTART;TZID=Zone 1:20261203T160000", head=endless)[0] == "2026-12-03T16:00:00+01:00"


def test_several_calendars_in_one_file_each_have_their_own_zone() -> None:
    floating = changed("DTSTART:20261203T160000", "DTEND:20261203T180000")
    london = calendar(changed("UID:b", of=floating), head=["X-WR-TIMEZONE:Europe/London"])
    berlin, british = submissions(calendar(floating) + london)
    assert (body(berlin)["time_zone"], body(british)["time_zone"]) == ("Europe/Berlin", "Europe/London")


def test_a_calendar_without_events_says_so() -> None:
    (entry,) = submissions(calendar())
    assert (entry.kind, entry.note) == ("note", "holds no events")


@pytest.mark.parametrize("data", [b"", b"<html>Bitte anmelden</html>"])
def test_what_is_no_calendar_says_so(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="neither a VCALENDAR nor a VEVENT"):
        submissions(data)


def test_what_cannot_be_read_is_shown_to_its_owner_and_to_nobody_else() -> None:
    calendar = b"\r\n".join(
        [
            b"BEGIN:VCALENDAR",
            b"BEGIN:VEVENT",
            b"UID:a",
            b"SUMMARY:Treffen",
            b"DTSTART:bei Anna",
            b"RRULE:Anna fragen",
            b"DURATION:bis Anna geht",
            b"END:VEVENT",
            b"END:VCALENDAR",
        ]
    )

    [shown], [told] = submissions(calendar), submissions(calendar, quoting=False)

    assert "Anna" in " ".join(shown.problems)
    assert "DTSTART cannot be read" in told.problems
    assert "Anna" not in " ".join(told.problems)
