"""One platform for the whole run, started when the first test asks for it (DESIGN 6)."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.platform import Platform
from tests.support.bus import Bus

ROOT = Path(os.environ.get("TEST_ROOT", ".local/test"))
"""One run at a time works in a folder: a second one beside it needs another."""


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """Real Kafka and PostgreSQL with all services, on free ports, in a fresh folder of its own."""
    running = Platform(ROOT)
    running.down()
    shutil.rmtree(ROOT, ignore_errors=True)
    running = Platform(ROOT, free_ports=True)
    running.up(print)
    try:
        yield running
    finally:
        running.down()


@pytest.fixture(scope="session")
async def bus(platform: Platform) -> AsyncIterator[Bus]:
    """The running bus."""
    async with httpx.AsyncClient(base_url=platform.public_url(), timeout=40) as http:
        yield Bus(platform, http)
