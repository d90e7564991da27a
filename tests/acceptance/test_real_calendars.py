"""Two real association feeds, published with the command as a partner would, are all in the list."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import orjson
import recurring_ical_events

from tests.support.bus import Bus, Partner
from tests.support.command import buendnisbus

CALENDARS = Path(str(files("recurring_ical_events"))) / "test" / "calendars"
FEEDS = (CALENDARS / "fablab_cottbus.ics", CALENDARS / "machbar_16_feb_2019.ics")
BERLIN = ZoneInfo("Europe/Berlin")


async def test_all_entries_of_the_real_feeds_are_listed_and_no_address_of_a_person_is_in_any_fact(bus: Bus) -> None:
    partner = await bus.partner("echte-kalender")
    settings = {
        "BUENDNISBUS_URL": bus.env["GATEWAY_URL"],
        "BUENDNISBUS_KEY": partner.key,
        "BUENDNISBUS_PARTNER": partner.id,
    }

    done = await buendnisbus("publish", *map(str, FEEDS), env=settings)

    assert done.returncode == 0, done.stdout + done.stderr
    await _check_list(bus, partner)
    await _check_facts(bus, partner)


async def _check_list(bus: Bus, partner: Partner) -> None:
    """Every VEVENT of the files is there as an occurrence with its summary and start, and so is what it recurs to."""
    listed = {
        (item["title"].strip(), item["starts_at"][:16])
        for item in await bus.events(organiser=partner.id, **{"from": "2015-01-01", "to": "2020-01-01"})
    }
    entries, expanded = set(), set()
    for feed in FEEDS:
        calendar: Any = icalendar.Calendar.from_ical(feed.read_bytes())
        for event in calendar.walk("VEVENT"):
            entries.add((str(event["UID"]), str(event.get("RECURRENCE-ID") and event["RECURRENCE-ID"].to_ical())))
        for occurrence in recurring_ical_events.of(calendar).between("20150101", "20200101"):
            expanded.add((str(occurrence["SUMMARY"]).strip(), _start(occurrence)))
    assert len(entries) == 92
    assert expanded - listed == set()


async def _check_facts(bus: Bus, partner: Partner) -> None:
    facts = [
        fact
        for record in await bus.records("events.facts")
        if (fact := orjson.loads(record.value or b"{}")).get("partner") == partner.id
    ]
    assert facts
    addresses = set(re.findall(r"[\w.+-]+@[\w-]+\.[\w.]+", " ".join(feed.read_text("utf-8") for feed in FEEDS)))
    uids = {fact["uid"] for fact in facts}
    people = {address for address in addresses if not any(address in uid for uid in uids)}
    assert people, "the feeds do hold addresses, or this proves nothing"
    for fact in facts:
        text = orjson.dumps({name: value for name, value in fact.items() if name != "uid"}).decode()
        assert "@" not in text or not re.search(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", text), fact["uid"]
        assert not any(address in text for address in people)


def _start(event: Any) -> str:
    start = event["DTSTART"].dt
    if not hasattr(start, "hour"):
        return str(start.isoformat())
    return str(start.astimezone(BERLIN).isoformat()[:16])
