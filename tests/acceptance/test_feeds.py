"""A partner publishes by the calendar that it keeps anyway: what changes there changes here, and no harm comes in."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import uuid4

import orjson
import pytest

from shared.contracts.events import feed_id
from shared.contracts.partner import event_id
from tests.support.bus import Bus, Partner, eventually
from tests.support.calendars import Feed, calendar, feed, vevent
from tests.support.command import Finished, buendnisbus
from tests.support.feed_server import says


@pytest.fixture
async def partner(bus: Bus) -> Partner:
    return await bus.partner("kalender")


@pytest.fixture
async def shown() -> AsyncIterator[Feed]:
    async with feed(vevent("cafe"), vevent("chor", start="20270612T190000")) as one:
        yield one


async def office(bus: Bus) -> dict[str, str]:
    return {"Authorization": f"Bearer {await bus.office_key()}", "Prefer": "wait=20"}


async def add(bus: Bus, partner: Partner, shown: Feed, **settings: Any) -> str:
    """Have the office add a feed, and wait for its first report; returns its id."""
    answer = await bus.http.put(
        f"/v1/office/partners/{partner.id}/feeds", json={"url": shown.url} | settings, headers=await office(bus)
    )
    assert answer.status_code == 201, answer.text
    await report(partner, after="")
    return str(feed_id(partner.id, shown.url))


async def poll(bus: Bus, partner: Partner) -> dict[str, Any]:
    """Have the feed of ``partner`` read now; returns the report."""
    [before] = await feeds(partner)
    answer = await bus.http.post(f"/v1/office/feeds/{before['id']}/poll", headers=await office(bus))
    assert answer.status_code == 200, answer.text
    return await report(partner, after=before["last"]["at"])


async def feeds(partner: Partner, language: str = "en") -> list[dict[str, Any]]:
    answer = await partner.bus.http.get(
        f"/v1/partners/{partner.id}/feeds", headers=partner.headers | {"Accept-Language": language}
    )
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def report(partner: Partner, *, after: str, **wanted: int) -> dict[str, Any]:
    """The report of the partner's one feed, as soon as it is newer than ``after`` and as ``wanted``."""

    async def there() -> dict[str, Any] | None:
        last: dict[str, Any] | None = (await feeds(partner))[0]["last"] if await feeds(partner) else None
        if last is None or last["at"] <= after or any(last[name] != count for name, count in wanted.items()):
            return None
        return last

    found = await eventually(there, what=f"a report with {wanted}")
    assert found is not None
    return found


async def listed(bus: Bus, partner: Partner, *uids: str) -> list[dict[str, Any]]:
    """The public list of the partner, as soon as it holds exactly ``uids``."""

    async def as_wanted() -> tuple[bool, list[dict[str, Any]]] | None:
        items = await bus.events(organiser=partner.id, **{"from": "2020-01-01"})
        return (True, items) if sorted(item["uid"] for item in items) == sorted(uids) else None

    found = await eventually(as_wanted, what=f"a list of {uids}")
    assert found is not None
    return found[1]


def counts(last: Mapping[str, Any]) -> dict[str, int]:
    names = ("read", "new", "changed", "unchanged", "withdrawn", "refused")
    return {name: last[name] for name in names if last[name]}


