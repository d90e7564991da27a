"""The local platform with real Kafka and PostgreSQL, on roots of its own."""

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from deploy.local.bootstrap import bootstrap
from deploy.local.platform import Platform
from deploy.local.supervise import supervise
from shared.commands import environment
from tests.support.root import root_apart

pytestmark = pytest.mark.platform

NO_INSTANCES = {"events": 0, "gateway": 0}
Config = dict[str, str | int | float | bool]
PASSWORD = "secret-of-the-partner"


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """One broker and PostgreSQL with the databases of both services; no service runs."""
    platform = Platform(root_apart("platform"), services=NO_INSTANCES, brokers=1, free_ports=True)
    try:
        platform.start_kafka()
        platform.start_postgres()
        platform.services.provision_databases()
        yield platform
    finally:
        platform.down()


@pytest.fixture(scope="module")
def partner(platform: Platform) -> str:
    """A Kafka user who may do nothing yet, and a topic `partner.<user>.events`."""
    user = "verein"
    admin = admin_of(platform)
    scram = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
    upsertion = UserScramCredentialUpsertion(user, scram, PASSWORD.encode())
    for future in admin.alter_user_scram_credentials([upsertion]).values():
        future.result(10)
    create_topic(platform, f"partner.{user}.events")
    return user


def internal(platform: Platform) -> Config:
    return {**platform.kafka.settings.librdkafka_options()}


def admin_of(platform: Platform) -> AdminClient:
    """Keep the answer in a variable until its futures are done: its end breaks them off."""
    return AdminClient(internal(platform))


def create_topic(platform: Platform, name: str, replication_factor: int = 1) -> None:
    new = NewTopic(name, num_partitions=1, replication_factor=replication_factor)
    admin = admin_of(platform)
    for future in admin.create_topics([new]).values():
        future.result(20)


def send(config: Config, topic: str, value: bytes) -> KafkaError | None:
    """Send one message; returns why it failed, if it did."""
    outcome: list[KafkaError | None] = []
    producer = Producer({"log_level": 0, "message.timeout.ms": 20_000, **config})
    producer.produce(topic, value, on_delivery=lambda error, _message: outcome.append(error))
    producer.flush(30)
    return outcome[0]


def as_partner(platform: Platform, user: str, password: str = PASSWORD) -> Config:
    return {
        "bootstrap.servers": platform.kafka.partner_bootstrap_servers,
        "security.protocol": platform.env["KAFKA_PARTNER_SECURITY_PROTOCOL"],
        "sasl.mechanism": platform.env["KAFKA_PARTNER_SASL_MECHANISM"],
        "sasl.username": user,
        "sasl.password": password,
    }


def read_one(platform: Platform, topic: str) -> bytes | None:
    options: Config = {"group.id": "reader", "auto.offset.reset": "earliest", "log_level": 0}
    consumer = Consumer(internal(platform) | options)
    try:
        consumer.subscribe([topic])
        message = consumer.poll(20)
        return message.value() if message is not None and message.error() is None else None
    finally:
        consumer.close()


def processes_of(root: Path) -> list[str]:
    """Command lines of all processes that mention a root."""
    lines = (" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"]))
    return [line for line in lines if str(root) in line]


def test_a_partner_without_a_grant_can_send_nothing(platform: Platform, partner: str) -> None:
    error = send(as_partner(platform, partner), f"partner.{partner}.events", b"{}")

    assert error is not None
    assert error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


def test_a_partner_with_a_grant_sends_to_its_own_topic_only(platform: Platform, partner: str) -> None:
    create_topic(platform, "partner.other.events")
    grants = [
        AclBinding(
            ResourceType.TOPIC,
            f"partner.{partner}.",
            ResourcePatternType.PREFIXED,
            f"User:{partner}",
            "*",
            operation,
            AclPermissionType.ALLOW,
        )
        for operation in (AclOperation.WRITE, AclOperation.DESCRIBE)
    ]
    admin = admin_of(platform)
    for future in admin.create_acls(grants).values():
        future.result(10)

    assert send(as_partner(platform, partner), f"partner.{partner}.events", b"{}") is None
    refused = send(as_partner(platform, partner), "partner.other.events", b"{}")
    assert refused is not None
    assert refused.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


