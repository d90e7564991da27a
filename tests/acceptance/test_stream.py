"""Whoever listens hears of every change of what is public, and of nothing else, through any instance."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from shared.commands.ask import ask
from shared.contracts.events import TRUST_PARTNER, TrustPartner
from shared.contracts.partner import event_id
from tests.support.bus import Bus, Partner, eventually, submission
from tests.support.sse import Listening, listen
from tests.unit.web.parsed import Page

ZWICKAU = {"name": "Gasometer", "municipality": "Zwickau", "ags": "14524330"}
WERDAU = {"name": "Saal", "municipality": "Werdau", "ags": "14524300"}
HEARTBEAT_S = 0.5
MOST = 60


@pytest.fixture(scope="module")
async def partner(bus: Bus) -> Partner:
    """A trusted partner."""
    return await bus.partner("live")


@pytest.fixture(scope="module")
async def second(bus: Bus) -> AsyncIterator[str]:
    """The address of a second instance, with other settings."""
    services = bus.platform.services
    services.environment |= {"GATEWAY_STREAM_HEARTBEAT_S": str(HEARTBEAT_S), "GATEWAY_STREAM_CLIENTS": str(MOST)}
    try:
        await asyncio.to_thread(bus.platform.start_service, "gateway", 2)
        yield bus.platform.public_url("gateway", 2)
    finally:
        for name in ("GATEWAY_STREAM_HEARTBEAT_S", "GATEWAY_STREAM_CLIENTS"):
            del services.environment[name]
        services.counts["gateway"] = 1
        await asyncio.to_thread(bus.platform.up)


async def put(partner: Partner, uid: str, **fields: Any) -> str:
    """Publish, wait until it is visible, and return the event's id."""
    answer = await partner.put(submission(uid, **fields))
    assert answer.status_code in (200, 201), answer.text
    return str(event_id(partner.id, uid))


def url_of(bus: Bus) -> str:
    """The first instance."""
    return bus.platform.public_url()


async def newest(bus: Bus) -> str:
    """The id at which a stream begins now."""
    async with listen(url_of(bus)) as stream:
        return stream.messages[0].id


async def told(stream: Listening, key: tuple[str, str, int]) -> None:
    """Wait for this message."""
    await stream.until(lambda: key in stream.about(key[1]))


async def test_a_published_event_arrives_as_it_can_be_read(bus: Bus, partner: Partner) -> None:
    async with listen(url_of(bus), organiser=partner.id) as stream:
        id_ = await put(partner, "neu", topics=["integration"], place=ZWICKAU)
        await told(stream, ("published", id_, 1))

    assert stream.messages[-1].data == (await bus.http.get(f"/v1/events/{id_}")).json()
    headers = stream.response.headers
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert headers["x-accel-buffering"] == "no"
    assert headers["access-control-allow-origin"] == "*"
    assert "content-encoding" not in headers
    assert stream.parser.retries == [3000]


async def test_changes_cancellations_and_withdrawals_come_in_their_order(bus: Bus, partner: Partner) -> None:
    async with listen(url_of(bus), organiser=partner.id) as stream:
        id_ = await put(partner, "weg")
        await put(partner, "weg", title="Anders")
        await put(partner, "weg", status="cancelled")
        assert (await partner.delete("weg")).status_code == 204
        await told(stream, ("withdrawn", id_, 4))

    # Each was visible before the next was sent; those that come close together may be told as one, the newest.
    heard = [key for key in stream.about(id_) if key[0] == "published"]
    assert heard == sorted(heard)
    assert stream.messages[-1].data == {"id": id_, "version": 4, "visibility": "withdrawn"}
    assert {key[0] for key in stream.about(id_)} == {"published", "withdrawn"}


