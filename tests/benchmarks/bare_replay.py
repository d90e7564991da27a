"""The bare loop that ``replay`` is measured against: aiokafka and asyncpg, one upsert a batch, no guarantees.

It keeps document and version, and the newest of each within a batch. It has no dead letters, no columns to filter by,
no attendance by organisation, tells nobody who listens, and its offsets are committed by the clock.
"""

import asyncio
import sys
import time

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer

from shared.contracts import members
from shared.envelope import read_record


async def main(kafka: str, database: str, topic: str, wanted: int) -> None:
    """Store ``wanted`` facts of ``topic``, then end."""
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=kafka,
        group_id=f"bare-{topic}-{time.time_ns()}",
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4 * 1024 * 1024,
    )
    connection = await asyncpg.connect(database)
    await connection.execute("create table bare (id text primary key, version int not null, document jsonb not null)")
    await consumer.start()
    stored, first, began = 0, 0, 0.0
    try:
        async with asyncio.timeout(150):
            while stored < wanted:
                fetched = await consumer.getmany(timeout_ms=1000, max_records=1000)
                messages = [read_record(r.headers, r.value) for records in fetched.values() for r in records]
                facts = {m.subject: members.FACTS[m.type].model_validate_json(m.data) for m in messages}
                await connection.execute(
                    "insert into bare select * from unnest($1::text[], $2::int[], $3::jsonb[])"
                    " on conflict (id) do update set version = excluded.version, document = excluded.document"
                    " where bare.version < excluded.version",
                    [fact.id for fact in facts.values()],  # type: ignore[attr-defined]
                    [fact.version for fact in facts.values()],  # type: ignore[attr-defined]
                    [fact.model_dump_json() for fact in facts.values()],
                )
                stored += len(messages)
                if began == 0.0 and stored:
                    first, began = stored, time.perf_counter()
        rate = (stored - first) / (time.perf_counter() - began)
    finally:
        await consumer.stop()
        await connection.close()
    sys.stdout.write(f"{rate}\n")


if __name__ == "__main__":
    kafka_, database_, topic_, wanted_ = sys.argv[1:]
    uvloop.run(main(kafka_, database_, topic_, int(wanted_)))
