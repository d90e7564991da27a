"""The bare loop that ``referral`` is measured against: aiokafka and asyncpg, the same work, no guarantees.

It reads the same batches, parses them with the same contracts, loads the stored requests and their people, takes the
same decisions over the same index of networks, upserts requests, people and loads, and produces the same facts and
outcomes. It has no inbox, no outbox, no dead letters, no locks, one transaction per statement, offsets committed by the
clock, and it does not wait for acknowledgements.
"""

import asyncio
import sys
from typing import Any

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from services.referrals import repository
from services.referrals.domain.overview import Overview
from services.referrals.domain.state import AGGREGATES, Rules, State, StoredReferral
from services.referrals.handlers import decisions
from services.referrals.networks import KnownNetworks
from services.referrals.rules import read_rules
from shared.aggregates import store
from shared.aggregates.state import Decision, Fact
from shared.clock import utc_now
from shared.contracts import referrals
from shared.contracts.referrals.facts import PersonAsking
from shared.contracts.requests import Outcome
from shared.envelope import Message, binary_headers, new_message, read_record
from shared.places import places
from shared.routing.directory import Directory
from shared.routing.rules import rules as routing_rules
from shared.topics import REFERRALS_FACTS, REFERRALS_OUTCOMES, REFERRALS_PRIVATE
from shared.vocabulary import vocabulary

_MODELS = (StoredReferral, PersonAsking)


async def main(kafka: str, database: str, name: str, wanted: int) -> None:
    """Handle ``wanted`` commands of the topics that begin with ``name``, then end."""
    consumer = AIOKafkaConsumer(
        f"{name}.commands", bootstrap_servers=kafka, group_id=f"bare-{name}", auto_offset_reset="earliest"
    )
    producer = AIOKafkaProducer(bootstrap_servers=kafka, max_batch_size=256 * 1024)
    connection = await asyncpg.connect(database)
    directory = await KnownNetworks(routing_rules(), places()).follow(connection)
    rules = read_rules(None, vocabulary())
    await consumer.start()
    await producer.start()
    futures: list[Any] = []
    try:
        async with asyncio.timeout(120):
            while wanted > 0:
                fetched = await consumer.getmany(timeout_ms=1000, max_records=1000)
                batch = [read_record(r.headers, r.value) for records in fetched.values() for r in records]
                wanted -= len(batch)
                for kind, key, message in await _handle(connection, batch, directory, rules):
                    topic, headers = f"{name}.{kind}", binary_headers(message)
                    futures.append(await producer.send(topic, message.data, key=key.encode(), headers=headers))
            await asyncio.gather(*futures)
    finally:
        await producer.stop()
        await consumer.stop()
        await connection.close()


async def _handle(
    connection: Any, batch: list[Message], directory: Directory, rules: Rules
) -> list[tuple[str, str, Message]]:
    """``(last part of the topic, key, message)`` of what follows from ``batch``."""
    commands: list[Any] = [referrals.COMMANDS[message.type].model_validate_json(message.data) for message in batch]
    ids = {command.id for command in commands}
    facts = await store.read_keys(connection, AGGREGATES, {(model, id_) for model in _MODELS for id_ in ids})
    overview = Overview(directory, places(), await repository.read_loads(connection))
    state = State(utc_now(), rules, facts)
    decide = decisions(overview)
    changed: dict[tuple[Any, str], Fact] = {}
    messages: list[tuple[str, str, Message]] = []
    for message, command in zip(batch, commands, strict=True):
        decision: Decision = decide[type(command)](state, command)
        assert decision.problem is None, decision.problem
        for kind, fact in decision.facts:
            key = (type(fact), fact.id)
            overview.follow(state.facts.get(key), fact)
            state.facts[key] = changed[key] = fact
            public = AGGREGATES[type(fact)].public
            data = fact.model_dump_json(include=set(public.model_fields)).encode()
            topic = _ENDINGS[AGGREGATES[type(fact)].topic]
            messages.append((topic, fact.id, new_message(kind, data, source="bare", subject=fact.id)))
        messages.append(("outcomes", message.id, _outcome(message, decision, state)))
    for model in _MODELS:
        if saved := [fact for (of, _), fact in changed.items() if of is model]:
            await store.save(connection, AGGREGATES, model, saved)
    await repository.save_loads(connection, {network: overview.loads[network] for network in overview.asked})
    return messages


_ENDINGS = {topic: topic.rpartition(".")[2] for topic in (REFERRALS_FACTS, REFERRALS_PRIVATE, REFERRALS_OUTCOMES)}


def _outcome(message: Message, decision: Decision, state: State) -> Message:
    assert decision.about is not None
    model, id_ = decision.about
    outcome = Outcome(
        request=message.id,
        source="referrals.commands",
        result=decision.result,
        resource=f"{AGGREGATES[model].path}{id_}",
        aggregate=id_,
        version=state.facts[decision.about].version,
        at=state.at,
    )
    data = outcome.model_dump_json(exclude_none=True).encode()
    return new_message("referrals.request.done.v1", data, source="bare", subject=message.id)


if __name__ == "__main__":
    kafka_, database_, name_, wanted_ = sys.argv[1:]
    uvloop.run(main(kafka_, database_, name_, int(wanted_)))
