"""Asking for help on pages, as people do it: without an account, without JavaScript, each step a form."""

import csv
import re
from collections.abc import AsyncIterator
from io import StringIO
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.local.bootstrap import gateway_settings
from services.gateway.common.access.cli import create_key
from tests.acceptance.test_referrals import alliance_of
from tests.support.asking import address, answer_link, ask, of_office, stands
from tests.support.bus import Bus
from tests.support.networks import Alliance
from tests.unit.web.parsed import Element, Page


@pytest.fixture
async def browser(bus: Bus) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with a browser of their own, from an address of their own."""
    headers = {"X-Forwarded-For": address(), "Origin": bus.web_url}
    async with httpx.AsyncClient(base_url=bus.web_url, timeout=40, headers=headers, follow_redirects=True) as client:
        yield client


def forms(html: str) -> list[tuple[Element, dict[str, Any]]]:
    """The forms of a page, each with what it sends as it stands."""
    found: list[tuple[Element, dict[str, Any]]] = []
    select = ""
    for one in Page(html).elements:
        if one.name == "form":
            found.append((one, {}))
        elif "form" in one.path:
            name, value = str(one.attributes.get("name", "")), str(one.attributes.get("value", ""))
            sent = found[-1][1]
            if one.name == "textarea":
                sent[name] = one.text
            elif one.name == "select":
                select = name
            elif one.name == "option":
                sent.setdefault(select, value)
            elif one.name == "input" and one.attributes.get("type") == "checkbox":
                sent.setdefault(name, []).extend([value] if "checked" in one.attributes else [])
            elif one.name == "input" and one.attributes.get("type") == "radio":
                sent |= {name: value} if "checked" in one.attributes else {}
            elif one.name == "input" and one.attributes.get("type") == "hidden" and name in ("topic", "topics"):
                sent.setdefault(name, []).append(value)
            elif one.name == "input":
                sent[name] = value
    return found


async def send(
    browser: httpx.AsyncClient, page: httpx.Response, wanted: dict[str, Any], **typed: Any
) -> httpx.Response:
    """Send the form of a page in which these fields stand so."""
    for form, found in forms(page.text):
        if form.attributes.get("method") == "post" and all(found.get(name) == value for name, value in wanted.items()):
            return await browser.post(str(form.attributes["action"]), data={**found, **typed})
    raise AssertionError(f"no form with {wanted}")


async def chosen(browser: httpx.AsyncClient, alliance: Alliance, place: str = "Zwickau") -> httpx.Response:
    """From the page of networks to the form, by its link."""
    params = {"kind": "offer-help", "place": place, "topic": alliance.topic}
    networks = await browser.get("/help", params=params)
    links = [str(one.attributes["href"]) for one in Page(networks.text).all("a")]
    [link] = [one for one in links if one.startswith("/help/ask") and alliance.topic in one]
    return await browser.get(link)


async def go(browser: httpx.AsyncClient, page: httpx.Response, **typed: Any) -> httpx.Response:
    """On to the next step by the form of a page that asks by its address."""
    [(form, found)] = [one for one in forms(page.text) if one[0].attributes["method"] == "get"]
    return await browser.get(str(form.attributes["action"]), params={**found, **typed})


async def test_somebody_asks_in_three_steps_and_sees_how_it_stands(bus: Bus, browser: httpx.AsyncClient) -> None:
    alliance = await alliance_of(bus, "helferinnen")
    form = await chosen(browser, alliance)
    assert "Helferinnen" in form.text
    typed = {"message": "Ich helfe gern.", "name": "Renate", "email": f"{uuid4().hex[:8]}@example.org"}
    status = await send(browser, form, {"kind": "offer-help"}, **typed, consent="2026-11")
    assert status.status_code == 200
    assert re.fullmatch(r"/referrals/[\w-]+", status.url.path)
    main = Page(status.text).one("main").text
    assert "Jemand ist gefragt" in main
    assert "Helferinnen wurde gefragt und antwortet bis" in " ".join(main.split())
    assert "Zwickau gehört zu ihrem Gebiet" in main
    assert "Ich helfe gern." in main
    assert status.headers["cache-control"] == "no-store"
    assert "noindex" in status.headers["x-robots-tag"]
    ended = await send(browser, status, {"action": "cancel"})
    assert "Von der Person beendet" in ended.text


async def test_whoever_begins_with_nothing_is_led_step_by_step_and_back(bus: Bus, browser: httpx.AsyncClient) -> None:
    alliance = await alliance_of(bus, "schrittweise")
    first = await browser.get("/help/ask")
    assert "Schritt 1 von 3" in first.text
    unclear = await go(browser, first, kind="seek-help", place="08393")
    assert "Welchen Ort meinen Sie?" in unclear.text
    links = [str(link.attributes["href"]) for link in Page(unclear.text).all("a")]
    assert [link for link in links if "08393" in link and "kind=seek-help" in link and "step=2" in link]
    second = await go(browser, unclear, place="Zwickau")
    assert "Schritt 2 von 3" in second.text
    shown = await go(browser, second, topic=alliance.topic, step="2")
    assert "Schrittweise" in shown.text
    last = await go(browser, shown, step="3")
    assert ("Schritt 3 von 3" in last.text, alliance.topic in last.text) == (True, True)
    asked = await send(browser, last, {"kind": "seek-help"}, message="Wer hilft mir?")
    assert "Schrittweise wurde gefragt" in " ".join(Page(asked.text).one("main").text.split())


async def test_a_moderator_is_looked_for_by_the_office_where_nobody_who_was_trained_fits(
    bus: Bus, browser: httpx.AsyncClient
) -> None:
    topic = f"thema-{uuid4().hex[:8]}"
    second = await go(browser, await browser.get("/help/ask?kind=moderator"), place="Zwickau")
    shown = await go(browser, second, topic=topic, on="2027-03-01", step="2")
    last = await go(browser, shown, step="3")
    assert Page(last.text).all("input", id="occasion_on")[0].attributes["value"] == "2027-03-01"
    missing = await send(browser, last, {"kind": "moderator"}, occasion_what="", languages="eo")
    assert (missing.status_code, "occasion_what-error" in missing.text) == (422, True)
    asked = await send(browser, missing, {"kind": "moderator"}, occasion_what="Bürgerversammlung")
    main = Page(asked.text).one("main").text
    assert "Beim Koordinierungsbüro" in main
    assert "1. März 2027: Bürgerversammlung" in main


async def test_what_is_missing_stands_beside_its_field_and_nothing_typed_is_lost(
    bus: Bus, browser: httpx.AsyncClient
) -> None:
    alliance = await alliance_of(bus, "geduldige")
    form = await chosen(browser, alliance)
    again = await send(browser, form, {"kind": "offer-help"}, message="Bleibt stehen.", email="renate@example.org")
    assert again.status_code == 422
    assert "Bleibt stehen." in again.text
    assert Page(again.text).all("p", id="consent-error")
    done = await send(browser, again, {"kind": "offer-help"}, consent="2026-11")
    assert done.status_code == 200, "what was typed came along"
    assert "Bleibt stehen." in done.text


async def test_a_place_that_may_be_several_is_asked_back(bus: Bus, browser: httpx.AsyncClient) -> None:
    page = await browser.get("/help/ask", params={"kind": "offer-help", "place": "08393"})
    links = [str(link.attributes["href"]) for link in Page(page.text).all("a")]
    assert [link for link in links if link.startswith("/help/ask?") and "08393" in link]


async def test_the_same_form_sent_twice_asks_once(bus: Bus, browser: httpx.AsyncClient) -> None:
    alliance = await alliance_of(bus, "einmalig")
    form = await chosen(browser, alliance)
    typed = {"message": "Einmal.", "email": f"{uuid4().hex[:8]}@example.org", "consent": "2026-11"}
    first, second = [await send(browser, form, {"kind": "offer-help"}, **typed) for _ in range(2)]
    assert first.url.path == second.url.path


async def test_a_network_answers_on_its_page_and_looking_answers_nothing(bus: Bus, browser: httpx.AsyncClient) -> None:
    alliance = await alliance_of(bus, "antwortende")
    link = await ask(bus, alliance)
    address_ = (await answer_link(bus, link)).removeprefix("/v1")
    page = await browser.get(address_)
    assert "Ich habe mittwochs Zeit." in page.text
    assert (await stands(bus, link))["state"] == "routed"
    await send(browser, page, {"answer": "ask-back"}, note="Wann genau?")
    status = await browser.get(link.removeprefix("/v1"))
    assert "Wann genau?" in status.text
    await send(browser, status, {"action": "reply"}, message="Um vier.")
    accepted = await send(browser, await browser.get(address_), {"answer": "accept"})
    assert "Um vier." in accepted.text
    await send(browser, accepted, {"answer": "done"})
    assert "Diese Anfrage ist abgeschlossen" in (await browser.get(address_)).text
    went = await send(browser, await browser.get(link.removeprefix("/v1")), {"action": "feedback"}, went="partly")
    assert "Danke, das ist angekommen." in went.text


async def test_a_request_is_corrected_and_goes_to_whom_it_then_fits(bus: Bus, browser: httpx.AsyncClient) -> None:
    alliance = await alliance_of(bus, "erste")
    link = (await ask(bus, alliance)).removeprefix("/v1")
    page = await browser.get(link)
    unknown = await send(browser, page, {"action": "correct"}, place="Nirgendwo", message="Neuer Text")
    assert (unknown.status_code, "correct-place-error" in unknown.text) == (422, True)
    assert "Neuer Text" in unknown.text
    corrected = await send(browser, unknown, {"action": "correct"}, place="Werdau")
    main = Page(corrected.text).one("main").text
    assert corrected.status_code == 200
    assert "Danke, das ist angekommen." in main
    assert "Neuer Text" in main
    assert "Werdau" in main


async def test_what_a_network_says_too_late_changes_nothing_and_it_is_told_kindly(
    bus: Bus, browser: httpx.AsyncClient
) -> None:
    alliance = await alliance_of(bus, "flinke", "langsame")
    link = await ask(bus, alliance)
    page = await browser.get((await answer_link(bus, link)).removeprefix("/v1"))
    declined = await send(browser, page, {"answer": "decline"}, reason="no-capacity", note="Leider voll")
    assert "ist inzwischen bei jemand anderem" in declined.text
    assert "Ich habe mittwochs Zeit." not in declined.text
    late = await send(browser, page, {"answer": "accept"})
    assert late.status_code == 409
    assert "ist inzwischen bei jemand anderem" in late.text
    assert (await stands(bus, link))["state"] == "routed"


async def test_an_association_sees_its_requests_with_its_key_and_asks_for_support(
    bus: Bus, browser: httpx.AsyncClient
) -> None:
    alliance = await alliance_of(bus, "vereinte")
    [id_] = alliance.ids.values()
    await ask(bus, alliance)
    assert (await browser.get("/own/referrals")).url.path == "/own/sign-in"
    _, key = await create_key(gateway_settings(bus.platform), id_)
    own = await browser.post("/own/sign-in", data={"key": key})
    assert own.url.path == "/own"
    [link] = [one for one in Page(own.text).all("a") if str(one.attributes["href"]).startswith("/answers/")]
    assert "Ich habe mittwochs Zeit." in (await browser.get(str(link.attributes["href"]))).text
    assert (await browser.get("/office/referrals")).status_code == 403
    lacking = await send(browser, own, {"place": ""}, place="Nirgendwo", message="Wer leiht uns einen Raum?")
    assert (lacking.status_code, "place-error" in lacking.text) == (422, True)
    asked = await send(browser, lacking, {"place": "Nirgendwo"}, place="Zwickau")
    assert asked.url.path.startswith("/referrals/")
    assert "Wer leiht uns einen Raum?" in asked.text
    own = await browser.get("/own/referrals", params={"state": "all"})
    out = await send(browser, own, {"form_key": forms(own.text)[0][1]["form_key"]})
    assert out.url.path == "/own/sign-in"


async def test_everything_is_deleted_after_a_question(bus: Bus, browser: httpx.AsyncClient) -> None:
    alliance = await alliance_of(bus, "vergessliche")
    link = (await ask(bus, alliance, message="Vergiss das bitte.")).removeprefix("/v1")
    question = await browser.get(f"{link}/erase")
    assert "Vergiss das bitte." in (await browser.get(link)).text
    gone = await send(browser, question, {"action": "erase"})
    assert "Was Sie geschrieben haben, ist gelöscht." in gone.text
    assert "Vergiss das bitte." not in gone.text


@pytest.mark.parametrize("path", ["/referrals/x", "/answers/x", "/referrals/x/erase"])
async def test_a_link_that_opens_nothing_is_no_page(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code == 404


async def test_a_form_from_elsewhere_is_refused(bus: Bus, browser: httpx.AsyncClient) -> None:
    alliance = await alliance_of(bus, "hiesige")
    link = (await ask(bus, alliance)).removeprefix("/v1")
    foreign = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    refused = await browser.post(link, data={"action": "cancel", "form_key": "x"}, headers=foreign)
    assert refused.status_code == 403
    assert (await stands(bus, f"/v1{link}"))["state"] == "routed"


async def test_the_office_sees_the_board_asks_for_a_caller_and_assigns(bus: Bus, browser: httpx.AsyncClient) -> None:
    alliance = await alliance_of(bus, "bueroeins", "buerozwei")
    await browser.post("/office/sign-in", data={"key": await bus.office_key()})
    new = await browser.get("/office/referrals/new")
    caller = {"name": "Frau Anruf", "phone": "0375 123456", "message": "Wer hilft?"}
    asked = {"kind": "question", "place": "08056", "topics": [alliance.topic], "consent": "yes"}
    board = await send(browser, new, {"place": ""}, **caller, **asked)
    assert "Die Anfrage ist eingetragen und weitergegeben." in board.text
    found = {name: await of_office(bus, "/v1/office/referrals", network=name) for name in alliance.ids.values()}
    [(first, id_)] = [(name, one["id"]) for name, answer in found.items() for one in answer["items"]]
    [other] = [name for name in alliance.ids.values() if name != first]
    listed = await browser.get("/office/referrals", params={"network": first, "state": "routed"})
    assert f"/office/referrals/{id_}" in listed.text
    table = (await browser.get("/office/referrals.csv", params={"network": first})).text
    assert [(row["id"], row["state"]) for row in csv.DictReader(StringIO(table), delimiter=";")] == [(id_, "routed")]
    assert "Anruf" not in table
    assert f"/office/referrals/{id_}" not in (await browser.get("/office/referrals?overdue=yes")).text
    page = await browser.get(f"/office/referrals/{id_}")
    assert "Frau Anruf" in page.text
    assert "Vom Büro gefragt, für jemanden, der angerufen hat" in page.text
    lacking = await send(browser, page, {"answer": "accept"}, action="answer", answer="ask-back", note="")
    assert (lacking.status_code, "answer-note-error" in lacking.text) == (422, True)
    assigned = await send(browser, page, {"version": "1"}, action="assign", network=other)
    assert "Das Netzwerk ist jetzt gefragt." in assigned.text
    held = await send(browser, assigned, {"version": "2"}, action="hold")
    assert "Die Anfrage ruht." in held.text
    closed = await send(browser, held, {"version": "3"}, action="close", because="answered")
    assert "Die Anfrage ist abgeschlossen." in closed.text
    assert "Abgeschlossen (" in (await browser.get("/office/referrals")).text