async def test_a_client_that_has_heard_nothing_yet_can_resume_from_its_first_message(
    bus: Bus, partner: Partner
) -> None:
    async with listen(url_of(bus), organiser=partner.id) as stream:
        (first,) = stream.messages
    assert first.event == "hello"
    assert first.data == {"last_event_id": first.id}
    id_ = await put(partner, "inzwischen")

    async with listen(url_of(bus), first.id, organiser=partner.id) as by_header:
        await told(by_header, ("published", id_, 1))
    async with listen(url_of(bus), organiser=partner.id, last_event_id=first.id) as by_parameter:
        await told(by_parameter, ("published", id_, 1))
    # A browser connects to the same address again, and the header is the newer of the two.
    later = by_header.messages[-1].id
    async with listen(url_of(bus), later, organiser=partner.id, last_event_id=first.id) as stream:
        other = await put(partner, "danach")
        await told(stream, ("published", other, 1))
    assert stream.about(id_) == []


async def test_resuming_while_events_are_published_leaves_no_gap(bus: Bus, partner: Partner, second: str) -> None:
    urls = [url_of(bus), second]
    last_id = await newest(bus)
    uids = [f"strom-{number}" for number in range(150)]
    wanted = {str(event_id(partner.id, uid)) for uid in uids}

    async def publish() -> None:
        for start in range(0, len(uids), 15):
            await partner.send(*(submission(uid) for uid in uids[start : start + 15]))

    publishing = asyncio.create_task(publish())
    missing = set(wanted)
    for turn in range(len(wanted)):
        async with listen(urls[turn % 2], last_id, organiser=partner.id) as stream:
            await heard(stream, min(5, len(missing)))
            missing -= ids(stream)
            numbers = [int(message.id.split("-")[1]) for message in stream.messages]
            assert numbers == sorted(numbers)
            last_id = stream.messages[-1].id
        if not missing:
            break
    await publishing

    assert missing == set()


async def heard(stream: Listening, count: int) -> None:
    """Wait for so many messages."""
    await stream.until(lambda: len(stream.messages) >= count)


async def ended(stream: Listening) -> None:
    """Wait for the server to end it."""
    await stream.until(lambda: stream.ended)


def ids(stream: Listening) -> set[str]:
    """The events that a stream has told of."""
    return {message.data["id"] for message in stream.messages if "id" in message.data}


async def test_all_instances_give_a_change_the_same_id(bus: Bus, partner: Partner, second: str) -> None:
    async with listen(url_of(bus), organiser=partner.id) as one, listen(second, organiser=partner.id) as other:
        id_ = await put(partner, "beide")
        for stream in (one, other):
            await told(stream, ("published", id_, 1))

    assert one.messages[-1] == other.messages[-1]


@pytest.mark.parametrize("odd", ["42", "zuletzt", "0123456789ab-1"])
async def test_an_unknown_id_is_answered_by_a_reset_then_the_stream_goes_on(
    bus: Bus, partner: Partner, odd: str
) -> None:
    async with listen(url_of(bus), odd, organiser=partner.id) as stream:
        await stream.until(lambda: stream.messages)
        assert stream.messages[0].event == "reset"
        assert stream.messages[0].data == {"last_event_id": stream.messages[0].id}
        id_ = await put(partner, f"nach-{odd}")
        await told(stream, ("published", id_, 1))

    assert [message.event for message in stream.messages] == ["reset", "published"]


