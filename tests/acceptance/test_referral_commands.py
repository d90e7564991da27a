"""The office cares for requests and worries from the command line: on the real platform, every command once."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.asking import ask, body, known_to_service, post
from tests.support.bus import Bus, eventually
from tests.support.command import Finished, buendnisbus, json_of
from tests.support.networks import Alliance

AREA = {"municipalities": ["14524330"]}
THREAT = "Sie haben meinem Sohn gedroht, ihn zusammenzuschlagen, wenn er wieder zum Jugendtreff geht."


async def referrals(bus: Bus, *arguments: str, answer: str = "") -> Finished:
    """``buendnisbus referrals …`` where the platform's environment is set."""
    return await buendnisbus("referrals", *arguments, env=bus.env, answer=answer)


async def done(bus: Bus, *arguments: str) -> Any:
    """The JSON of a command that must be done."""
    return await json_of("referrals", *arguments, env=bus.env)


async def shown(bus: Bus, id_: str) -> dict[str, Any]:
    """All that the office sees of a request."""
    [found] = await done(bus, "show", id_)
    return dict(found)


@pytest.fixture
async def network(bus: Bus) -> str:
    """The id of a network in Zwickau."""
    alliance = Alliance(bus)
    await alliance.tell("helferkreis", area=AREA)
    await eventually(alliance.is_complete, what="the network")
    await known_to_service(bus, alliance.ids["helferkreis"])
    return alliance.ids["helferkreis"]


async def called(bus: Bus, name: str = "Frau Beispiel") -> str:
    """The id of a request for somebody who has called."""
    person = ("--name", name, "--phone", "0375 000000", "--consent", "2026-11")
    [row] = await done(bus, "new", "seek-help", "--place", "08056 Zwickau", "--message", "Wer begleitet sie?", *person)
    assert row["result"] == "created"
    return str(row["id"])


async def test_who_calls_is_cared_for_from_the_question_to_the_end(bus: Bus, network: str) -> None:
    id_ = await called(bus)
    await done(bus, "assign", id_[:12], network)
    assigned = await shown(bus, id_[:12])
    assert (assigned["state"], assigned["network"]) == ("routed", network)
    assert (assigned["by"], assigned["person"]["consent_by"]) == ("office", "telephone")
    assert (await referrals(bus, "show", id_)).stdout.count("Frau Beispiel") == 1

    await done(bus, "answer", id_, "ask-back", "--note", "Wann passt es?")
    await done(bus, "reply", id_, "Mittwochs")
    for answer, state in (("accept", "accepted"), ("progress", "in-progress"), ("done", "fulfilled")):
        await done(bus, "answer", id_, answer)
        assert (await shown(bus, id_))["state"] == state
    told = await referrals(bus, "evaluate", id_, "well", "--comment", "Danke")
    assert f"{id_}: fulfilled, {network}" in told.stdout
    ended = await shown(bus, id_)
    assert [note["text"] for note in ended["person"]["notes"]] == ["Wann passt es?", "Mittwochs", "Danke"]
    assert ended["went"] == "well"


async def test_a_network_declines_and_hands_on_by_telephone(bus: Bus, network: str) -> None:
    id_ = await called(bus)
    await done(bus, "assign", id_, network)
    await done(bus, "answer", id_, "decline", "--reason", "no-capacity")
    declined = next(one for one in (await shown(bus, id_))["assignments"] if one["network"] == network)
    assert (declined["answer"], declined["reason"]) == ("declined", "no-capacity")
    assert network not in [one["id"] for one in (await shown(bus, id_))["next"]]


async def test_the_list_is_that_of_the_board_and_says_of_nobody_who_asks(bus: Bus, network: str) -> None:
    id_ = await called(bus, "Geheime Person")
    await done(bus, "assign", id_, network)
    of_network = await referrals(bus, "list", "--network", network)
    assert id_ in of_network.stdout
    assert "Zwickau" in of_network.stdout
    listed = await referrals(bus, "list", "--all", "--json")
    assert id_ in listed.stdout
    assert "Geheime" not in of_network.stdout + listed.stdout
    due = [row["due"] or "~" for row in listed.json]
    assert due == sorted(due)
    assert id_ not in [row["id"] for row in await done(bus, "list", "--overdue")]
    assert id_ not in [row["id"] for row in await done(bus, "list", "--state", "fulfilled")]


