"""One platform for the whole run, started when the first test asks for it (DESIGN 6)."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.platform import Platform
from tests.support.bus import Bus
from tests.support.root import ROOT

# Workers take whole files as they come free: what takes long comes first, what is short fills the end.
ORDER = ("chaos", "acceptance", "integration", "browser", "architecture", "contracts", "unit")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that need the platform come before those that only think."""
    tests = Path(__file__).parent

    def turn(item: pytest.Item) -> int:
        folder = item.path.relative_to(tests).parts[0]
        return ORDER.index(folder) if folder in ORDER else len(ORDER)

    items.sort(key=turn)


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