async def test_filters_let_through_what_the_list_would_show_and_say_what_ceases_to_match(
    bus: Bus, partner: Partner
) -> None:
    here = {"organiser": partner.id, "municipality": "zwickau"}
    async with listen(url_of(bus), topic="demokratie", **here) as filtered, listen(url_of(bus), **here) as town:
        matching = await put(partner, "passt", topics=["demokratie"], place=ZWICKAU)
        elsewhere = await put(partner, "woanders", topics=["demokratie"], place=WERDAU)
        await put(partner, "passt", topics=["integration"], place=ZWICKAU)
        last = await put(partner, "zuletzt", topics=["demokratie"], place=ZWICKAU)
        for stream in (filtered, town):
            await told(stream, ("published", last, 1))

    assert filtered.about(matching)[-1] == ("removed", matching, 2)
    gone = next(message for message in filtered.messages if message.event == "removed")
    assert gone.data == {"id": matching, "version": 2, "visibility": "public"}
    assert town.about(matching)[-1] == ("published", matching, 2)
    assert filtered.about(elsewhere) == town.about(elsewhere) == []
    async with httpx.AsyncClient(base_url=url_of(bus)) as http:
        assert (await http.get("/v1/stream", params={"thema": "x"})).status_code == 422
        assert (await http.get("/v1/stream", params={"limit": "5"})).status_code == 422
        assert (await http.get("/v1/stream", params={"from": "morgen"})).status_code == 422


async def test_nobody_hears_of_what_waits(bus: Bus, partner: Partner) -> None:
    begin = await newest(bus)
    stranger = await bus.partner("fremd", trusted=False)
    async with listen(url_of(bus)) as stream:
        await put(stranger, "geheim", title="Geheimes Treffen")
        await put(stranger, "geheim", title="Noch geheimeres Treffen")
        assert (await stranger.delete("geheim")).status_code == 204
        await put(stranger, "wartet", title="Geheimes Treffen")
        last = await put(partner, "danach-offen")
        await told(stream, ("published", last, 1))
    async with listen(url_of(bus), begin) as resumed:
        await told(resumed, ("published", last, 1))

    hidden = {str(event_id(stranger.id, uid)) for uid in ("geheim", "wartet")}
    assert not hidden & (ids(stream) | ids(resumed))
    assert "Geheim" not in str([*stream.messages, *resumed.messages])


async def test_what_was_public_and_waits_again_is_removed_without_its_new_content(bus: Bus, partner: Partner) -> None:
    doubted = await bus.partner("zweifel")
    async with listen(url_of(bus)) as stream:
        id_ = await put(doubted, "erst")
        await told(stream, ("published", id_, 1))
        await ask(bus.kafka, "events", TRUST_PARTNER, doubted.id, TrustPartner(id=doubted.id, trusted=False))
        await put(doubted, "erst", title="Geheimer Titel")
        await told(stream, ("removed", id_, 2))

    assert stream.messages[-1].data == {"id": id_, "version": 2, "visibility": "waiting"}
    assert "Geheim" not in str(stream.messages)


async def test_the_list_can_be_asked_for_what_has_changed_since_a_message(bus: Bus, partner: Partner) -> None:
    await put(partner, "vorher")
    since = await newest(bus)
    changed = await put(partner, "nachher")

    items = await bus.events(organiser=partner.id, changed_since=since)
    assert [item["id"] for item in items] == [changed]
    moment = items[0]["updated_at"]
    by_time = await bus.events(organiser=partner.id, changed_since=moment)
    assert changed in [item["id"] for item in by_time]
    assert event_id(partner.id, "vorher") not in [item["id"] for item in by_time]
    for odd in ("0123456789ab-1", f"{since}99", "gestern"):
        answer = await bus.http.get("/v1/events", params={"changed_since": odd})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "changed_since"


async def test_a_silent_stream_says_that_it_lives(second: str) -> None:
    async with listen(second, municipality="Nirgendwo") as stream:
        await stream.until(lambda: stream.parser.comments >= 3)

    assert [message.event for message in stream.messages] == ["hello"]


async def test_there_may_be_only_so_many_clients_and_places_become_free_again(second: str) -> None:
    async with AsyncExitStack() as stack:
        await asyncio.gather(*(stack.enter_async_context(listen(second)) for _ in range(MOST)))
        async with httpx.AsyncClient(base_url=second) as http:
            refused = await http.get("/v1/stream")
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    assert refused.json()["errors"][0]["code"] == "stream-full"

    async def is_free() -> bool:
        async with httpx.AsyncClient(base_url=second) as http, http.stream("GET", "/v1/stream") as answer:
            return answer.status_code == 200

    await eventually(is_free, what="a free place")


