"""The ``buendnisbus`` command does what the office, operators and partners need, for people and for programs."""

from pathlib import Path
from uuid import uuid4

import orjson

from deploy.topics import admin_client, wait_for
from shared.contracts.partner import event_id
from shared.topics import partner_topic
from tests.support.bus import Bus, eventually, submission
from tests.support.command import Finished, buendnisbus


async def operator(bus: Bus, *arguments: str, answer: str = "") -> Finished:
    """The command where the platform's environment is set."""
    return await buendnisbus(*arguments, answer=answer, env=bus.env)


async def test_without_anything_said_it_shows_what_there_is() -> None:
    done = await buendnisbus()

    assert "Usage: buendnisbus" in done.stdout
    assert {"publish", "members", "referrals"} <= set(done.stdout.split())


async def test_without_a_platform_it_says_what_to_do(tmp_path: Path) -> None:
    done = await buendnisbus("keys", "list", cwd=tmp_path)

    assert done.returncode != 0
    assert "make up" in done.stderr
    assert "Traceback" not in done.stderr


async def test_topics_are_as_declared_and_a_difference_is_found_and_mended(bus: Bus) -> None:
    assert (await operator(bus, "topics", "diff")).returncode == 0
    admin = admin_client(bus.kafka)
    wait_for(admin.delete_topics(["dlq.gateway"]), "delete a topic")

    async def different() -> Finished | None:
        done = await operator(bus, "topics", "diff", "--json")
        return done if done.returncode == 1 else None

    found = await eventually(different)
    assert found is not None
    assert [(row["topic"], row["what"]) for row in found.json] == [("dlq.gateway", "create")]
    assert (await operator(bus, "topics", "apply")).returncode == 0
    assert (await operator(bus, "topics", "diff", "--json")).json == []


async def test_a_partner_is_added_publishes_by_both_ways_and_is_removed(bus: Bus, tmp_path: Path) -> None:
    id_ = f"cli-{uuid4().hex[:6]}"
    added = await operator(bus, "partner", "add", id_, "--name", "Über die Zeile", "--trusted", "--json")
    [credentials] = added.json
    file = tmp_path / "events.json"
    file.write_bytes(orjson.dumps([submission("per-datei")]))
    settings = credentials | {
        "BUENDNISBUS_URL": bus.env["GATEWAY_URL"],
        "BUENDNISBUS_KAFKA": bus.env["KAFKA_PARTNER_BOOTSTRAP_SERVERS"],
    }

    first = await buendnisbus("publish", "--json", str(file), env=settings)
    again = await buendnisbus("publish", "--json", "--via", "kafka", str(file), env=settings)

    assert (first.returncode, first.json["result"]) == (0, "created"), first.stderr
    assert (again.returncode, again.json["result"]) == (0, "unchanged"), again.stderr
    [row] = [row for row in (await operator(bus, "partner", "list", "--json")).json if row["id"] == id_]
    assert (row["name"], row["trusted"], row["active"]) == ("Über die Zeile", True, True)
    removed = await operator(bus, "partner", "remove", id_, "--yes")
    assert removed.returncode == 0, removed.stderr
    refused = await buendnisbus("publish", str(file), env=settings)
    assert refused.returncode == 3
    refused = await buendnisbus("publish", "--via", "kafka", str(file), env=settings)
    assert refused.returncode == 3


async def test_trust_publishes_what_waits_and_can_be_taken_back(bus: Bus) -> None:
    partner = await bus.partner(trusted=False)
    await partner.put(submission("wartet"))

    assert (await operator(bus, "partner", "trust", partner.id)).returncode == 0

    await eventually(lambda: bus.events(organiser=partner.id))
    assert (await operator(bus, "partner", "trust", partner.id, "--off")).returncode == 0
    await partner.put(submission("wartet-wieder"))
    assert [item["uid"] for item in await bus.events(organiser=partner.id)] == ["wartet"]


async def test_an_id_that_could_be_mistaken_is_refused(bus: Bus) -> None:
    for id_ in ("AB", "mit leer", str(uuid4())):
        done = await operator(bus, "partner", "add", id_, "--name", "x")
        assert done.returncode == 2
    assert (await operator(bus, "partner", "trust", "gibt-es-nicht")).returncode == 1


