"""A worry is taken seriously: read, flagged where it cannot wait, answered with what is coming up, and forgotten."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.clock import utc_now
from tests.acceptance.test_referral_pages import browser, send
from tests.support.asking import address, ask, post
from tests.support.bus import Bus, eventually, submission
from tests.support.membership import tables_with
from tests.support.networks import Alliance
from tests.unit.web.parsed import Page

__all__ = ["browser"]

THREAT = "Sie haben meinem Sohn gedroht, ihn zusammenzuschlagen, wenn er wieder zum Jugendtreff geht."
PLACE = {"postal_code": "08056", "municipality": "Zwickau"}


async def worry(bus: Bus, **fields: Any) -> dict[str, Any]:
    """Write a worry, which must be taken; how it stands, with its link."""
    sent = {"text": "Ich mache mir Sorgen um den Bus.", "place": PLACE, "topics": ["demokratie"]} | fields
    answer = await post(bus, "/v1/concerns", sent)
    assert answer.status_code == 201, answer.text
    link = answer.json()["link"]
    return {**(await bus.http.get(link)).json(), "link": link}


async def office(bus: Bus) -> dict[str, str]:
    """The office's key."""
    return {"Authorization": f"Bearer {await bus.office_key()}"}


async def test_a_worry_is_taken_and_answered_with_what_is_coming_up_nearby(bus: Bus) -> None:
    found = await worry(bus)
    assert (found["flags"], found["help"], found["erased"]) == ([], [], False)
    assert found["text"] == "Ich mache mir Sorgen um den Bus."
    assert found["events"].startswith("/v1/events?near=14524330")
    assert "topic=demokratie" in found["events"]
    assert (await bus.http.get(found["events"])).status_code == 200


async def test_events_that_are_easy_to_come_to_stand_first_and_others_can_be_left_out(
    bus: Bus, browser: httpx.AsyncClient
) -> None:
    partner, topic = await bus.partner("einladend"), f"thema-{uuid4().hex[:8]}"
    times = {"starts_at": f"{utc_now() + timedelta(days=3):%Y-%m-%d}T18:00:00", "time_zone": "Europe/Berlin"}
    later = {**times, "starts_at": f"{utc_now() + timedelta(days=20):%Y-%m-%d}T18:00:00", "low_threshold": True}
    near = {"place": PLACE, "topics": [topic]}
    for uid, said in (
        ("vortrag", {**times, **near}),
        ("cafe", {**later, **near}),
        ("weit", {**later, **near, "place": {"municipality": "Dresden", "latitude": 51.05, "longitude": 13.74}}),
        ("anderes", {**later, "place": PLACE, "topics": [f"{topic}-anders"]}),
    ):
        answer = await partner.put(submission(uid, **said, title=f"{uid.title()} {topic}"))
        assert answer.status_code == 201, answer.text
    found = await worry(bus, topics=[topic])

    async def both() -> bool:
        return len((await bus.http.get(found["link"])).json()["coming"]) == 2

    await eventually(both, what="both events")
    coming = (await bus.http.get(found["link"])).json()["coming"]
    assert [(one["title"].split()[0], one["low_threshold"]) for one in coming] == [("Cafe", True), ("Vortrag", False)]
    assert coming[0]["distance_km"] < 20
    # Nobody of the alliance speaks this language, so nobody fits: the same events are shown meanwhile.
    link = await ask(bus, Alliance(bus), kind="seek-help", topics=[topic], languages=["tlh"])
    assert [one["id"] for one in (await bus.http.get(link)).json()["coming"]] == [one["id"] for one in coming]
    easy = await bus.events(topic=topic, low_threshold="true")
    assert {one["title"].split()[0] for one in easy} == {"Cafe", "Weit"}
    assert {one["low_threshold"] for one in easy} == {True}
    assert len(await bus.events(topic=topic)) == 3

    page = await browser.get(f"/events/{coming[0]['id']}")
    assert "kostenlos, ohne Anmeldung, ohne Vorkenntnisse" in page.text
    for path in (found["link"], link):
        main = Page((await browser.get(path.removeprefix("/v1"))).text).one("main").text
        assert main.index(f"Cafe {topic}") < main.index(f"Vortrag {topic}")
        assert f"Weit {topic}" not in main


async def test_a_threat_is_with_the_office_at_once_and_the_person_sees_whom_to_call(bus: Bus) -> None:
    found = await worry(bus, text=THREAT)
    assert "threat" in found["flags"]
    assert "110" in [line["phone"] for line in found["help"]]
    key = await office(bus)
    before = (await bus.http.get("/v1/office/waiting", headers=key)).json()["concerns"]
    assert before >= 1
    waiting = (await bus.http.get("/v1/office/concerns", params={"waiting": "true"}, headers=key)).json()["items"]
    assert found["id"] in [one["id"] for one in waiting]
    settled = await post(bus, f"/v1/office/concerns/{found['id']}/settle", {"version": 1}, key)
    assert settled.status_code == 200, settled.text
    waiting = (await bus.http.get("/v1/office/concerns", params={"waiting": "true"}, headers=key)).json()["items"]
    assert found["id"] not in [one["id"] for one in waiting]
    everything = (await bus.http.get("/v1/office/concerns", headers=key)).json()["items"]
    assert found["id"] in [one["id"] for one in everything]