async def test_an_instance_that_stops_lets_its_clients_go_at_once_and_they_miss_nothing_elsewhere(
    bus: Bus, partner: Partner, second: str
) -> None:
    async with AsyncExitStack() as stack:
        streams = await asyncio.gather(*(stack.enter_async_context(listen(second)) for _ in range(MOST)))
        await asyncio.to_thread(bus.platform.stop_service, "gateway", 2)
        await asyncio.gather(*(ended(stream) for stream in streams))
    assert all(len(stream.parser.retries) == 2 for stream in streams)
    log = bus.platform.workspace.log("gateway-2").read_text(encoding="utf-8")
    # What is said when the ten seconds have passed that requests under way are given.
    assert "graceful shutdown exceeded" not in log

    id_ = await put(partner, "weiter")
    async with listen(url_of(bus), streams[0].parser.last_id, organiser=partner.id) as resumed:
        await told(resumed, ("published", id_, 1))
    await asyncio.to_thread(bus.platform.start_service, "gateway", 2)


async def test_pages_say_what_to_listen_to_from_where_they_are(bus: Bus, partner: Partner) -> None:
    id_ = await put(partner, "seite", topics=["integration"])
    asked = {"topic": "integration", "organiser": partner.id, "utm_source": "x"}
    by_filter = await bus.http.get(f"{bus.web_url}/", params=asked)
    pages = [Page(by_filter.text), Page((await bus.http.get(f"{bus.web_url}/events/{id_}")).text)]
    await put(partner, "seite", topics=["integration"], title="Neuer Titel")

    for page in pages:
        (region,) = [element for element in page.elements if "data-stream" in element.attributes]
        address = httpx.URL(region.attributes["data-stream"] or "")
        last_event_id = region.attributes["data-last-event-id"] or ""
        async with listen(url_of(bus), last_event_id, **dict(address.params)) as stream:
            await told(stream, ("published", id_, 2))
        assert str(address.copy_with(query=None)) == f"{url_of(bus)}/v1/stream"
        script = await bus.http.get(f"{bus.web_url}{page.one('script', type='module').attributes['src']}")
        assert script.headers["content-type"].startswith("text/javascript")
        assert "immutable" in script.headers["cache-control"]
    assert f"script-src 'self'; connect-src 'self' {url_of(bus)};" in by_filter.headers["content-security-policy"]
    unreadable = Page((await bus.http.get(f"{bus.web_url}/", params={"from": "morgen"})).text)
    assert unreadable.all("script") == []


async def test_metrics_count_clients_and_messages_and_no_stream_is_a_slow_request(bus: Bus, partner: Partner) -> None:
    async def metrics() -> dict[str, float]:
        async with httpx.AsyncClient() as http:
            text = (await http.get(f"{bus.platform.internal_url('gateway')}/metrics")).text
        pairs = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in pairs}

    before, began = await metrics(), time.monotonic()
    async with listen(url_of(bus), organiser=partner.id) as stream:
        until_headers = time.monotonic() - began
        id_ = await put(partner, "gezaehlt")
        await told(stream, ("published", id_, 1))
        during = await metrics()

    async def is_counted() -> bool:
        name = 'buendnisbus_http_requests_total{method="GET",route="/v1/stream",status="200"}'
        return (await metrics()).get(name, 0) > before.get(name, 0)

    await eventually(is_counted, what="the stream's end")
    after = await metrics()
    assert during["buendnisbus_stream_clients"] >= 1
    assert during["buendnisbus_stream_messages_total"] > before["buendnisbus_stream_messages_total"]
    assert "buendnisbus_stream_fell_behind_total" in after
    total = 'buendnisbus_http_seconds_sum{route="/v1/stream"}'
    assert after[total] - before.get(total, 0) <= until_headers