async def test_keys_are_made_for_rotation_listed_without_their_secret_and_revoked(bus: Bus) -> None:
    partner = await bus.partner()

    [made] = (await operator(bus, "keys", "create", partner.id, "--days", "30", "--json")).json
    third = await operator(bus, "keys", "create", partner.id)

    assert third.returncode == 1
    assert "two live keys" in third.stderr or "2 live keys" in third.stderr
    listed = await operator(bus, "keys", "list", "--owner", partner.id, "--json")
    assert [row["state"] for row in listed.json] == ["live", "live"]
    assert made["key"] not in listed.stdout
    headers = {"Authorization": f"Bearer {made['key']}"}
    path = f"/v1/partners/{partner.id}/submissions"
    assert (await bus.http.get(path, headers=headers)).status_code == 200
    assert (await operator(bus, "keys", "revoke", made["id"])).returncode == 0
    assert (await bus.http.get(path, headers=headers)).status_code == 401
    assert (await operator(bus, "keys", "revoke", made["id"])).returncode == 1


async def test_dead_letters_are_listed_shown_redriven_and_dropped(bus: Bus) -> None:
    partner = await bus.partner("brief")
    async with partner.producer() as producer:
        for body in (b"eins", b"zwei"):
            await producer.send_and_wait(partner.topic, body, key=b"k", headers=[("x", b"\xff")])
    topic = partner_topic(partner.id).name

    async def origins() -> list[str]:
        rows = (await operator(bus, "dead-letters", "list", "--group", "events", "--json")).json
        return [row["origin"] for row in rows if row["origin"].startswith(topic)]

    async def two() -> list[str]:
        found = await origins()
        return found if len(found) == 2 else []

    first, second = await eventually(two)
    shown = (await operator(bus, "dead-letters", "show", first, "--json")).json[0]
    assert (shown["body"], shown["cause"]) == ("eins", "attribute specversion is missing or not 1.0")
    assert (await operator(bus, "dead-letters", "drop", first, "--yes")).returncode == 0
    assert await origins() == [second]
    assert (await operator(bus, "dead-letters", "redrive", second)).returncode == 0

    async def back() -> bool:
        return await origins() == [f"{topic}/0/2"]  # still no message: it comes again under its new place

    await eventually(back)
    records = await bus.records(topic)
    assert [record.value for record in records] == [b"eins", b"zwei", b"zwei"]
    assert records[2].headers == records[1].headers


async def test_publish_shows_what_became_of_each_entry(bus: Bus, tmp_path: Path) -> None:
    partner = await bus.partner()
    file = tmp_path / "büro.csv"
    file.write_text(
        "Kennung;Titel;Datum;Uhrzeit;Ende;Ort;PLZ;Gemeinde;Themen\r\n"
        "b-1;Frühstück;03.12.2026;9 Uhr;11 Uhr;Saal;08412;Werdau;Integration\r\n"
        "b-2;Ende vor Anfang;04.12.2026;18:00;17:00;;;;\r\n"
        "b-3;Kein Datum;irgendwann;;;;;;\r\n"
        "b-4;Unklarer Ort;03.12.2026;9 Uhr;;;08393;;\r\n",
        encoding="cp1252",
    )
    settings = {
        "BUENDNISBUS_URL": bus.env["GATEWAY_URL"],
        "BUENDNISBUS_KEY": partner.key,
        "BUENDNISBUS_PARTNER": partner.id,
    }

    done = await buendnisbus("publish", "--json", str(file), env=settings)

    assert done.returncode == 1
    rows = {row["uid"]: row for row in map(orjson.loads, done.stdout.splitlines())}
    assert rows["b-1"]["result"] == "created"
    assert rows["b-3"]["result"] == "unreadable"
    assert rows["b-2"]["result"] in ("refused", "created")
    assert rows["b-1"]["details"] == []
    [note] = rows["b-4"]["details"]
    assert (rows["b-4"]["result"], note.startswith("place kann in 3 Gemeinden liegen")) == ("created", True), note
    detail = (await bus.http.get(f"/v1/events/{event_id(partner.id, 'b-1')}")).json()
    assert (detail["title"], detail["starts_at"]) == ("Frühstück", "2026-12-03T09:00:00+01:00")
    assert (detail["place"]["municipality"], detail["topics"]) == ("Werdau", ["integration"])