def test_a_wrong_password_is_refused(platform: Platform, partner: str) -> None:
    client = AdminClient({**as_partner(platform, partner, "guessed"), "log_level": 0})

    with pytest.raises(KafkaException):
        client.list_topics(timeout=3)


def test_topics_are_never_created_by_mistake(platform: Platform) -> None:
    error = send(internal(platform) | {"message.timeout.ms": 3000}, "mistyped", b"{}")

    assert error is not None
    assert error.code() in (KafkaError._UNKNOWN_TOPIC, KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._MSG_TIMED_OUT)


async def test_a_service_owns_its_database_and_cannot_reach_anothers(platform: Platform) -> None:
    url = platform.database_url("events")
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("create extension if not exists pg_trgm")
        await connection.execute("create table kept (value text)")
        await connection.execute("insert into kept values ('row')")
    finally:
        await connection.close()

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
        await asyncpg.connect(url.removesuffix("/events") + "/gateway")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(url.replace(":", "x:", 2).replace("x:", ":", 1))


async def test_german_words_are_found_by_their_stem(platform: Platform) -> None:
    connection = await asyncpg.connect(platform.database_url("gateway"))
    try:
        query = "select to_tsvector('german', 'Begegnungscafé für Flüchtlinge') @@ to_tsquery('german', 'Flüchtling')"
        assert await connection.fetchval(query)
    finally:
        await connection.close()


def test_everything_listens_on_loopback_only(platform: Platform) -> None:
    pids = platform.pids("kafka") + platform.pids("postgres")
    listening = [
        connection.laddr.ip
        for pid in pids
        for connection in psutil.Process(pid).net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]

    assert len(listening) >= 4
    assert {address.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}


async def test_after_a_kill_of_everything_up_recovers_with_all_data(platform: Platform) -> None:
    create_topic(platform, "kept")
    assert send(internal(platform), "kept", b"message") is None
    url = platform.database_url("events")
    connection = await asyncpg.connect(url)
    await connection.execute("create table if not exists survivors (value text)")
    await connection.execute("insert into survivors values ('row')")
    before = platform.pids("kafka") + platform.pids("postgres")

    platform.kill("kafka-1")
    platform.kill("postgres")
    assert not platform.healthy()
    # Called as the commands call it: in a thread without an event loop.
    await asyncio.to_thread(platform.up)

    assert platform.healthy()
    assert platform.database_url("events") == url
    assert not set(before) & {*platform.pids("kafka"), *platform.pids("postgres")}
    assert read_one(platform, "kept") == b"message"
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("select value from survivors") == "row"
    await connection.close()


def test_up_leaves_alone_what_runs(platform: Platform) -> None:
    platform.up()
    before = platform.pids("kafka") + platform.pids("postgres")

    platform.up()

    assert platform.pids("kafka") + platform.pids("postgres") == before


def test_the_environment_file_names_the_pids_after_a_restart(platform: Platform) -> None:
    platform.restart("postgres")

    values = environment.read_environment(platform.root / "env")
    assert values["POSTGRES_PIDS"] == str(platform.pids("postgres")[0])
    assert values["KAFKA_PIDS"] == str(platform.pids("kafka")[0])
    assert values["EVENTS_DATABASE_URL"] == platform.database_url("events")


def test_a_part_that_dies_is_restarted_while_somebody_watches(platform: Platform) -> None:
    stop, lines = threading.Event(), list[str]()
    watcher = threading.Thread(target=supervise, args=(platform, lines.append, stop))
    watcher.start()
    try:
        platform.kill("postgres")
        deadline = time.monotonic() + 30
        while not any(line.startswith("postgres is back") for line in lines):
            assert time.monotonic() < deadline, lines
            time.sleep(0.1)
    finally:
        stop.set()
        watcher.join(10)

    assert lines[0] == "postgres has died; restarting it …"
    assert platform.postgres.ready("postgres")


def test_what_the_bootstrap_step_returns_is_handed_back_at_later_starts(platform: Platform) -> None:
    platform.remember({"OFFICE_API_KEY": "k"})

    assert Platform(platform.root).env["OFFICE_API_KEY"] == "k"
    assert environment.read_environment(platform.root / "env")["OFFICE_API_KEY"] == "k"


