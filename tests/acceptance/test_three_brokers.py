"""With three brokers the bus goes on while one of them is dead."""

import asyncio
from pathlib import Path

import httpx
import pytest

from deploy.local.bootstrap import bootstrap
from deploy.local.platform import Platform
from tests.support.bus import Bus, Partner, eventually, submission


@pytest.mark.timeout(240)
async def test_publishing_goes_on_while_one_of_three_brokers_is_dead(tmp_path: Path) -> None:
    services = {"events": 1, "gateway": 1}
    platform = Platform(tmp_path, brokers=3, services=services, free_ports=True, bootstrap=bootstrap)
    try:
        await asyncio.to_thread(platform.up)
        async with httpx.AsyncClient(base_url=platform.public_url(), timeout=40) as http:
            env = platform.env
            partner = Partner(
                env["EXAMPLE_PARTNER_ID"],
                env["EXAMPLE_PARTNER_API_KEY"],
                env["EXAMPLE_PARTNER_KAFKA_USER"],
                env["EXAMPLE_PARTNER_KAFKA_PASSWORD"],
                Bus(platform, http),
            )
            assert (await partner.put(submission("vorher"), wait=25)).status_code == 201

            await asyncio.to_thread(platform.kill, "kafka-1")

            assert (await partner.put(submission("per-http"), wait=25)).status_code == 201
            await partner.send(submission("per-kafka"))

            async def all_there() -> bool:
                listed = await partner.bus.events(organiser=partner.id)
                return {item["uid"] for item in listed} == {"vorher", "per-http", "per-kafka"}

            await eventually(all_there, within=40)
    finally:
        await asyncio.to_thread(platform.down)
