"""The example partner that publishes by an iCalendar feed: its file, and what comes of reading it."""

import asyncio
import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.prop import vRecur

from deploy.local.errors import LocalPlatformError
from deploy.local.platform import Platform
from services.events.cli import list_feeds, read_feed
from services.events.settings import Settings
from shared.commands.ask import NoAnswerError, ask
from shared.contracts.events import ADD_FEED, POLL_FEED, REMOVE_FEED, AddFeed, FeedReport, PollFeed, RemoveFeed, feed_id

_LONGEST_S: Final = 60.0
_STATUS: Final = {"cancelled": "CANCELLED"}


def write(folder: Path, partner: str, events: Iterable[dict[str, Any]], zone: str, today: date) -> Path:
    """Write the calendar of ``partner``; ``events`` as in ``examples.json``, each with its place."""
    calendar = Calendar()
    calendar.add("prodid", "-//Beispieldaten//DE")
    calendar.add("version", "2.0")
    for example in events:
        calendar.add_component(_event(example, ZoneInfo(zone), today))
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{partner}.ics"
    file.write_bytes(calendar.to_ical())
    return file


def read_now(platform: Platform, partner: str, url: str) -> FeedReport:
    """Have the feed at ``url`` read, and no other of this partner; returns what came of it.

    Raises:
        LocalPlatformError: it was not read.
    """
    settings = Settings(database_url=platform.database_url("events"))
    feed = feed_id(partner, url)
    kafka = platform.kafka.settings
    try:
        before = {fact.id: fact.last for fact in asyncio.run(list_feeds(settings, partner))}
        for other in before.keys() - {str(feed)}:  # on another port, at an earlier start
            asyncio.run(ask(kafka, "events", REMOVE_FEED, other, RemoveFeed(id=other)))
        asyncio.run(ask(kafka, "events", ADD_FEED, partner, AddFeed(partner=partner, url=url)))
        last = before.get(str(feed))
        if last is not None:
            asyncio.run(ask(kafka, "events", POLL_FEED, str(feed), PollFeed(id=str(feed))))
    except NoAnswerError as error:
        raise LocalPlatformError(f"the feed of {partner} could not be added: {error}") from error
    deadline = time.monotonic() + _LONGEST_S
    while time.monotonic() < deadline and not platform.workspace.cancelled.is_set():
        found = asyncio.run(read_feed(settings, feed))
        if found and found[0].last and (last is None or found[0].last.at > last.at) and not found[1]:
            return found[0].last
        time.sleep(0.2)
    raise LocalPlatformError(f"the feed of {partner} was not read within {_LONGEST_S:.0f} s")


def _event(example: dict[str, Any], zone: ZoneInfo, today: date) -> Event:
    day, place = today + timedelta(days=example["in_days"]), example["place"]
    event = Event()
    event.add("uid", example["uid"])
    event.add("dtstamp", datetime.combine(today, datetime.min.time(), ZoneInfo("UTC")))
    event.add("summary", example["title"])
    event.add("description", example["text"])
    for name, hour in (("dtstart", "from"), ("dtend", "to")):
        event.add(name, datetime.fromisoformat(f"{day}T{example[hour]}").replace(tzinfo=zone))
    event.add("location", f"{place['name']}, {place['street']}, {place['postal_code']} {place['municipality']}")
    event.add("geo", (place["latitude"], place["longitude"]))
    event.add("categories", example["topics"])
    if "rrule" in example:
        event.add("rrule", vRecur.from_ical(example["rrule"]))
    if status := _STATUS.get(example.get("status", "")):
        event.add("status", status)
    return event
