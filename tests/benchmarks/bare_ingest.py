"""The bare loop that ``ingest`` is measured against: aiokafka and asyncpg, the same work, no guarantees.

It reads the same batches, parses them with the same contract, looks up the stored rows, takes the same decision,
upserts, and produces the same fact and outcome. It has no inbox, no outbox, no dead letters, one transaction per
statement, offsets committed by the clock, and it does not wait for acknowledgements.
"""

import asyncio
import sys
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from services.events import domain, repository
from services.events.domain import Rules
from services.events.partnership import Partner
from shared.clock import rfc3339, utc_now
from shared.contracts.partner import EventSubmission, event_id
from shared.contracts.requests import Outcome
from shared.envelope import binary_headers, new_message, read_record
from shared.places import places
from shared.vocabulary import vocabulary


async def main(kafka: str, database: str, topic: str, facts: str, outcomes: str, wanted: int) -> None:
    """Handle ``wanted`` messages of ``topic``, then end."""
    rules = Rules(frozenset(vocabulary().topics), vocabulary().time_zone, places())
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=kafka,
        group_id=f"bare-{topic}",
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4 * 1024 * 1024,
    )
    producer = AIOKafkaProducer(bootstrap_servers=kafka, max_batch_size=256 * 1024)
    connection = await asyncpg.connect(database)
    await consumer.start()
    await producer.start()
    futures: list[Any] = []
    try:
        while wanted > 0:
            batch = [
                r for records in (await consumer.getmany(timeout_ms=1000, max_records=1000)).values() for r in records
            ]
            wanted -= len(batch)
            futures += await _handle(connection, producer, batch, topic, facts, outcomes, rules)
        await asyncio.gather(*futures)
    finally:
        await producer.stop()
        await consumer.stop()
        await connection.close()


async def _handle(
    connection: Any, producer: Any, batch: list[Any], topic: str, facts: str, outcomes: str, rules: Rules
) -> list[Any]:
    now: datetime = utc_now()
    partner_id = topic.split(".")[1]
    messages = [read_record(record.headers, record.value) for record in batch]
    submissions = [EventSubmission.model_validate_json(message.data) for message in messages]
    partners = {partner_id: Partner(partner_id, 1, "Bench", trusted=True, active=True)}
    stored = await repository.lock_events(connection, {event_id(partner_id, s.uid) for s in submissions})
    changed: dict[UUID, domain.Event] = {}
    futures = []
    for message, submission in zip(messages, submissions, strict=True):
        id_ = event_id(partner_id, submission.uid)
        decision = domain.submit(stored.get(id_), partners[partner_id], submission, now, rules)
        if decision.event is None:
            continue
        # As the service marks them: or it would publish all of them anew when it is measured next.
        stored[id_] = changed[id_] = replace(decision.event, places_digest=rules.places.digest)
        key = str(id_)
        fact = new_message("events.event.published.v1", orjson.dumps(decision.fact), source="bare", subject=key)
        outcome = Outcome(
            request=message.id,
            source=topic,
            result=decision.result,
            resource=f"/v1/events/{id_}",
            aggregate=key,
            version=decision.event.version,
            partner=partner_id,
            uid=submission.uid,
            at=rfc3339(now),
        )
        data = outcome.model_dump_json(exclude_none=True).encode()
        answer = new_message("events.request.done.v1", data, source="bare", subject=message.id)
        futures.append(await producer.send(facts, fact.data, key=key.encode(), headers=binary_headers(fact)))
        futures.append(await producer.send(outcomes, data, key=message.id.encode(), headers=binary_headers(answer)))
    if changed:
        await repository.save_events(connection, list(changed.values()))
    return futures


if __name__ == "__main__":
    kafka_, database_, topic_, facts_, outcomes_, wanted_ = sys.argv[1:]
    uvloop.run(main(kafka_, database_, topic_, facts_, outcomes_, int(wanted_)))