async def test_what_stands_in_a_feed_is_public_and_follows_it_through_all_that_happens_there(
    bus: Bus, partner: Partner, shown: Feed
) -> None:
    await add(bus, partner, shown, topics=["integration"])
    cafe, _ = await listed(bus, partner, "cafe", "chor")
    assert (cafe["title"], cafe["starts_at"]) == ("Titel cafe", "2027-06-11T19:00:00+02:00")
    assert cafe["topics"] == ["integration"]
    assert counts(await report(partner, after="")) == {"read": 2, "new": 2}

    nothing_new = await poll(bus, partner)
    assert (nothing_new["status"], counts(nothing_new)) == ("unchanged", {"read": 2, "unchanged": 2})

    shown.body = calendar(vevent("cafe", title="Neuer Titel"), vevent("chor", start="20270612T190000"))
    assert counts(await poll(bus, partner)) == {"read": 2, "changed": 1, "unchanged": 1}

    async def renamed() -> bool:
        return "Neuer Titel" in [item["title"] for item in await listed(bus, partner, "cafe", "chor")]

    await eventually(renamed)

    shown.body = calendar(vevent("cafe", title="Neuer Titel"))
    assert counts(await poll(bus, partner)) == {"read": 1, "unchanged": 1, "withdrawn": 1}
    await listed(bus, partner, "cafe")
    gone = await bus.http.get(f"/v1/events/{event_id(partner.id, 'chor')}")
    assert gone.status_code == 410

    shown.body = calendar(vevent("cafe", title="Neuer Titel"), vevent("chor", start="20270612T190000"))
    assert counts(await poll(bus, partner)) == {"read": 2, "new": 1, "unchanged": 1}
    await listed(bus, partner, "cafe", "chor")

    shown.body = calendar(vevent("cafe", "STATUS:CANCELLED"), vevent("chor", start="20270612T190000"))
    await poll(bus, partner)

    async def cancelled() -> bool:
        return [item["status"] for item in await listed(bus, partner, "cafe", "chor")] == ["cancelled", "scheduled"]

    await eventually(cancelled)


async def test_one_bad_entry_never_stops_the_rest_and_its_reasons_are_told_in_the_readers_language(
    bus: Bus, partner: Partner, shown: Feed
) -> None:
    shown.body = calendar(
        vevent("gut"),
        vevent("ohne-datum", "DTSTART:bei Anna Beispiel"),
        vevent("verkehrt", "DTEND;TZID=Europe/Berlin:20270611T170000"),
    )
    await add(bus, partner, shown)

    last = await report(partner, after="", refused=2)

    await listed(bus, partner, "gut")
    assert counts(last) == {"read": 3, "new": 1, "refused": 2}
    entries = {entry["uid"]: entry for entry in last["refused_entries"]}
    unread = {"entry": "event 2", "uid": "ohne-datum", "reasons": ["DTSTART cannot be read"]}
    assert entries["ohne-datum"] == unread
    assert entries["verkehrt"]["reasons"] == ["ends_at lies before starts_at"]
    [german] = await feeds(partner, "de")
    assert "darf nicht vor starts_at liegen" in orjson.dumps(german).decode()
    assert "Anna" not in orjson.dumps(german).decode()

    shown.body = calendar(vevent("gut"), vevent("ohne-datum"), vevent("verkehrt"))
    assert counts(await poll(bus, partner)) == {"read": 3, "new": 1, "changed": 1, "unchanged": 1}
    await listed(bus, partner, "gut", "ohne-datum", "verkehrt")


async def test_an_entry_that_cannot_be_read_any_more_stays_as_it_was(bus: Bus, partner: Partner, shown: Feed) -> None:
    await add(bus, partner, shown)
    shown.body = calendar(vevent("cafe", "DTSTART:morgen"), vevent("chor", start="20270612T190000"))

    assert counts(await poll(bus, partner)) == {"read": 2, "unchanged": 1, "refused": 1}

    await listed(bus, partner, "cafe", "chor")


async def test_an_empty_calendar_withdraws_only_when_it_is_empty_twice(bus: Bus, partner: Partner, shown: Feed) -> None:
    await add(bus, partner, shown)
    await listed(bus, partner, "cafe", "chor")
    shown.body = calendar()

    first = await poll(bus, partner)
    assert first["problem"]["code"] == "feed-empty"
    await listed(bus, partner, "cafe", "chor")

    assert counts(await poll(bus, partner)) == {"withdrawn": 2}
    await listed(bus, partner)


async def test_a_feed_that_drops_what_is_over_withdraws_nothing(bus: Bus, partner: Partner, shown: Feed) -> None:
    past = vevent("vorbei", start="20250611T190000")
    shown.body = calendar(past, vevent("cafe"))
    await add(bus, partner, shown)
    await listed(bus, partner, "vorbei", "cafe")
    shown.body = calendar(vevent("cafe"))

    assert counts(await poll(bus, partner)) == {"read": 1, "unchanged": 1}

    await listed(bus, partner, "vorbei", "cafe")


