"""Somebody writes what moves them and is told which topics it may be about; nothing of it is kept."""

import asyncio
from uuid import uuid4

import pytest

from tests.support.bus import Bus

PROPOSE = "/v1/topics/propose"
TEXT = "Wo werden Möbel für die Flüchtlingshilfe gebraucht? Mein Nachbar hat mich bedroht."


async def test_topics_are_proposed_with_the_words_that_led_there_and_what_cannot_wait_is_flagged(bus: Bus) -> None:
    answer = await bus.http.post(PROPOSE, json={"text": TEXT})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    (proposed,) = answer.json()["items"]
    assert proposed == {"topic": "flucht-und-asyl", "words": ["Flüchtlingshilfe"], "score": 0.5}
    assert answer.json()["flags"] == ["threat"]
    known = {one["slug"] for one in (await bus.http.get("/v1/topics")).json()["items"]}
    assert proposed["topic"] in known


@pytest.mark.parametrize("text", ["", "a" * 4_001])
async def test_a_text_that_is_empty_or_too_long_is_refused_and_the_field_is_named(bus: Bus, text: str) -> None:
    refused = await bus.http.post(PROPOSE, json={"text": text})
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == ["text"]


async def test_a_text_of_one_word_is_read_as_soon_as_any_other(bus: Bus) -> None:
    """Taking a word of 4,000 letters apart would take minutes."""
    answer = await bus.http.post(PROPOSE, json={"text": "flüchtling" * 400}, timeout=20)
    assert [one["topic"] for one in answer.json()["items"]] == ["flucht-und-asyl"]


async def test_nothing_of_a_text_is_found_in_any_log_or_in_the_database(bus: Bus) -> None:
    name = f"kanarie{uuid4().hex}"
    (await bus.http.post(PROPOSE, json={"text": f"{name} braucht Asyl."})).raise_for_status()
    refused = await bus.http.post(PROPOSE, json={"text": f"{name} braucht Asyl.", name: 1})
    assert refused.status_code == 422

    logs = await asyncio.to_thread(lambda: [path.read_bytes() for path in bus.platform.root.glob("logs/*")])
    assert logs
    assert not any(name.encode() in text for text in logs)
    async with bus.database("gateway") as connection:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables:
            held = await connection.fetchval(f"SELECT count(*) FROM {table} t WHERE t::text LIKE $1", f"%{name}%")
            assert held == 0, table
