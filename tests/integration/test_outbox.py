"""The outbox: what was committed is sent, in the order of its key, and removed only once Kafka has it."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import db, outbox
from shared.broker import Producer, Record
from shared.consume import Received, Subscription
from shared.envelope import new_message, read_record
from shared.outbox import MessageTooLargeError, Row, waves
from shared.settings import KafkaSettings
from shared.topics import Topic
from tests.integration.relays import STATE, State, empty, fact, left, relaying, said, until, write
from tests.integration.workbench import Post, consuming, make_subscription, make_topic, records_of
from tests.support.bus import eventually

# What is written


async def test_what_is_rolled_back_is_never_sent(database: str, pool: db.Pool) -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with db.transaction(pool) as connection:
            await outbox.add(connection, [("t", "a", fact("a"))])
            raise ZeroDivisionError
    await write(pool, fact("b"))
    async with relaying(database, post := Post()):
        await empty(pool)
    assert [said(record) for record in post.sent] == [("b", 1)]


async def test_a_message_that_no_topic_takes_rolls_everything_back(pool: db.Pool) -> None:
    huge = new_message(STATE, b"x" * 1_200_000, source="urn:t", subject="a")
    with pytest.raises(MessageTooLargeError) as refused:  # noqa: PT012
        async with db.transaction(pool) as connection:
            await connection.execute("insert into effect (mark) values ('x')")
            await outbox.add(connection, [("t", "b", fact("b")), ("t", "a", huge)])
    assert not db.is_passing(refused.value)
    assert await left(pool) == 0
    async with db.reading(pool) as connection:
        assert await connection.fetchval("select count(*) from effect") == 0


async def test_the_largest_message_that_is_taken_fits_the_topics_as_they_are_declared(
    database: str, pool: db.Pool, kafka: KafkaSettings
) -> None:
    topic = await make_topic(kafka, config=Topic("any").config())
    for size in range(1_200_000, 900_000, -10_000):
        largest = new_message(STATE, b"x" * size, source="urn:t", subject="a" * 500)
        try:
            await write(pool, largest, topic=topic)
        except MessageTooLargeError:
            continue
        break
    async with Producer(kafka, client_id="t") as producer, relaying(database, producer):
        await empty(pool)
    assert len(await records_of(kafka, topic)) == 1


async def test_what_arrives_is_the_message_that_was_written(database: str, pool: db.Pool, kafka: KafkaSettings) -> None:
    topic = await make_topic(kafka)
    message = new_message(
        STATE, b'{"n":"\xc3\xbc"}', source="urn:t", subject="schl\u00fcssel", because_of=fact("cause")
    )
    await write(pool, message, topic=topic)
    async with Producer(kafka, client_id="t") as producer, relaying(database, producer):
        await empty(pool)
    [arrived] = await records_of(kafka, topic)
    assert arrived.key == "schl\u00fcssel".encode()
    assert read_record(arrived.headers, arrived.value) == message


async def test_a_message_without_data_is_sent_as_a_null_body_in_the_order_of_its_key(
    database: str, pool: db.Pool, kafka: KafkaSettings
) -> None:
    topic = await make_topic(kafka, partitions=3)
    keys = [f"k{n}" for n in range(5)]
    gone = {key: new_message("test.gone.v1", b"", source="urn:t", subject=key) for key in keys}
    for key in keys:
        await write(pool, fact(key, 1), gone[key], fact(key, 2), topic=topic)
    async with Producer(kafka, client_id="t") as producer, relaying(database, producer):
        await empty(pool)

    records = await records_of(kafka, topic)
    arrived: dict[str, list[bytes | None]] = defaultdict(list)
    for record in records:
        arrived[(record.key or b"").decode()].append(record.value)
    assert arrived == {key: [fact(key, 1).data, None, fact(key, 2).data] for key in keys}
    tombstones = [read_record(record.headers, record.value) for record in records if record.value is None]
    assert {message.subject: message for message in tombstones} == gone


# Order


@given(st.lists(st.integers(0, 5), max_size=60))
def test_waves_hold_every_row_once_each_key_at_most_once_and_in_order(keys: list[int]) -> None:
    rows = [Row(number, Record("t", b"%d" % key, b"", [])) for number, key in enumerate(keys)]

    parts = waves(rows)

    assert sorted(row.id for part in parts for row in part) == list(range(len(rows)))
    assert all(parts)
    for part in parts:
        assert len({row.record.key for row in part}) == len(part)
    for key in {row.record.key for row in rows}:
        assert [row.id for part in parts for row in part if row.record.key == key] == [
            row.id for row in rows if row.record.key == key
        ]
    for earlier, later in pairwise(parts):
        assert {row.record.key for row in later} <= {row.record.key for row in earlier}


async def test_each_key_arrives_in_the_order_of_its_commits(database: str, pool: db.Pool, kafka: KafkaSettings) -> None:
    topic = await make_topic(kafka, partitions=3)
    async with Producer(kafka, client_id="t") as producer, relaying(database, producer) as relay:
        for version in range(1, 101, 5):
            await write(pool, *[fact(f"k{n}", version + i) for i in range(5) for n in range(6)], topic=topic)
            relay.wake()
        await empty(pool)
    arrived: dict[str, list[int]] = defaultdict(list)
    for record in await records_of(kafka, topic):
        key, version = said(cast("Record", record))
        arrived[key].append(version)
    assert arrived == {f"k{n}": list(range(1, 101)) for n in range(6)}


async def test_a_row_that_is_committed_late_is_not_skipped(database: str, pool: db.Pool) -> None:
    async with relaying(database, post := Post()):
        async with db.transaction(pool) as late:
            await outbox.add(late, [("t", "late", fact("late"))])
            await write(pool, fact("early"))
            await until(lambda: post.sent)
            await asyncio.sleep(0.5)
        await until(lambda: len(post.sent) == 2)
    assert [said(record)[0] for record in post.sent] == ["early", "late"]


async def test_a_key_stops_at_its_first_failure_and_the_others_go_on(
    database: str, pool: db.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "KEY_REST_S", 0.5)
    broken = {("bad", 2)}
    post = Post(refuses=lambda record: TimeoutError() if said(record) in broken else None)
    await write(pool, *[fact(key, version) for version in (1, 2, 3, 4) for key in ("bad", "good")])
    async with relaying(database, post):
        await until(lambda: len(post.sent) == 5)
        await write(pool, fact("bad", 5), fact("good", 5))
        await until(lambda: len(post.sent) == 6)
        assert {said(record) for record in post.sent} == {("bad", 1), *[("good", n) for n in range(1, 6)]}
        await empty(pool, but_for=4)
        broken.clear()
        await empty(pool)
    assert [version for key, version in map(said, post.sent) if key == "bad"] == [1, 2, 3, 4, 5]
    assert [version for key, version in map(said, post.sent) if key == "good"] == [1, 2, 3, 4, 5]


async def test_a_key_with_more_rows_than_a_round_that_cannot_be_sent_does_not_hold_up_the_others(
    database: str, pool: db.Pool
) -> None:
    post = Post(refuses=lambda record: TimeoutError() if record.key == b"bad" else None)
    await write(pool, *[fact("bad", version) for version in range(outbox.PER_ROUND + 5)])
    await write(pool, fact("good"))
    async with relaying(database, post):
        await until(lambda: post.sent)


async def test_a_topic_that_takes_nothing_does_not_hold_up_the_others(database: str, pool: db.Pool) -> None:
    post = Post(refuses=lambda record: TimeoutError() if record.topic == "gone" else None)
    await write(pool, *[fact(f"k{number}") for number in range(outbox.PER_ROUND + 5)], topic="gone")
    await write(pool, fact("good"))
    async with relaying(database, post):
        await until(lambda: post.sent)


# Kafka is away, somebody dies


async def test_while_kafka_is_away_nothing_is_removed_and_afterwards_everything_arrives(
    database: str, pool: db.Pool, kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.broker.SEND_S", 1.0)
    monkeypatch.setattr(outbox, "KEY_REST_S", 0.5)
    topic = await make_topic(kafka)
    await write(pool, *[fact(f"k{n % 7}", n) for n in range(50)], topic=topic)
    async with Producer(kafka, client_id="t") as producer:
        there, producer._options["bootstrap_servers"] = producer._options["bootstrap_servers"], "127.0.0.1:1"
        async with relaying(database, producer):
            await asyncio.sleep(1.5)
            assert await left(pool) == 50
            producer._options["bootstrap_servers"] = there
            await empty(pool)
    assert len(await records_of(kafka, topic)) == 50


async def test_what_is_not_acknowledged_stays(database: str, pool: db.Pool) -> None:
    post = Post(refuses=lambda record: TimeoutError() if said(record)[1] % 2 else None)
    await write(pool, *[fact(f"k{n}", n) for n in range(10)])
    async with relaying(database, post):
        await until(lambda: len(post.sent) == 5)
        await empty(pool, but_for=5)
        async with db.reading(pool) as connection:
            kept = {row["key"] for row in await connection.fetch("select key from outbox")}
    assert kept == {b"k%d" % n for n in (1, 3, 5, 7, 9)}


async def test_after_a_crash_between_sending_and_removing_readers_still_end_in_the_right_state(
    database: str, pool: db.Pool, kafka: KafkaSettings
) -> None:
    subscription = await make_subscription(kafka, types={STATE: State})
    [topic] = subscription.topics
    await write(pool, *[fact(f"k{n}", version) for version in (1, 2, 3) for n in range(5)], topic=topic)

    class Crashes(Producer):
        """Sends, and then there is a crash before anybody hears of it."""

        crashed = 0

        async def send(self, records: Sequence[Record]) -> list[Exception | None]:
            results = await super().send(records)
            if self.crashed < 3:
                self.crashed += 1
                raise ConnectionAbortedError
            return results

    async def project(connection: db.Connection, batch: Sequence[Received]) -> None:
        newest = {cast("State", one.data).key: cast("State", one.data) for one in batch}
        await connection.executemany(
            "insert into state (key, version, body) values ($1, $2, '') on conflict (key) do update"
            " set version = excluded.version where state.version < excluded.version",
            [(state.key, state.version) for state in newest.values()],
        )

    async with Crashes(kafka, client_id="t") as producer, relaying(database, producer):
        await empty(pool)
    arrived = [said(cast("Record", record)) for record in await records_of(kafka, topic)]
    assert len(arrived) > 15
    assert set(arrived) == {(f"k{n}", version) for version in (1, 2, 3) for n in range(5)}

    async with consuming(kafka, Subscription(subscription.group, {STATE: State}, (topic,)), project, pool):

        async def right() -> bool:
            async with db.reading(pool) as connection:
                rows = await connection.fetch("select key, version from state")
            return {(row["key"], row["version"]) for row in rows} == {(f"k{n}", 3) for n in range(5)}

        await eventually(right)


async def test_after_many_rows_the_outbox_is_empty_and_every_message_is_there_once(
    database: str, pool: db.Pool, kafka: KafkaSettings
) -> None:
    topic = await make_topic(kafka, partitions=6)
    for start in range(0, 5_000, 1_000):
        await write(pool, *[fact(f"k{n}") for n in range(start, start + 1_000)], topic=topic)
    async with Producer(kafka, client_id="t") as producer, relaying(database, producer):
        await empty(pool)
    keys = [record.key for record in await records_of(kafka, topic)]
    assert len(keys) == len(set(keys)) == 5_000


async def test_what_is_committed_is_sent_at_once_when_the_relay_is_woken(
    database: str, pool: db.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "POLL_S", 30.0)
    async with relaying(database, post := Post()) as relay:
        await write(pool, fact("first"))
        relay.wake()
        await until(lambda: len(post.sent) == 1)
        await write(pool, fact("second"))
        relay.wake()
        await until(lambda: len(post.sent) == 2)


async def test_what_nobody_wakes_the_relay_for_is_found_by_looking(database: str, pool: db.Pool) -> None:
    async with relaying(database, post := Post()):
        await asyncio.sleep(0.3)
        await write(pool, fact("a"))
        await until(lambda: post.sent)