async def test_what_turns_private_is_withdrawn(bus: Bus, partner: Partner, shown: Feed) -> None:
    await add(bus, partner, shown)
    await listed(bus, partner, "cafe", "chor")
    shown.body = calendar(vevent("cafe", "CLASS:PRIVATE"), vevent("chor", start="20270612T190000"))

    assert (await poll(bus, partner))["withdrawn"] == 1

    await listed(bus, partner, "chor")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (says(b"<!doctype html><title>Anmelden</title>", Content_Type="text/html"), "not-a-calendar"),
        (says(b"nicht da", "404 Not Found"), "http-status"),
        (says(calendar(vevent("cafe"))[:-40]), "incomplete"),
        (says(b"", "301 Moved", Location="http://10.0.0.1/feed.ics"), "address-forbidden"),
        (says(b"", "302 Found", Location="http://localhost:8000/"), "address-forbidden"),
        (says(calendar(*(vevent(f"viele-{n}") for n in range(5_001)))), "too-many-entries"),
    ],
    ids=["login page", "not found", "cut off", "private network", "loopback", "too many"],
)
async def test_a_feed_that_fails_or_lies_is_reported_and_changes_nothing(
    bus: Bus, partner: Partner, shown: Feed, answer: bytes, code: str
) -> None:
    await add(bus, partner, shown)
    await listed(bus, partner, "cafe", "chor")
    shown.answer = answer

    failed = await poll(bus, partner)
    assert (failed["status"], failed["problem"]["code"]) == ("failed", code)
    assert "geheim" not in failed["problem"]["detail"]
    await listed(bus, partner, "cafe", "chor")

    shown.answer = None
    assert (await poll(bus, partner))["status"] == "unchanged"


async def test_a_server_that_is_down_is_asked_again_and_found_when_it_is_back(bus: Bus, partner: Partner) -> None:
    async with feed(vevent("cafe")) as shown:
        await add(bus, partner, shown)
        await listed(bus, partner, "cafe")
    failed = await poll(bus, partner)
    assert (failed["status"], failed["problem"]["code"]) == ("failed", "unreachable")
    [known] = await feeds(partner)
    assert known["next_at"] > failed["at"]


async def test_the_address_of_a_feed_is_told_to_nobody(bus: Bus, partner: Partner, shown: Feed) -> None:
    id_ = await add(bus, partner, shown)
    shown.answer = says(b"", "500 Broken")
    await poll(bus, partner)

    facts = orjson.dumps(await bus.facts(id_)).decode()
    logs = "".join(file.read_text() for file in (bus.platform.root / "logs").glob("*.log"))
    metrics = (await bus.http.get(f"{bus.env['EVENTS_INTERNAL_URL']}/metrics")).text

    assert id_ in facts
    assert id_ in logs
    for secret in ("geheim", "privat-a8d3c1", "kalender.ics"):
        assert secret not in facts + logs + metrics
    assert 'buendnisbus_feed_polls_total{status="failed"}' in metrics


async def test_only_the_office_adds_feeds_and_partners_see_their_own(bus: Bus, partner: Partner, shown: Feed) -> None:
    path = f"/v1/office/partners/{partner.id}/feeds"
    refused = await bus.http.put(path, json={"url": shown.url}, headers=partner.headers)
    assert refused.status_code == 403
    await add(bus, partner, shown)
    other = await bus.partner("andere")
    assert (await bus.http.get(f"/v1/partners/{partner.id}/feeds", headers=other.headers)).status_code == 403
    assert await feeds(other) == []
    everything = (await bus.http.get("/v1/office/feeds", headers=await office(bus))).json()["items"]
    assert partner.id in {item["partner"] for item in everything}


async def test_what_cannot_be_a_feed_is_refused_with_its_reason(bus: Bus, partner: Partner, shown: Feed) -> None:
    path = f"/v1/office/partners/{partner.id}/feeds"

    async def put(url: str, path: str = path, **settings: Any) -> tuple[int, str]:
        answer = await bus.http.put(path, json={"url": url} | settings, headers=await office(bus))
        document = answer.json()
        return answer.status_code, document["errors"][0]["code"] if document.get("errors") else document["type"]

    assert await put("http://anna:geheim@example.org/feed.ics") == (422, "url-invalid")
    assert await put("ftp://example.org/feed.ics") == (422, "string-pattern-mismatch")
    assert await put(shown.url, every_minutes=1) == (422, "greater-than-equal")
    unknown = f"/v1/office/partners/gibt-es-nicht-{uuid4().hex[:4]}/feeds"
    assert await put(shown.url, unknown) == (403, "/problems/partner-unknown")
    await add(bus, partner, shown)
    assert await put(f"{shown.url}#oben") == (409, "feed-exists")