def test_three_brokers_take_messages_while_one_is_dead_and_down_leaves_no_process() -> None:
    root = root_apart("brokers")
    platform = Platform(root, services={}, brokers=3, free_ports=True)
    try:
        platform.start_kafka()
        create_topic(platform, "copied", replication_factor=3)
        platform.kill("kafka-2")
        config: Config = {**internal(platform), "acks": "all"}
        assert send(config, "copied", b"message") is None
        platform.restart("kafka-2")
        assert platform.kafka.ready("kafka-2")
    finally:
        platform.down()

    assert processes_of(root) == []


def test_purge_deletes_the_data() -> None:
    root = root_apart("purged")
    platform = Platform(root, services={}, free_ports=True)
    platform.start_postgres()

    platform.down(purge=True)

    assert {path.name for path in root.iterdir()} <= {"lock", "state.lock"}


async def test_instances_are_added_and_stopped_as_asked_also_from_none_at_first() -> None:
    root = root_apart("instances")

    def up(**counts: int) -> dict[str, str]:
        # As each command does it: what is known comes from the root.
        platform = Platform(root, free_ports=True, bootstrap=bootstrap)
        platform.services.counts |= counts
        platform.up()
        return environment.read_environment(root / "env")

    def answers(urls: str, path: str = "/v1/events") -> list[int]:
        return [httpx.get(f"{url}{path}").status_code for url in urls.split()]

    def told(pids: str, setting: str) -> str:
        return psutil.Process(int(pids.split()[0])).environ()[setting]

    try:
        none = await asyncio.to_thread(up, events=0)
        assert (none["EVENTS_PIDS"], "EXAMPLE_PARTNER_ID" in none) == ("", False)
        connection = await asyncpg.connect(none["EVENTS_DATABASE_URL"])
        assert await connection.fetchval("select count(*) from event") == 0
        await connection.close()
        assert answers(none["GATEWAY_URLS"]) == [200]

        more = await asyncio.to_thread(up, events=2, members=2, gateway=2)
        assert len(more["EVENTS_PIDS"].split()) == len(more["MEMBERS_PIDS"].split()) == 2
        assert more["MEMBERS_INTERNAL_URLS"].split()[0] == more["MEMBERS_INTERNAL_URL"]
        assert more["MEMBERS_DATABASE_URL"] == none["MEMBERS_DATABASE_URL"]
        assert more["GATEWAY_URLS"].split()[0] == more["GATEWAY_URL"] == none["GATEWAY_URL"]
        assert more["GATEWAY_PIDS"].split()[0] == none["GATEWAY_PIDS"]
        assert answers(more["GATEWAY_URLS"]) == [200, 200]
        assert more["EXAMPLE_PARTNER_ID"]
        assert more["OFFICE_API_KEY"] == none["OFFICE_API_KEY"]

        assert "WEB_DATABASE_URL" not in more
        assert answers(more["WEB_URLS"], "/") == [200]
        assert told(more["WEB_PIDS"], "WEB_GATEWAY_URL") == more["GATEWAY_URL"]
        assert told(more["GATEWAY_PIDS"], "GATEWAY_WEB_URL") == more["WEB_URL"]

        fewer = await asyncio.to_thread(up, events=1)
        assert fewer["EVENTS_PIDS"] == more["EVENTS_PIDS"].split()[0]
        assert len(fewer["EVENTS_INTERNAL_URLS"].split()) == 1
        assert fewer["GATEWAY_PIDS"] == more["GATEWAY_PIDS"]

        closed = await asyncio.to_thread(up, web=2, gateway=0)
        assert closed["GATEWAY_PIDS"] == ""
        assert closed["WEB_URLS"].split()[0] == closed["WEB_URL"] == more["WEB_URL"]
        assert answers(closed["WEB_URLS"], "/robots.txt") == [200, 200]
        assert answers(closed["WEB_URLS"], "/") == [503, 503]
        assert answers(closed["WEB_INTERNAL_URLS"], "/readyz") == [200, 200]

        hidden = await asyncio.to_thread(up, web=0, gateway=1)
        assert (hidden["WEB_PIDS"], hidden["WEB_URLS"]) == ("", "")
        assert answers(hidden["GATEWAY_URLS"]) == [200]
    finally:
        await asyncio.to_thread(Platform(root).down)

    assert processes_of(root) == []