async def test_a_request_rests_goes_on_ends_and_is_opened_again(bus: Bus, network: str) -> None:
    id_ = await called(bus)
    states = []
    for command in (
        ("assign", id_, network),
        ("hold", id_),
        ("resume", id_),
        ("close", id_, "--because", "no-reply"),
        ("reopen", id_),
        ("cancel", id_),
    ):
        await done(bus, *command)
        states.append((await shown(bus, id_))["state"])
    assert states[:4] == ["routed", "held", "routed", "closed"]
    assert states[4] in ("routed", "escalated")
    assert states[5] == "cancelled"
    refused = await referrals(bus, "hold", id_)
    assert (refused.returncode, "its status is cancelled" in refused.stderr) == (1, True)


async def test_who_asked_is_forgotten_after_being_asked_back(bus: Bus) -> None:
    id_ = await called(bus, "Vergessene Person")
    kept = await referrals(bus, "erase", id_, answer="n\n")
    assert kept.returncode == 1
    assert (await shown(bus, id_))["person"]["contact"]["name"] == "Vergessene Person"
    await done(bus, "erase", id_, "--yes")
    forgotten = await referrals(bus, "show", id_)
    assert "Vergessene" not in forgotten.stdout
    assert "Who asked is forgotten." in forgotten.stdout


async def worry(bus: Bus, text: str = THREAT) -> str:
    """The id of a worry that somebody has written."""
    answer = await post(
        bus, "/v1/concerns", {"text": text, "place": {"postal_code": "08056"}, "topics": ["demokratie"]}
    )
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = (await bus.http.get(answer.json()["link"])).raise_for_status().json()
    return str(found["id"])


async def test_what_cannot_wait_is_listed_without_words_read_cared_for_and_deleted(bus: Bus) -> None:
    id_ = await worry(bus)
    listed = await referrals(bus, "concerns", "list", "--waiting", "--place", "Zwickau", "--topic", "Demokratie")
    assert id_ in listed.stdout
    assert "threat" in listed.stdout
    assert "Jugendtreff" not in listed.stdout
    assert THREAT in (await referrals(bus, "concerns", "show", id_[:12])).stdout
    await done(bus, "concerns", "settle", id_)
    assert id_ not in [row["id"] for row in await done(bus, "concerns", "list", "--waiting")]
    await done(bus, "concerns", "erase", id_, "--yes")
    [after] = await done(bus, "concerns", "show", id_)
    assert (after["text"], after["topics"]) == (None, ["demokratie"])


async def test_after_a_restored_backup_requests_and_worries_are_erased_again(bus: Bus) -> None:
    request, written = await called(bus, "Cleo Fort"), await worry(bus)
    kinds = {request: ("referral", "person"), written: ("concern", "words")}
    backup: dict[tuple[str, str], Any] = {}
    async with bus.database("referrals") as connection:
        for id_, tables in kinds.items():
            for table in tables:
                row = await connection.fetchrow(f"select id, version, state from {table} where id = $1", id_)
                backup[id_, table] = row
    await done(bus, "erase", request, "--yes")
    await done(bus, "concerns", "erase", written, "--yes")

    async def known_everywhere() -> list[tuple[str, str]]:
        rows = [row for row in await done(bus, "erasures", "list") if row["id"] in kinds]
        everywhere = len(rows) == 2 and all(row["gateway"] and row["referrals"] for row in rows)
        return sorted((row["what"], row["id"]) for row in rows) if everywhere else []

    assert await eventually(known_everywhere) == [("request", request), ("worry", written)]
    async with bus.database("referrals") as connection:
        for (id_, table), row in backup.items():
            await connection.execute("delete from erased where id = $1", id_)
            await connection.execute(f"delete from {table} where id = $1", id_)
            await connection.execute(f"insert into {table} (id, version, state) values ($1, $2, $3)", *row)
    assert (await shown(bus, request))["person"]["contact"]["name"] == "Cleo Fort"
    assert (await done(bus, "concerns", "show", written))[0]["text"] == THREAT

    rows = await done(bus, "erasures", "reapply", "--yes")

    results = {row["id"]: (row["what"], row["result"]) for row in rows}
    assert (results[request], results[written]) == (("request", "changed"), ("worry", "changed"))
    assert (await shown(bus, request))["person"] is None
    assert (await done(bus, "concerns", "show", written))[0]["text"] is None
    known_elsewhere = str(uuid4())
    again = await done(bus, "erasures", "reapply", "--also", known_elsewhere, "--yes")
    assert {row["result"] for row in again} == {"unchanged"}
    assert known_elsewhere in [row["id"] for row in again]


async def test_who_asked_over_the_pages_stands_in_the_same_list(bus: Bus, network: str) -> None:
    alliance = Alliance(bus)
    link = await ask(bus, alliance, **body(alliance, topics=["demokratie"]))
    id_ = (await bus.http.get(link)).json()["id"]
    assert id_ in [row["id"] for row in await done(bus, "list")]