async def test_a_removed_feed_is_read_no_longer_and_what_it_brought_stays(
    bus: Bus, partner: Partner, shown: Feed
) -> None:
    id_ = await add(bus, partner, shown)
    await listed(bus, partner, "cafe", "chor")

    gone = await bus.http.delete(f"/v1/office/feeds/{id_}", headers=await office(bus))

    assert gone.status_code == 204
    assert await feeds(partner) == []
    assert (await bus.http.get(f"/v1/office/feeds/{id_}", headers=await office(bus))).status_code == 404
    assert (await bus.http.post(f"/v1/office/feeds/{id_}/poll", headers=await office(bus))).status_code == 404
    await listed(bus, partner, "cafe", "chor")
    again = await bus.http.put(
        f"/v1/office/partners/{partner.id}/feeds", json={"url": shown.url}, headers=await office(bus)
    )
    assert again.status_code == 200
    assert counts(await report(partner, after="", unchanged=2)) == {"read": 2, "unchanged": 2}


async def test_an_organisation_without_a_topic_hears_what_is_missing(bus: Bus, shown: Feed) -> None:
    id_ = f"ohne-topic-{uuid4().hex[:4]}"
    headers = await office(bus)
    await bus.http.put(f"/v1/office/partners/{id_}", json={"name": "Ohne Topic", "trusted": True}, headers=headers)
    added = await bus.http.put(f"/v1/office/partners/{id_}/feeds", json={"url": shown.url}, headers=headers)
    assert added.status_code == 201, added.text
    path = f"/v1/office/feeds/{feed_id(id_, shown.url)}"

    async def last() -> dict[str, Any] | None:
        found: dict[str, Any] | None = (await bus.http.get(path, headers=headers)).json()["last"]
        return found

    first = await eventually(last)
    assert first is not None
    assert (first["status"], first["problem"]["code"]) == ("failed", "topic-missing")
    mended = await operator(bus, "feeds", "add", id_, shown.url)
    assert mended.returncode == 0, mended.stderr
    done = await operator(bus, "feeds", "poll", str(feed_id(id_, shown.url)), "--json")
    assert (done.returncode, done.json[0]["last"]["new"]) == (0, 2), done.stderr


async def operator(bus: Bus, *arguments: str) -> Finished:
    return await buendnisbus(*arguments, env=bus.env)


async def test_feeds_are_added_listed_polled_shown_and_removed_by_command(
    bus: Bus, partner: Partner, shown: Feed
) -> None:
    added = await operator(
        bus, "feeds", "add", partner.id, shown.url, "--every", "6h", "--topic", "demokratie", "--json"
    )
    assert added.returncode == 0, added.stderr
    [made] = added.json
    assert (made["id"], made["result"]) == (str(feed_id(partner.id, shown.url)), "created")
    await listed(bus, partner, "cafe", "chor")

    shown.body = calendar(vevent("cafe"), vevent("verkehrt", "DTEND;TZID=Europe/Berlin:20270611T170000"))
    polled = await operator(bus, "feeds", "poll", made["id"])
    assert polled.returncode == 1, polled.stderr
    assert "ends_at lies before starts_at" in polled.stdout

    [row] = (await operator(bus, "feeds", "list", "--partner", partner.id, "--json")).json
    assert (row["host"], row["every_minutes"]) == ("127.0.0.1", 360)
    table = (await operator(bus, "feeds", "show", made["id"])).stdout
    assert "verkehrt" in table
    assert "geheim" not in table
    assert (await operator(bus, "feeds", "remove", made["id"], "--yes")).returncode == 0
    assert (await operator(bus, "feeds", "poll", made["id"])).returncode == 1
    assert (await operator(bus, "feeds", "add", "gibt-es-nicht", shown.url)).returncode == 1
