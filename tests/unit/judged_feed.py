"""What a calendar program makes of the feed, as a program that is not ours judges it, beside what the fact tells."""

from datetime import UTC, date, datetime
from typing import Any

import recurring_ical_events
from icalendar import Calendar

from services.events.domain import submit
from services.events.schedule import MOST
from services.gateway.calendar.ical import calendar
from tests.unit.events.submissions import NOW, RULES, TRUSTED, Document, submission

Told = tuple[date, date | None, str, str]

HORIZON = datetime(2031, 1, 1, tzinfo=UTC)


def feed(*documents: Document) -> bytes:
    return calendar(documents, web_url="https://buendnis.example.org/", now=NOW, name="Bündnis Zwickau")


def fact(**fields: Any) -> Document:
    told = submit(None, TRUSTED, submission(**fields), NOW, RULES).fact
    assert told is not None
    return told


def told(document: Document) -> list[Told]:
    """The occurrences of a fact: start, end, status, title."""
    found = []
    for occurrence in document["occurrences"]:
        is_cancelled = occurrence["status"] == "cancelled"
        status = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}.get(occurrence["status"], "CONFIRMED")
        title = ("Abgesagt: " if is_cancelled else "") + (occurrence["title"] or document["title"])
        start = _comparable(occurrence["starts_at"])
        found.append((start, _comparable(occurrence["ends_at"]) if occurrence["ends_at"] else start, status, title))
    return sorted(found)


def expanded(document: Document) -> list[Told]:
    """The occurrences that a calendar program finds in the feed, as far as the fact tells them."""
    query = recurring_ical_events.of(Calendar.from_ical(feed(document)))
    originals = [_comparable(o["recurrence_id"] or o["starts_at"]) for o in document["occurrences"]]
    first, last = (min(originals) if len(originals) == MOST else None), max(originals)
    found = []
    for event in query.between(datetime(1990, 1, 1, tzinfo=UTC), HORIZON):
        original = event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else event.start
        if (first is None or _utc(original) >= first) and _utc(original) <= last:
            found.append((_utc(event.start), _utc(event.end), str(event["STATUS"]), str(event["SUMMARY"])))
    return sorted(found)


def _comparable(written: str) -> date:
    return date.fromisoformat(written) if len(written) == 10 else datetime.fromisoformat(written).astimezone(UTC)


def _utc(moment: date) -> date:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