async def test_the_office_alone_reads_worries(bus: Bus) -> None:
    found = await worry(bus)
    stranger = await bus.partner("neugierig")
    for path in ("/v1/office/concerns", f"/v1/office/concerns/{found['id']}"):
        assert (await bus.http.get(path)).status_code == 401
        assert (await bus.http.get(path, headers=stranger.headers)).status_code == 403
    assert (await bus.http.get(f"/v1/concerns/{'x' * 40}")).status_code == 404
    as_status = found["link"].replace("/concerns/", "/referrals/")
    assert (await bus.http.get(as_status)).status_code == 404


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"place": {"postal_code": "08393"}}, "place", "place-ambiguous"),
        ({"place": {}}, "place", "place-unknown"),
        ({"text": ""}, "text", "string-too-short"),
        ({"contact": {"email": "x@example.org"}}, "contact", "extra-forbidden"),
    ],
)
async def test_what_cannot_be_taken_is_named(bus: Bus, fields: dict[str, Any], field: str, code: str) -> None:
    answer = await post(bus, "/v1/concerns", {"text": "Sorge", "place": PLACE} | fields)
    problem = answer.json()
    assert (answer.status_code, problem["errors"][0]["field"], problem["errors"][0]["code"]) == (422, field, code)


async def test_programs_and_those_who_come_too_often_are_kept_out(bus: Bus) -> None:
    sent, one = {"text": "Sorge", "place": PLACE, "website": "https://spam.example"}, address()
    answers = [await bus.http.post("/v1/concerns", json=sent, headers={"X-Forwarded-For": one}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [202] * 10 + [429]


async def test_what_was_written_is_forgotten_by_link_and_found_nowhere(bus: Bus) -> None:
    canary = f"Kanarienvogel {uuid4().hex}"
    found = await worry(bus, text=f"{canary} macht mir Sorgen.")
    word = canary.split()[1]
    assert (await bus.http.delete(found["link"], headers={"Prefer": "wait=25"})).status_code == 204
    gone = (await bus.http.get(found["link"])).json()
    assert (gone["erased"], gone["text"]) == (True, None)

    async def nowhere() -> bool:
        found = set()
        for service in ("referrals", "gateway"):
            async with bus.database(service) as connection:
                found |= await tables_with(connection, word)
        return not found

    await eventually(nowhere, what="no word of it in any database")
    for topic in ("referrals.facts", "referrals.outcomes"):
        assert not [one for one in await bus.records(topic) if word.encode() in (one.value or b"")]
    newest = {record.key: record.value for record in await bus.records("referrals.private")}
    assert not newest[found["id"].encode()]


async def test_somebody_writes_confirms_the_topics_and_sees_what_is_coming_up(
    bus: Bus, browser: httpx.AsyncClient
) -> None:
    page = await browser.get("/worries")
    text = "An der Haltestelle kleben Sticker gegen Flüchtlinge. Das macht mir Angst."
    read = await send(browser, page, {"place": ""}, text=text, place="Zwickau", action="read")
    assert "Geht es darum?" in read.text
    assert "Flüchtlinge" in Page(read.text).one("fieldset").text, "the word that led there"
    done = await send(browser, read, {"place": "Zwickau"}, action="send")
    assert done.status_code == 200
    assert "Danke, dass Sie es sagen" in done.text
    assert text in done.text
    assert done.headers["cache-control"] == "no-store"
    deleted = await browser.post(done.url.path, data={"form_key": "x"})
    assert "Was Sie geschrieben haben, ist gelöscht." in deleted.text


async def test_the_office_reads_worries_on_its_page(bus: Bus, browser: httpx.AsyncClient) -> None:
    found = await worry(bus, text=THREAT)
    await browser.post("/office/sign-in", data={"key": await bus.office_key()})
    board = await browser.get("/office/concerns?waiting=yes")
    assert "gedroht" in board.text
    assert "Bedrohung oder Gewalt" in board.text
    for form in Page(board.text).all("form", action=f"/office/concerns/{found['id']}"):
        assert form.attributes["method"] == "post"
    csrf = str(Page(board.text).all("input", name="csrf")[0].attributes["value"])
    data = {"csrf": csrf, "form_key": uuid4().hex, "version": "1", "action": "settle"}
    settled = await browser.post(f"/office/concerns/{found['id']}", data=data)
    assert "Es ist vermerkt, dass sich das Büro gekümmert hat." in settled.text
