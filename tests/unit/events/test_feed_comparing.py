"""What follows from a feed's content: whatever happened before, the calendar ends as the feed is now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events import domain as calendar
from services.events.domain import Event, Rules
from services.events.feeds.comparing import Item, Known, Reading, compare, is_over, missing, stays
from services.events.partnership import Partner
from shared.contracts.base import FieldError
from shared.contracts.partner import SUBMIT, EventSubmission
from shared.contracts.requests import Problem
from shared.places import places

FEED = UUID("d814f0a2-aeed-5737-b836-657e0ecc5f32")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
RULES = Rules(topics=frozenset({"integration"}), time_zone="Europe/Berlin", places=places())
PARTNER = Partner("verein", 1, "Verein", trusted=True, active=True)
REFUSAL = Problem(
    type="/problems/invalid",
    title="The request is not valid",
    status=422,
    errors=(FieldError(field="ends_at", code="end-before-start", detail="lies before starts_at"),),
)


def item(uid: str, text: str = "a", place: str = "event 1") -> Item:
    body = f"{uid} {text}".encode()
    return Item(place, uid, body, blake2b(body, digest_size=16).digest())


class Calendar:
    """What a feed's messages make of a calendar, and what is known of the feed."""

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self.shown: dict[str, bytes] = {}
        self.messages: list[str] = []
        self.was_empty = False

    def read(self, *items: Item, stay: frozenset[str] = frozenset()) -> Reading:
        gone = {uid: uid in stay for uid in missing(items, self.known, was_empty=self.was_empty)}
        reading = compare(FEED, items, self.known, gone, NOW)
        self.was_empty = reading.is_empty
        self.known |= {entry.uid: entry for entry in reading.changed}
        for message in reading.messages:
            self.messages.append(message.id)
            if message.kind == SUBMIT:
                self.shown[message.uid] = message.data
            else:
                del self.shown[message.uid]
        return reading

    def counts(self, reading: Reading) -> dict[str, int]:
        names = ("read", "new", "changed", "unchanged", "withdrawn", "refused")
        return {name: count for name in names if (count := getattr(reading.report, name))}


contents = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["eins", "zwei"]))


@given(st.lists(contents, min_size=1, max_size=8))
def test_any_sequence_of_contents_ends_in_the_calendar_of_the_last(sequence: list[dict[str, str]]) -> None:
    reader = Calendar()
    for content in (*sequence, sequence[-1]):  # an empty calendar counts when it is so twice
        reader.read(*(item(uid, text) for uid, text in content.items()))

    assert reader.shown == {uid: f"{uid} {text}".encode() for uid, text in sequence[-1].items()}
    assert len(set(reader.messages)) == len(reader.messages)


@given(st.lists(contents, min_size=1, max_size=8))
def test_each_entry_is_counted_once_and_reading_the_same_again_sends_nothing(sequence: list[dict[str, str]]) -> None:
    reader = Calendar()
    for content in sequence:
        report = reader.read(*(item(uid, text) for uid, text in content.items())).report
        assert report.read == len(content) == report.new + report.changed + report.unchanged
    if sequence[-1]:
        again = reader.read(*(item(uid, text) for uid, text in sequence[-1].items()))
        assert (again.messages, again.changed and {e.fate for e in again.changed}) in (
            ([], []),
            ([], {"unchanged"}),
        )


def test_what_was_withdrawn_and_comes_back_as_it_was_is_sent_under_an_id_of_its_own() -> None:
    reader = Calendar()
    reader.read(item("a"), item("b"))
    reader.read(item("b"))

    assert reader.counts(reader.read(item("a"), item("b"))) == {"read": 2, "new": 1, "unchanged": 1}

    assert "a" in reader.shown
    assert len(set(reader.messages)) == 4


def test_the_same_reading_gives_the_same_messages() -> None:
    assert compare(FEED, [item("a")], {}, {}, NOW).messages == compare(FEED, [item("a")], {}, {}, NOW).messages
    assert compare(uuid4(), [item("a")], {}, {}, NOW).messages != compare(FEED, [item("a")], {}, {}, NOW).messages


def test_what_cannot_be_read_any_more_is_told_and_stays() -> None:
    reader = Calendar()
    reader.read(item("a"), item("b"))

    reading = reader.read(Item("event 1", "a", reasons=("DTSTART cannot be read",)), item("b"))

    assert reader.counts(reading) == {"read": 2, "unchanged": 1, "refused": 1}
    assert [entry.reasons for entry in reading.report.refused_entries] == [("DTSTART cannot be read",)]
    assert set(reader.shown) == {"a", "b"}


def test_nothing_is_withdrawn_while_an_entry_of_unknown_name_cannot_be_read() -> None:
    reader = Calendar()
    reader.read(item("a"), item("b"))
    broken = Item("event 1", None, reasons=("DTSTART cannot be read",))

    assert reader.read(broken, item("b")).messages == []
    assert reader.read(Item("event 1", None, hidden=True), item("b")).report.withdrawn == 1


