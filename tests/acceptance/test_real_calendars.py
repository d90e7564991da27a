"""Two real association feeds, published with the command as a partner would, are all in the list."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import orjson
import recurring_ical_events

from shared.commands.ask import ask
from shared.contracts.events import ADD_FEED, AddFeed, feed_id
from tests.support.bus import Bus, Partner, eventually
from tests.support.command import buendnisbus
from tests.support.feed_server import says, serving

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


async def test_the_same_feeds_fetched_from_their_servers_give_the_same(bus: Bus) -> None:
    partner = await bus.partner("echte-feeds")
    async with serving({f"/{feed.name}": says(feed.read_bytes()) for feed in FEEDS}) as server:
        for feed in FEEDS:
            url = server.url(f"/{feed.name}")
            await ask(bus.kafka, "events", ADD_FEED, partner.id, AddFeed(partner=partner.id, url=url))

        async def all_listed() -> bool:
            try:
                await _check_list(bus, partner)
            except AssertionError:
                return False
            return True

        await eventually(all_listed, what="all entries of the feeds")
    await _check_facts(bus, partner)


async def test_every_awkward_calendar_is_read_or_reported_and_publishes_no_address_of_a_person(bus: Bus) -> None:
    partner = await bus.partner("seltsame-feeds")
    folder = Path(str(files("icalendar"))) / "tests" / "calendars"
    bodies = {f"/{number}.ics": path.read_bytes() for number, path in enumerate(sorted(folder.rglob("*.ics")))}
    assert len(bodies) > 30
    office = {"Authorization": f"Bearer {await bus.office_key()}"}
    async with serving({path: says(body) for path, body in bodies.items()}) as server:
        ids = {str(feed_id(partner.id, server.url(path))) for path in bodies}
        for path in bodies:
            body = {"url": server.url(path)}
            answer = await bus.http.put(f"/v1/office/partners/{partner.id}/feeds", json=body, headers=office)
            assert answer.status_code == 202

        async def reports() -> dict[str, dict[str, Any]]:
            answer = await bus.http.get(f"/v1/partners/{partner.id}/feeds", headers=partner.headers)
            done = {item["id"]: item["last"] for item in answer.json()["items"] if item["last"]}
            return done if done.keys() == ids else {}

        found = await eventually(reports, within=60, what="a report for each")
    for last in found.values():
        counts = sum(last[name] for name in ("new", "changed", "unchanged", "refused"))
        assert last["problem"] if last["status"] == "failed" else last["read"] >= counts
    assert sum(last["status"] == "read" for last in found.values()) > len(bodies) / 2
    for fact in await _facts(bus, partner):
        text = orjson.dumps({name: value for name, value in fact.items() if name != "uid"}).decode()
        assert not re.search(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", text), fact["uid"]


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


async def _facts(bus: Bus, partner: Partner) -> list[dict[str, Any]]:
    """The facts about the partner's events."""
    found = [orjson.loads(record.value or b"{}") for record in await bus.records("events.facts")]
    return [fact for fact in found if fact.get("partner") == partner.id and "uid" in fact]


async def _check_facts(bus: Bus, partner: Partner) -> None:
    facts = await _facts(bus, partner)
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
