"""The pages are a client: whatever becomes of them or the gateway, nobody is signed out and nothing is done twice."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest

from tests.acceptance.test_office_pages import EVENT, SAME, browser, csrf, hidden, send, signed_in, waiting
from tests.support.bus import Bus, eventually, submission
from tests.unit.web.parsed import Page

SOON_S = 3.0


@asynccontextmanager
async def frozen(bus: Bus, part: str) -> AsyncIterator[None]:
    """A process that is there and answers nothing."""
    (pid,) = bus.platform.pids(part)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def away(bus: Bus, part: str) -> AsyncIterator[None]:
    """A process that was killed; it is started again afterwards."""
    await asyncio.to_thread(bus.platform.kill, part)
    try:
        yield
    finally:
        await asyncio.to_thread(bus.platform.restart, part)


def says_that_it_is_away(answer: httpx.Response, began: float) -> None:
    assert time.monotonic() - began < SOON_S
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    page = Page(answer.text)
    assert page.one("html").attributes["lang"] == "de"
    assert page.one("h1").text == "Zurzeit nicht erreichbar, bitte versuchen Sie es noch einmal"
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("condition", [away, frozen])
async def test_while_the_gateway_does_not_answer_there_is_soon_a_page_that_says_so(bus: Bus, condition: object) -> None:
    assert callable(condition)
    async with browser(bus) as visitor, signed_in(bus) as office:
        form = (await office.get("/office/partners")).text
        fields = {"csrf": csrf(form), "form_key": hidden(form, "form_key"), "name": f"Chor {uuid4().hex[:6]}"}
        async with condition(bus, "gateway-1"):
            for client, path in ((visitor, "/"), (visitor, "/members"), (visitor, "/goals"), (office, "/office")):
                began = time.monotonic()
                answer = await client.get(path)
                says_that_it_is_away(answer, began)
                style = Page(answer.text).one("link", rel="stylesheet").attributes["href"]
                assert (await visitor.get(str(style))).headers["content-type"].startswith("text/css")
            began = time.monotonic()
            says_that_it_is_away(await office.post("/office/partners", data=fields), began)

        async def is_back() -> bool:
            return (await visitor.get("/")).status_code == 200

        await eventually(is_back, what="the list")
        done = await office.post("/office/partners", data=fields)  # the same form, as it was left
        assert done.headers["location"] == "/office/partners?done=partner"


async def test_who_is_signed_in_stays_so_when_pages_and_gateway_are_killed_and_start_again(bus: Bus) -> None:
    _, page = await waiting(bus)
    async with signed_in(bus) as client:
        shown = (await client.get(page)).text
        for part in ("web-1", "gateway-1"):
            async with away(bus, part):
                pass
        fields = {"csrf": csrf(shown), "form_key": hidden(shown, "form_key"), "version": "1", "action": "publish"}

        async def published() -> str:
            answer = await client.post(page, data=fields)
            return answer.headers["location"] if answer.status_code == 303 else ""

        assert await eventually(published, what="the decision") == f"{page}?done=published"


async def test_two_instances_in_turn_serve_one_visit(bus: Bus) -> None:
    await asyncio.to_thread(bus.platform.start_service, "web", 2)
    try:
        other = bus.platform.public_url("web", 2)
        async with signed_in(bus) as client, httpx.AsyncClient(base_url=other, headers=SAME) as second:
            second.cookies.set("office", client.cookies["office"])
            form = (await client.get("/office/enter")).text
            name = f"Dorfverein {uuid4().hex[:6]}"
            fields = EVENT | {"csrf": csrf(form), "form_key": hidden(form, "form_key"), "new_partner": name}
            done = await second.post("/office/enter", data=fields | {"token": hidden(form, "token")})
            assert done.status_code == 303, done.text
            assert "eingetragen und öffentlich" in (await client.get(done.headers["location"])).text
            assert (await send(second, "/office", "/office/sign-out", {})).status_code == 303
            assert (await client.get("/office")).status_code == 303
    finally:
        await asyncio.to_thread(bus.platform.stop_service, "web", 2)
        bus.platform.services.counts["web"] = 1


async def test_a_double_click_a_reload_and_the_back_button_act_once(bus: Bus) -> None:
    partner, _ = await waiting(bus)
    trust = f"/office/partners/{partner.id}/trust"
    async with signed_in(bus) as client:
        shown = (await client.get("/office/partners")).text
        fields = {"csrf": csrf(shown), "form_key": hidden(shown, "form_key"), "trusted": "yes"}
        clicks = await asyncio.gather(*(client.post(trust, data=fields) for _ in range(2)))
        assert [answer.headers["location"] for answer in clicks] == ["/office/partners?done=partner"] * 2
        await send(client, "/office/partners", trust, {"trusted": "no"})
        # From a page that was kept: what was asked for then was done, and is not done again.
        assert (await client.post(trust, data=fields)).headers["location"] == "/office/partners?done=partner"
        (found,) = [one for one in await partners(bus) if one["id"] == partner.id]
        assert found["trusted"] is False

        name = f"Verein {uuid4().hex[:6]}"
        shown = (await client.get("/office/enter")).text
        entered = (
            EVENT | {name_: hidden(shown, name_) for name_ in ("csrf", "form_key", "token")} | {"new_partner": name}
        )
        twice = await asyncio.gather(*(client.post("/office/enter", data=entered) for _ in range(2)))
        assert {answer.status_code for answer in twice} == {303}, [answer.text for answer in twice]
        assert len(await bus.events(organiser=name.lower().replace(" ", "-"))) == 1


async def partners(bus: Bus) -> list[dict[str, object]]:
    headers = {"Authorization": f"Bearer {await bus.office_key()}"}
    found: list[dict[str, object]] = (await bus.http.get("/v1/office/partners", headers=headers)).json()["items"]
    return found


async def test_the_event_is_withdrawn_that_was_meant_whatever_its_organisation_calls_it(bus: Bus) -> None:
    other, partner = await bus.partner(), await bus.partner()
    uid = f"../../{other.id}"
    await partner.send(submission(uid))
    (item,) = await eventually(lambda: bus.events(organiser=partner.id), what="the event")
    page = f"/office/events/{item['id']}"
    async with signed_in(bus) as client:
        done = await send(client, page, page, {"action": "withdraw"})
        assert done.headers["location"] == f"{page}?done=withdrawn"
    assert (await bus.http.get(f"/v1/events/{item['id']}")).status_code == 410
    (still,) = [one for one in await partners(bus) if one["id"] == other.id]
    assert still["active"] is True


async def test_signing_in_leads_back_to_where_one_was_and_never_to_another_site(bus: Bus) -> None:
    async with browser(bus) as client:
        led = await client.get("/office/all-members?status=active")
        assert led.headers["location"] == f"/office/sign-in?{urlencode({'next': '/office/all-members?status=active'})}"
        form = await client.get(led.headers["location"])
        back = hidden(form.text, "next")
        key = await bus.office_key()
        done = await client.post("/office/sign-in", data={"key": key, "next": back})
        assert done.headers["location"] == "/office/all-members?status=active"
        for elsewhere in (
            "https://evil.example/",
            "//evil.example",
            "/office/../../evil",
            "/members",
            "/office/sign-in",
        ):
            done = await client.post("/office/sign-in", data={"key": key, "next": elsewhere})
            assert done.headers["location"] == "/office", elsewhere


async def test_an_organisations_key_opens_no_pages_of_the_office_and_leaves_no_session(bus: Bus) -> None:
    partner = await bus.partner()
    async with browser(bus) as client, bus.database("gateway") as connection:
        before = await connection.fetchval("select count(*) from session where owner = $1", partner.id)
        refused = await client.post("/office/sign-in", data={"key": partner.key})
        assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
        assert await connection.fetchval("select count(*) from session where owner = $1", partner.id) == before


async def test_what_is_for_everyone_is_kept_by_its_entity_tag_and_changes_at_once(bus: Bus) -> None:
    partner = await bus.partner()
    async with browser(bus) as client:
        address = f"/?organiser={partner.id}"
        first = await client.get(address)
        again = await client.get(address, headers={"If-None-Match": first.headers["etag"]})
        assert (first.status_code, again.status_code) == (200, 304)
        await partner.put({"uid": "neu", "title": "Ganz neu", "starts_at": "2033-03-04T16:00:00+01:00"})
        assert "Ganz neu" in (await client.get(address, headers={"If-None-Match": first.headers["etag"]})).text


async def test_search_engines_find_what_is_public_and_nothing_of_the_office(bus: Bus) -> None:
    partner = await bus.partner()
    answer = await partner.put({"uid": "gefunden", "title": "Fest", "starts_at": "2033-03-05T16:00:00+01:00"})
    page = answer.json()["resource"].removeprefix("/v1")
    async with browser(bus) as client:
        robots = (await client.get("/robots.txt")).text
        assert "Disallow: /office" in robots
        assert f"Sitemap: {bus.web_url}/sitemap.xml" in robots
        sitemap = await client.get("/sitemap.xml")
        assert sitemap.headers["content-type"] == "application/xml"
        assert f"<loc>{bus.web_url}/members</loc>" in sitemap.text
        assert "/office" not in sitemap.text
        shown = Page((await client.get(page)).text)
        assert shown.one("link", rel="canonical").attributes["href"] == f"{bus.web_url}{page}"
        said = {
            one.attributes["property"]: one.attributes["content"]
            for one in shown.all("meta")
            if "property" in one.attributes
        }
        assert str(said["og:title"]).startswith("Fest")
        assert said["og:url"] == f"{bus.web_url}{page}"
        picture = await client.get(str(said["og:image"]))
        assert picture.headers["content-type"] == "image/png"
        assert "canonical" not in (await client.get("/?topic=integration")).text
        for path, kind in (("/favicon.ico", "image/x-icon"), ("/apple-touch-icon.png", "image/png")):
            assert (await client.get(path)).headers["content-type"] == kind
        assert (await client.get("/.well-known/security.txt")).status_code == 404  # nobody has said whom to tell


@pytest.mark.parametrize(("path", "title"), [("/imprint", "Impressum"), ("/privacy", "Datenschutz")])
async def test_a_text_that_the_law_asks_for_is_seen_to_be_missing(bus: Bus, path: str, title: str) -> None:
    async with browser(bus) as client:
        page = Page((await client.get(path)).text)
        assert page.one("h1").text == title
        assert "Das Gesetz verlangt ihn" in page.one("main").text


async def test_the_pages_say_how_they_do(bus: Bus) -> None:
    async with browser(bus) as client:
        await client.get("/members/niemand-hier")
        internal = bus.platform.internal_url("web")
        assert (await client.get(f"{internal}/readyz")).status_code == 200
        metrics = (await client.get(f"{internal}/metrics")).text
        assert 'route="/members/{member}",status="404"' in metrics
        assert "niemand-hier" not in metrics
