"""One platform for the whole run, started when the first test asks for it (DESIGN 6)."""

import random
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.platform import Platform
from tests.support import laws
from tests.support.bus import Bus
from tests.support.root import ROOT

laws.install()

# Workers take whole files as they come free: what takes long comes first, what is short fills the end.
ORDER = ("chaos", "acceptance", "integration", "browser", "architecture", "contracts", "unit")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--shuffle-files=SEED``: no file may rely on what another one has left behind."""
    parser.addoption("--shuffle-files", type=int, metavar="SEED", help="run the files in another order, given by SEED")


def pytest_report_header(config: pytest.Config) -> str | None:
    """How to run the files in this order again."""
    seed = config.getoption("shuffle_files")
    return f"files shuffled by {seed}" if seed is not None else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files that need the platform come before those that only think, unless they are shuffled."""
    seed = config.getoption("shuffle_files")
    if seed is not None:
        files = list(dict.fromkeys(item.path for item in items))
        random.Random(seed).shuffle(files)
        place = {path: number for number, path in enumerate(files)}
        items.sort(key=lambda item: place[item.path])
        return
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
