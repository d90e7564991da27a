"""Where, and with whom, can I help? From the question to the end, without an account, across all processes."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.support.asking import (
    ZWICKAU,
    address,
    answer_link,
    ask,
    body,
    known_to_service,
    of_office,
    post,
    stands,
)
from tests.support.bus import Bus, eventually
from tests.support.networks import Alliance

AREA = {"municipalities": [ZWICKAU]}


async def alliance_of(bus: Bus, *names: str, **said: Any) -> Alliance:
    """Networks in Zwickau with a topic of their own, known to gateway and service."""
    alliance = Alliance(bus)
    for name in names:
        await alliance.tell(name, area=AREA, **said)
    await eventually(alliance.is_complete, what="all networks")
    await known_to_service(bus, *alliance.ids.values())
    return alliance


async def test_a_request_is_passed_on_accepted_and_done_and_both_sides_see_each_step(bus: Bus) -> None:
    alliance = await alliance_of(bus, "helferkreis", response_days=3)
    link = await ask(bus, alliance)
    status = await stands(bus, link)
    assert (status["state"], status["network"]["name"]) == ("routed", "Helferkreis")
    assert status["explanation"][0] == "Zwickau gehört zu ihrem Gebiet"
    assert status["due"] > status["created_at"]
    assert status["place"]["name"] == "Zwickau"
    assert status["contact"]["name"] == "Renate Beispiel"
    assert set(status["may"]) == {"correct", "cancel", "erase"}

    answers = await answer_link(bus, link)
    seen = (await bus.http.get(answers)).json()
    assert (seen["standing"], seen["message"]) == ("open", "Ich habe mittwochs Zeit.")
    assert seen["may"] == ["accept", "decline", "hand-on", "ask-back"]
    for answer, state in (("accept", "accepted"), ("progress", "in-progress"), ("done", "fulfilled")):
        assert (await stands(bus, link))["state"] != state, "GET never acts"
        assert (await post(bus, answers, {"answer": answer})).status_code == 200
        assert (await stands(bus, link))["state"] == state
    assert [step["state"] for step in (await stands(bus, link))["history"]] == [
        "routed",
        "accepted",
        "in-progress",
        "fulfilled",
    ]
    over = (await bus.http.get(answers)).json()
    assert (over["standing"], over["message"], over["contact"], over["may"]) == ("over", None, None, [])
    went = await post(bus, f"{link}/feedback", {"went": "well", "comment": "Sehr nett."})
    assert went.status_code == 200


async def test_of_two_answers_at_once_one_wins_and_the_other_is_told(bus: Bus) -> None:
    alliance = await alliance_of(bus, "eins", "zwei")
    link = await ask(bus, alliance)
    answers = await answer_link(bus, link)
    decline = {"answer": "decline", "reason": "no-capacity"}
    both = await asyncio.gather(post(bus, answers, decline), post(bus, answers, decline))
    assert sorted(one.status_code for one in both) == [200, 409]
    told = next(one.json() for one in both if one.status_code == 409)
    assert told["type"] == "/problems/superseded"
    assert told["title"] == "Das ist schon beantwortet oder weitergegangen"
    assert (await bus.http.get(answers)).json()["standing"] == "superseded"
    assert (await stands(bus, link))["state"] == "routed"


async def test_a_question_goes_back_and_forth(bus: Bus) -> None:
    alliance = await alliance_of(bus, "rückfrage".replace("ü", "ue"))
    link = await ask(bus, alliance)
    answers = await answer_link(bus, link)
    assert (await post(bus, answers, {"answer": "ask-back"})).status_code == 422
    await post(bus, answers, {"answer": "ask-back", "note": "Wann haben Sie Zeit?"})
    status = await stands(bus, link)
    assert (status["state"], status["question"]) == ("asked-back", "Wann haben Sie Zeit?")
    assert "reply" in status["may"]
    await post(bus, f"{link}/reply", {"message": "Immer mittwochs."})
    assert (await stands(bus, link))["state"] == "routed"
    notes = (await bus.http.get(answers)).json()["notes"]
    assert [note["text"] for note in notes] == ["Wann haben Sie Zeit?", "Immer mittwochs."]


async def test_a_request_is_corrected_cancelled_and_opened_again(bus: Bus) -> None:
    alliance = await alliance_of(bus, "treff")
    link = await ask(bus, alliance)
    assert (await post(bus, f"{link}/correct", {"message": "Doch donnerstags."})).status_code == 200
    assert (await stands(bus, link))["message"] == "Doch donnerstags."
    await post(bus, f"{link}/cancel", {})
    assert (await stands(bus, link))["state"] == "cancelled"
    assert (await post(bus, f"{link}/correct", {"message": "Zu spät."})).status_code == 409
    await post(bus, f"{link}/reopen", {})
    assert (await stands(bus, link))["state"] == "routed"


async def test_where_nobody_fits_the_office_has_it_and_the_person_sees_who_else_there_is(bus: Bus) -> None:
    alliance = Alliance(bus)
    await alliance.tell("weitweg", area={"municipalities": ["14524070"]}, takes=["question"])
    await known_to_service(bus, *alliance.ids.values())
    # Others without any area or topic may be asked by tests that run beside, but none of them in Esperanto.
    link = await ask(bus, alliance, kind="question", languages=["eo"])
    status = await stands(bus, link)
    assert (status["state"], status["network"]) == ("escalated", None)
    assert status["events"].startswith("/v1/events?near=14524330")
    events = await bus.http.get(status["events"])
    assert events.status_code == 200


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"place": {"postal_code": "08393"}}, "place", "place-ambiguous"),
        ({"place": {"postal_code": "99999"}}, "place", "place-unknown"),
        ({"place": {}}, "place", "place-unknown"),
        ({"consent": None}, "consent", "missing"),
        ({"contact": {"name": "Ohne alles"}}, "contact", "not-reachable"),
        ({"kind": "moderator"}, "occasion", "missing"),
        ({"kind": "support"}, "kind", "literal-error"),
        ({"nonsense": 1}, "nonsense", "extra-forbidden"),
    ],
)
async def test_what_cannot_be_taken_is_named(bus: Bus, fields: dict[str, Any], field: str, code: str) -> None:
    answer = await post(bus, "/v1/referrals", body(Alliance(bus), **fields))
    problem = answer.json()
    assert (answer.status_code, problem["errors"][0]["field"], problem["errors"][0]["code"]) == (422, field, code)
    assert bool(problem.get("choices")) is (code == "place-ambiguous")


async def test_whoever_repeats_a_request_gets_the_same_link(bus: Bus) -> None:
    alliance = await alliance_of(bus, "einmal")
    sent, key = body(alliance), {"Idempotency-Key": uuid4().hex}
    first, second = [await post(bus, "/v1/referrals", sent, key) for _ in range(2)]
    assert first.json()["link"] == second.json()["link"]
    other = await post(bus, "/v1/referrals", sent | {"message": "Anders."}, key)
    assert other.status_code == 422


async def test_without_waiting_the_link_works_at_once(bus: Bus) -> None:
    alliance = await alliance_of(bus, "sofort")
    answer = await post(bus, "/v1/referrals", body(alliance), wait=0)
    assert answer.status_code == 202
    assert answer.json()["status"] == answer.json()["link"]
    first = await stands(bus, answer.json()["status"])
    assert first["state"] in ("received", "routed")

    async def routed() -> bool:
        return bool((await stands(bus, answer.json()["status"]))["state"] == "routed")

    await eventually(routed, what="the network")


async def test_a_program_that_fills_in_everything_is_taken_for_nothing(bus: Bus) -> None:
    alliance = Alliance(bus)
    answer = await post(bus, "/v1/referrals", body(alliance, website="https://spam.example"))
    assert answer.status_code == 202
    async with bus.database("gateway") as connection:
        kept = await connection.fetchval("select count(*) from request where id = $1::uuid", answer.json()["request"])
    assert kept == 0


async def test_one_address_may_ask_ten_times_an_hour_and_others_are_not_in_the_way(bus: Bus) -> None:
    sent, one = body(Alliance(bus), place={}), address()
    answers = [await bus.http.post("/v1/referrals", json=sent, headers={"X-Forwarded-For": one}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert answers[-1].json()["type"] == "/problems/too-many-requests"
    assert (await post(bus, "/v1/referrals", sent)).status_code == 422


async def test_one_person_has_three_requests_open_at_most(bus: Bus) -> None:
    alliance = await alliance_of(bus, "vieles", capacity=9)
    contact = {"email": f"{uuid4().hex[:8]}@example.org"}
    for _ in range(3):
        await ask(bus, alliance, contact=contact)
    refused = await post(bus, "/v1/referrals", body(alliance, contact=contact))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-many-open")


@pytest.mark.parametrize("token", ["x", "AAAA", "a" * 60, "ü", "%00"])
async def test_a_link_that_was_not_made_here_opens_nothing(bus: Bus, token: str) -> None:
    for path in (f"/v1/referrals/{token}", f"/v1/answers/{token}"):
        assert (await bus.http.get(path)).status_code == 404
        assert (await bus.http.post(f"{path}", json={"answer": "accept"})).status_code in (404, 405)


async def test_a_link_opens_what_it_was_made_for_and_nothing_else(bus: Bus) -> None:
    alliance = await alliance_of(bus, "getrennt")
    link = await ask(bus, alliance)
    answers = await answer_link(bus, link)
    assert (await bus.http.get(f"/v1/answers/{link.rpartition('/')[2]}")).status_code == 404
    assert (await bus.http.get(f"/v1/referrals/{answers.rpartition('/')[2]}")).status_code == 404
    assert (await bus.http.delete(f"/v1/referrals/{answers.rpartition('/')[2]}")).status_code == 404


async def test_associations_see_and_answer_their_own_requests_alone(bus: Bus) -> None:
    alliance = await alliance_of(bus, "eigene")
    link = await ask(bus, alliance)
    id_ = (await stands(bus, link))["id"]
    stranger = await bus.partner("fremde")
    network = alliance.ids["eigene"]
    refused = await bus.http.get(f"/v1/members/{network}/referrals", headers=stranger.headers)
    assert refused.status_code == 403
    path = f"/v1/members/{stranger.id}/referrals"
    assert (await bus.http.get(path, headers=stranger.headers)).json()["items"] == []
    answer = await post(bus, f"{path}/{id_}/answer", {"answer": "accept"}, stranger.headers)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/superseded")
    office = {"Authorization": f"Bearer {await bus.office_key()}"}
    [own] = (await bus.http.get(f"/v1/members/{network}/referrals", headers=office)).json()["items"]
    assert (own["id"], own["standing"], own["message"]) == (id_, "open", "Ich habe mittwochs Zeit.")
    done = await post(bus, f"/v1/members/{network}/referrals/{id_}/answer", {"answer": "accept"}, office)
    assert done.status_code == 200
    for path in ("/v1/office/referrals", f"/v1/office/referrals/{id_}"):
        assert (await bus.http.get(path, headers=stranger.headers)).status_code == 403
        assert (await bus.http.get(path)).status_code == 401


async def test_the_office_sees_all_asks_for_callers_and_decides(bus: Bus) -> None:
    alliance = await alliance_of(bus, "erste", "zweite")
    office = {"Authorization": f"Bearer {await bus.office_key()}"}
    by_phone = body(alliance, on_behalf=True, contact={"name": "Frau Anruf", "phone": "0375 123456"})
    assert (await post(bus, "/v1/referrals", by_phone)).status_code == 401
    taken = await post(bus, "/v1/referrals", by_phone, office)
    assert taken.status_code == 201, taken.text
    id_ = (await stands(bus, taken.json()["link"]))["id"]
    seen = await of_office(bus, f"/v1/office/referrals/{id_}")
    assert (seen["on_behalf"], seen["contact"]["name"]) == (True, "Frau Anruf")
    first = seen["network"]["id"]
    other = next(name for name in alliance.ids.values() if name != first)
    assert other in [one["id"] for one in seen["candidates"]]
    assert first not in [one["id"] for one in seen["candidates"]]
    path = f"/v1/office/referrals/{id_}"
    stale = await post(bus, f"{path}/assign", {"network": other, "version": 99}, office)
    assert stale.status_code == 409
    await post(bus, f"{path}/assign", {"network": other}, office)
    assert (await of_office(bus, path))["network"]["id"] == other
    await post(bus, f"{path}/hold", {}, office)
    assert (await of_office(bus, path))["state"] == "held"
    await post(bus, f"{path}/resume", {}, office)
    await post(bus, f"{path}/close", {"because": "answered", "note": "Wir haben telefoniert."}, office)
    ended = await stands(bus, taken.json()["link"])
    assert (ended["state"], ended["note"]) == ("closed", "Wir haben telefoniert.")
    board = await of_office(bus, "/v1/office/referrals", network=other)
    assert [one["id"] for one in board["items"]] == [id_]
    assert board["counts"]["closed"] >= 1


async def test_a_member_asks_the_others_for_support(bus: Bus) -> None:
    alliance = await alliance_of(bus, "fragende", "helfende", takes=["support", "offer-help"])
    asking, helping = alliance.ids["fragende"], alliance.ids["helfende"]
    office = {"Authorization": f"Bearer {await bus.office_key()}"}
    sent = body(alliance, kind="support", message="Wir suchen einen Raum.")
    path = f"/v1/members/{asking}/referrals"
    assert (await post(bus, path, sent)).status_code == 401
    assert (await post(bus, path, sent | {"kind": "question"}, office)).status_code == 422
    taken = await post(bus, path, sent, office)
    assert taken.status_code == 201, taken.text
    assert (await stands(bus, taken.json()["link"]))["network"]["id"] == helping