def test_what_is_hidden_is_withdrawn_though_it_is_over_and_what_is_shown_too_is_not() -> None:
    reader = Calendar()
    reader.read(item("a"), item("b"))
    hidden = Item("event 1", "a", hidden=True)

    assert missing([hidden, item("b")], reader.known, was_empty=False) == {"a": True}
    assert missing([hidden, item("a"), item("b")], reader.known, was_empty=False) == {}


def test_an_empty_calendar_is_taken_at_its_word_the_second_time() -> None:
    reader = Calendar()
    reader.read(item("a"))

    doubtful = reader.read()
    assert doubtful.is_empty
    assert doubtful.report.problem is not None
    assert doubtful.messages == []
    certain = reader.read()
    assert (certain.report.withdrawn, certain.is_empty) == (1, False)
    assert not reader.read().is_empty


def test_what_the_calendar_refused_is_told_each_time_and_sent_again_when_it_is_changed() -> None:
    reader = Calendar()
    reader.read(item("a"))
    reader.known["a"] = replace(reader.known["a"], refusal=REFUSAL, fate="refused")

    again = reader.read(item("a"))
    assert (reader.counts(again), again.messages) == ({"read": 1, "refused": 1}, [])
    assert again.report.refused_entries[0].reasons == ("ends_at lies before starts_at",)

    mended = reader.read(item("a", "mended"))
    assert reader.counts(mended) == {"read": 1, "changed": 1}
    assert len(mended.messages) == 1


def test_what_left_the_feed_and_stays_in_the_calendar_is_not_sent_again_when_it_comes_back() -> None:
    reader = Calendar()
    reader.read(item("a"), item("b"))
    reading = reader.read(item("b"), stay=frozenset("a"))
    assert (reader.counts(reading), reading.messages) == ({"read": 1, "unchanged": 1}, [])

    assert reader.counts(reader.read(item("a"), item("b"))) == {"read": 2, "unchanged": 2}


def stored(**fields: Any) -> Event:
    submission = EventSubmission.model_validate({"uid": "a", "title": "A"} | fields)
    decision = calendar.submit(None, PARTNER, submission, NOW, RULES)
    assert decision.event is not None, decision.problem
    return decision.event


@pytest.mark.parametrize(
    ("fields", "over"),
    [
        ({"starts_at": "2026-11-23T19:00:00+01:00"}, True),
        ({"starts_at": "2026-11-24T12:30:00+01:00", "ends_at": "2026-11-24T13:30:00+01:00"}, False),
        ({"starts_at": "2026-11-24T12:30:00+01:00", "ends_at": "2026-11-24T13:00:00+01:00"}, True),
        ({"starts_at": "2026-11-24", "all_day": True}, False),
        ({"starts_at": "2026-11-23", "all_day": True}, True),
        ({"starts_at": "2026-11-25T19:00:00+01:00"}, False),
    ],
)
def test_an_event_is_over_when_its_end_has_passed(fields: dict[str, Any], over: bool) -> None:
    assert is_over(stored(**fields), NOW, RULES) is over


@pytest.mark.parametrize(
    ("recurrence", "overrides", "over"),
    [
        ({"rrule": "FREQ=WEEKLY;COUNT=4", "rdates": (), "exdates": ()}, (), True),
        ({"rrule": "FREQ=WEEKLY", "rdates": (), "exdates": ()}, (), False),
        ({"rrule": None, "rdates": ("2026-12-01T19:00:00+01:00",), "exdates": ()}, (), False),
        (
            {"rrule": "FREQ=WEEKLY;COUNT=4", "rdates": (), "exdates": ()},
            ({"recurrence_id": "2026-10-22T19:00:00+02:00", "starts_at": "2026-12-01T19:00:00+01:00"},),
            False,
        ),
    ],
    ids=["has ended", "has no end", "has another day", "was moved"],
)
def test_a_series_is_over_when_nothing_of_it_can_follow(
    recurrence: dict[str, Any], overrides: tuple[dict[str, Any], ...], over: bool
) -> None:
    event = stored(starts_at="2026-10-01T19:00:00+02:00", recurrence=recurrence, overrides=overrides)

    assert is_over(event, NOW, RULES) is over


def test_only_what_is_over_stays_unless_it_is_hidden() -> None:
    known = Known("a", b"", 1, "m", "event 1", "unchanged")
    past, future = stored(starts_at="2026-11-23T19:00:00+01:00"), stored(starts_at="2026-11-25T19:00:00+01:00")

    def remains(event: Event | None, entry: Known = known, *, hidden: bool = False) -> bool:
        return stays(event, entry, hidden=hidden, now=NOW, rules=RULES)

    assert remains(past)
    assert not remains(past, hidden=True)
    assert not remains(future)
    assert not remains(None)  # on its way to the calendar
    assert remains(None, replace(known, refusal=REFUSAL))
    lost = replace(future, content=future.content | {"time_zone": "Europe/Nirgendwo"})
    assert remains(lost)
    assert not remains(replace(future, expanded_until=NOW + timedelta(days=1)))
