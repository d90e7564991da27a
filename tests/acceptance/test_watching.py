"""An operator sees how the services are doing, and nobody sees whom the messages are about."""

import asyncio

import httpx
import orjson

from deploy.topics import admin_client
from tests.support.bus import Bus, submission


async def test_metrics_count_messages_and_requests_by_route_without_naming_anyone(bus: Bus) -> None:
    partner = await bus.partner("gezaehlt")
    await partner.put(submission("geheimer-name"))
    await bus.http.get("/v1/events", params={"municipality": "Zwickau"})

    async with httpx.AsyncClient() as internal:
        gateway = (await internal.get(f"{bus.platform.internal_url('gateway')}/metrics")).text
        events = (await internal.get(f"{bus.platform.internal_url('events')}/metrics")).text

    assert 'route="/v1/partners/{partner}/events/{uid}",status="201"' in gateway
    assert 'route="/v1/events",status="200"' in gateway
    assert 'buendnisbus_messages_consumed_total{group="events",result="handled"}' in events
    assert 'buendnisbus_messages_published_total{service="events"}' in events
    assert 'buendnisbus_outbox_waiting{service="events"}' in events
    for text in (gateway, events):
        assert partner.id not in text
        assert "geheimer-name" not in text
        assert "Zwickau" not in text


async def test_probes_tell_alive_and_ready(bus: Bus) -> None:
    async with httpx.AsyncClient() as internal:
        for service in ("events", "gateway"):
            url = bus.platform.internal_url(service)
            assert (await internal.get(f"{url}/livez")).status_code == 200
            assert (await internal.get(f"{url}/readyz")).text == "ready\n"


async def test_logs_are_json_lines_and_hold_nothing_of_what_was_sent(bus: Bus) -> None:
    partner = await bus.partner("still")
    async with partner.producer() as producer:
        await producer.send_and_wait(partner.topic, b'{"uid": "Frau Beispiel"', key=b"k", headers=[("x", b"Beispiel")])
    await partner.put(submission("leise", title="Frau Beispiel", starts_at="2027-02-30"))

    for service in ("events-1", "gateway-1"):
        lines = bus.platform.workspace.log(service).read_text(encoding="utf-8").splitlines()
        assert lines
        for line in lines:
            entry = orjson.loads(line)
            assert {"event", "level", "service", "timestamp"} <= entry.keys()
            assert "Beispiel" not in line


async def test_a_service_that_is_stopped_leaves_its_group_at_once(bus: Bus) -> None:
    admin = admin_client(bus.kafka)
    try:
        for part in ("events-1", "gateway-1"):
            await asyncio.to_thread(bus.platform.stop, part)
            group = part.removesuffix("-1")
            described = admin.describe_consumer_groups([group])[group].result(timeout=10)
            # Else its partitions would wait ten seconds for the dead at every restart.
            assert described.members == []
            assert "Traceback" not in bus.platform.workspace.log(part).read_text(encoding="utf-8")
    finally:
        await asyncio.to_thread(bus.platform.up)
