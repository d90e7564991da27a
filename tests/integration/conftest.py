"""Real Kafka and PostgreSQL of the one platform of the run; databases and topics of one's own on them."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
import structlog
from aiokafka import AIOKafkaProducer

from deploy.local.platform import Platform
from deploy.migrate import migrate
from shared import db
from shared.settings import KafkaSettings
from tests.integration.members_base import Members, service
from tests.integration.workbench import throw_away


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> Iterator[None]:
    """What is logged shows with a failed test, without the local variables that structlog would print."""
    structlog.configure(processors=[structlog.processors.add_log_level, structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def kafka(platform: Platform) -> KafkaSettings:
    """The internal listener."""
    return platform.kafka.settings.model_copy(update={"new_topics_seen_within_ms": 2_000})


@pytest.fixture(scope="session")
async def template(platform: Platform) -> AsyncIterator[str]:
    """A database with the tables of the calendar and one of these tests, to be copied."""
    role = platform.database_url("events")
    async with throw_away(platform.postgres.admin_url, role) as url:
        migrate("events", url)
        connection = await asyncpg.connect(url)
        await connection.execute("create table effect (mark text not null)")
        await connection.execute("create table state (key text primary key, version int not null, body text not null)")
        await connection.close()
        yield url.rpartition("/")[2]


@pytest.fixture
async def database(platform: Platform, template: str) -> AsyncIterator[str]:
    """The URL of a fresh database with the tables of ``template``."""
    role = platform.database_url("events")
    async with throw_away(platform.postgres.admin_url, role, template) as url:
        yield url


@pytest.fixture
async def pool(database: str) -> AsyncIterator[db.Pool]:
    """A pool as services have it."""
    async with db.create_pool(database, name="test", size=4) as pool:
        yield pool


@pytest.fixture(scope="session")
async def sender(kafka: KafkaSettings) -> AsyncIterator[AIOKafkaProducer]:
    """A plain Kafka client, as any outside program has one."""
    producer = AIOKafkaProducer(**kafka.aiokafka_options(), acks="all", linger_ms=5, max_request_size=2**21)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


@pytest.fixture(scope="session")
async def tables_of_members(platform: Platform) -> AsyncIterator[str]:
    """The name of a database with the tables of members, to be copied."""
    async with throw_away(platform.postgres.admin_url, platform.database_url("members")) as url:
        migrate("members", url)
        yield url.rpartition("/")[2]


@pytest.fixture
async def members(
    platform: Platform, tables_of_members: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Members]:
    """The service members on a fresh database."""
    async with service(platform, tables_of_members, monkeypatch) as found:
        yield found
