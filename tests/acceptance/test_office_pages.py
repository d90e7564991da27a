"""The office works in a browser: it signs in, decides, registers and enters, by plain forms in German."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest

from deploy.local.bootstrap import gateway_settings
from services.gateway.common.access.cli import sign_in_link
from tests.support.bus import Bus, Partner, submission
from tests.support.command import buendnisbus
from tests.unit.web.parsed import Page

SAME = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
EVENT = {
    "title": "Lesung im Dorfladen",
    "date": "2027-06-03",
    "starts": "19:00",
    "ends": "21:00",
    "place_name": "Dorfladen",
    "postal_code": "08056",
    "municipality": "Zwickau",
    "topics": "demokratie",
}


def back_to(path: str) -> str:
    """Where who is not signed in is led, to come back to ``path`` from there."""
    return f"/office/sign-in?{urlencode({'next': path})}"


@asynccontextmanager
async def browser(bus: Bus) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that has been nowhere yet."""
    async with httpx.AsyncClient(base_url=bus.web_url, timeout=40, headers=SAME) as client:
        yield client


@asynccontextmanager
async def signed_in(bus: Bus) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which the office is signed in."""
    async with browser(bus) as client:
        done = await client.post("/office/sign-in", data={"token": await token_of_link(bus)})
        assert (done.status_code, done.headers["location"]) == (303, "/office")
        yield client


async def token_of_link(bus: Bus) -> str:
    link = await sign_in_link(gateway_settings(bus.platform))
    return link.partition("?token=")[2]


async def send(client: httpx.AsyncClient, page: str, action: str, data: dict[str, str]) -> httpx.Response:
    """Send a form of ``page``, with what stands hidden in it."""
    shown = await client.get(page)
    assert shown.status_code == 200, shown.text
    return await client.post(action, data={"csrf": csrf(shown.text), "form_key": hidden(shown.text, "form_key")} | data)


def csrf(html: str) -> str:
    return hidden(html, "csrf")


def hidden(html: str, name: str) -> str:
    return next(str(field.attributes["value"]) for field in Page(html).all("input", name=name))


async def waiting(bus: Bus, uid: str = "fest") -> tuple[Partner, str]:
    """A partner with an event that waits, and the address of its page."""
    partner = await bus.partner(trusted=False)
    answer = await partner.put(submission(uid))
    return partner, answer.json()["resource"].replace("/v1/events/", "/office/events/")


async def test_a_link_signs_in_once_and_only_by_its_button(bus: Bus) -> None:
    done = await buendnisbus("office", "sign-in", env=bus.env)
    assert done.returncode == 0, done.stderr
    link = done.stdout.strip()
    assert re.fullmatch(rf"{re.escape(bus.web_url)}/office/sign-in\?token=[\w-]{{43}}", link)
    async with browser(bus) as client:
        for _ in range(2):  # looking at it, as a scanner of mails does, uses nothing up
            page = await client.get(link)
            assert page.status_code == 200
            assert "set-cookie" not in page.headers
            assert page.headers["cache-control"] == "no-store"
            assert page.headers["x-robots-tag"] == "noindex"
            assert "default-src 'none'" in page.headers["content-security-policy"]
        token = {"token": str(Page(page.text).one("input", name="token").attributes["value"])}
        first = await client.post("/office/sign-in", data=token)
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert "Max-Age=43200" in cookie
        assert "Wartende Veranstaltungen" in (await client.get("/office")).text
    async with browser(bus) as other:
        again = await other.post("/office/sign-in", data=token)
        assert (again.status_code, "set-cookie" in again.headers) == (403, False)
        assert "schon benutzt oder ist abgelaufen" in again.text
        assert (await other.get("/office")).headers["location"] == "/office/sign-in"


async def test_a_link_that_has_expired_signs_nobody_in(bus: Bus) -> None:
    token = await token_of_link(bus)
    async with bus.database("gateway") as connection:
        await connection.execute(
            "update office_sign_in set expires_at = expires_at - $1::interval", timedelta(minutes=15)
        )
    async with browser(bus) as client:
        assert (await client.post("/office/sign-in", data={"token": token})).status_code == 403


async def test_neither_link_nor_session_is_stored_as_what_opens_it(bus: Bus) -> None:
    token = await token_of_link(bus)
    async with signed_in(bus) as client, bus.database("gateway") as connection:
        secrets = (token, client.cookies["office"])
        rows = await connection.fetch("select hash from office_sign_in union all select hash from office_session")
        assert rows
        assert not {row["hash"] for row in rows} & {secret.encode() for secret in secrets}
        assert all(len(row["hash"]) == 32 for row in rows)


async def test_the_offices_key_signs_in_and_no_other(bus: Bus) -> None:
    partner = await bus.partner()
    async with browser(bus) as client:
        for key in (partner.key, "falsch", ""):
            refused = await client.post("/office/sign-in", data={"key": key})
            assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
        assert "kein Schlüssel des Büros" in refused.text
        assert (await client.post("/office/sign-in", data={"key": await bus.office_key()})).status_code == 303
        assert (await client.get("/office")).status_code == 200


async def test_a_cookie_opens_pages_and_not_the_interface_for_programs(bus: Bus) -> None:
    async with signed_in(bus) as client:
        cookie = {"Cookie": f"office={client.cookies['office']}"}
        assert (await bus.http.get("/v1/office/events", headers=cookie)).status_code == 401


@pytest.mark.parametrize(
    "path", ["", "/refused", "/enter", "/partners", "/events/5a3c0f1e-1111-5222-8333-444455556666"]
)
async def test_who_is_not_signed_in_sees_nothing(bus: Bus, path: str) -> None:
    async with browser(bus) as client:
        for method in ("GET", "POST"):
            answer = await client.request(method, f"/office{path}")
            if answer.status_code != 405:
                assert answer.status_code == 303
                assert answer.headers["location"] in ("/office/sign-in", back_to(f"/office{path}"))
        client.cookies.set("office", "erfunden")
        assert (await client.get(f"/office{path}")).status_code == 303


async def test_signing_out_ends_the_session_also_for_a_copy_of_its_cookie(bus: Bus) -> None:
    async with signed_in(bus) as client:
        cookie = client.cookies["office"]
        assert (await send(client, "/office", "/office/sign-out", {})).status_code == 303
        assert "office" not in client.cookies
        client.cookies.set("office", cookie)
        assert (await client.get("/office")).status_code == 303


async def test_the_operator_can_sign_everybody_out(bus: Bus) -> None:
    token = await token_of_link(bus)
    async with signed_in(bus) as client:
        assert (await buendnisbus("office", "sign-out", env=bus.env)).returncode == 2
        done = await buendnisbus("office", "sign-out", "--all", env=bus.env)
        assert done.returncode == 0, done.stderr
        assert (await client.get("/office")).status_code == 303
        assert (await client.post("/office/sign-in", data={"token": token})).status_code == 403


async def test_a_form_of_another_site_or_session_does_nothing(bus: Bus) -> None:
    partner, page = await waiting(bus)
    async with signed_in(bus) as client, signed_in(bus) as colleague:
        mine, foreign = csrf((await client.get(page)).text), csrf((await colleague.get(page)).text)
        publish = {"action": "publish"}
        refused = [
            await client.post(page, data=publish),
            await client.post(page, data=publish | {"csrf": foreign}),
            await client.post(page, data=publish | {"csrf": mine}, headers={"Sec-Fetch-Site": "cross-site"}),
            await client.post(page, data=publish | {"csrf": mine}, headers={"Sec-Fetch-Site": "same-site"}),
        ]
        del client.headers["Sec-Fetch-Site"]
        evil = {"Origin": "https://evil.example"}
        refused.append(await client.post(page, data=publish | {"csrf": mine}, headers=evil))
        refused.append(await client.post("/office/sign-in", data={"token": "x"}, headers=evil))
        assert [answer.status_code for answer in refused] == [403] * 6
        assert "Dieses Formular gilt nicht mehr" in refused[0].text
        assert await bus.events(organiser=partner.id) == []


async def test_the_office_publishes_with_one_click_and_refuses_with_a_reason(bus: Bus) -> None:
    partner, page = await waiting(bus, "fest")
    await partner.put(submission("basar"))
    async with signed_in(bus) as client:
        listed = (await client.get("/office")).text
        assert page in listed
        done = await send(client, page, page, {"action": "publish", "version": "1", "back": "waiting"})
        assert (done.status_code, done.headers["location"]) == (303, "/office?done=published")
        assert [item["uid"] for item in await bus.events(organiser=partner.id)] == ["fest"]
        assert "Die Veranstaltung ist öffentlich." in (await client.get("/office?done=published")).text

        [basar] = [row["resource"] for row in await partner.submissions() if row["uid"] == "basar"]
        basar = basar.replace("/v1/events/", "/office/events/")
        empty = await send(client, basar, basar, {"action": "refuse", "version": "1", "reason": ""})
        assert empty.status_code == 409
        assert "darf nicht leer sein" in empty.text
        refuse = {"action": "refuse", "version": "1", "reason": "Bitte den Ort angeben."}
        assert (await send(client, basar, basar, refuse)).status_code == 303
        assert "Bitte den Ort angeben." in (await client.get("/office/refused")).text
    assert {row["refused_because"] for row in await partner.submissions()} == {None, "Bitte den Ort angeben."}


async def test_what_has_changed_since_it_was_public_stands_beside_what_it_was(bus: Bus) -> None:
    partner, page = await waiting(bus)
    async with signed_in(bus) as client:
        await send(client, page, page, {"action": "publish", "version": "1"})
        await partner.put(submission("fest", title="Großes Fest"))

        rows = Page((await client.get(page)).text)
        assert [cell.text for cell in rows.all("td")] == ["Titel fest", "Großes Fest"]
        late = await send(client, page, page, {"action": "publish", "version": "1"})
        assert late.status_code == 409
        assert "inzwischen geändert" in late.text


async def test_the_form_enters_an_event_for_a_club_that_is_new_and_changes_and_withdraws_it(bus: Bus) -> None:
    name = f"Heimatverein {uuid4().hex[:6]}"
    async with signed_in(bus) as client:
        done = await send(client, "/office/enter", "/office/enter", EVENT | {"new_partner": name})
        assert done.status_code == 303, done.text
        page, _, what = done.headers["location"].partition("?done=")
        assert what == "entered"
        shown = await client.get(done.headers["location"])
        assert "eingetragen und öffentlich" in shown.text
        [item] = await bus.events(organiser=name.lower().replace(" ", "-"))
        assert (item["title"], item["starts_at"]) == ("Lesung im Dorfladen", "2027-06-03T19:00:00+02:00")
        assert (item["place"]["municipality"], item["topics"]) == ("Zwickau", ["demokratie"])
        assert re.fullmatch(r"office-lesung-im-dorfladen-2027-06-03-[0-9a-f]{8}", item["uid"])

        edit = f"/office/enter?event={item['id']}"
        form = Page((await client.get(edit)).text)
        assert form.one("input", name="starts").attributes["value"] == "19:00"
        changed = EVENT | {"event": item["id"], "title": "Lesung entfällt", "status": "cancelled"}
        assert (await send(client, edit, "/office/enter", changed)).headers["location"] == f"{page}?done=entered"
        detail = (await bus.http.get(f"/v1/events/{item['id']}")).json()
        assert (detail["title"], detail["status"], detail["version"]) == ("Lesung entfällt", "cancelled", 2)
        assert (await send(client, page, page, {"action": "withdraw"})).headers["location"] == f"{page}?done=withdrawn"
        assert (await bus.http.get(f"/v1/events/{item['id']}")).status_code == 410


async def test_the_form_says_beside_each_field_what_is_wrong_and_keeps_what_was_typed(bus: Bus) -> None:
    partner = await bus.partner(trusted=False)
    async with signed_in(bus) as client:
        wrong = EVENT | {"partner": partner.id, "title": "", "date": "31.02.2027", "starts": "abends", "cost": "<b>5 €"}
        answer = await send(client, "/office/enter", "/office/enter", wrong)
        assert answer.status_code == 422
        page = Page(answer.text)
        said = {field.attributes["id"]: field.text for field in page.all("p", class_="error")}
        assert said == {
            "title-error": "fehlt",
            "date-error": "muss ein Datum sein, zum Beispiel 03.12.2026",
            "starts-error": "muss eine Uhrzeit sein, zum Beispiel 16:00",
        }
        assert page.one("input", name="cost").attributes["value"] == "<b>5 €"
        assert page.one("input", name="date").attributes["aria-describedby"] == "date-error"
        assert page.one("option", value=partner.id).attributes.get("selected", "no") is None
        assert page.one("input", name="topics", value="demokratie").attributes.get("checked", "no") is None

        late = EVENT | {"partner": partner.id, "starts": "19:00", "ends": "18:00", "postal_code": "123"}
        page = Page((await send(client, "/office/enter", "/office/enter", late)).text)
        assert [field.attributes["id"] for field in page.all("p", class_="error")] == ["postal_code-error"]
        late["postal_code"] = "08056"
        page = Page((await send(client, "/office/enter", "/office/enter", late)).text)
        assert page.one("p", class_="error").attributes["id"] == "ends-error"
        nobody = Page((await send(client, "/office/enter", "/office/enter", EVENT)).text)
        assert nobody.one("p", class_="error").attributes["id"] == "partner-error"
    assert await bus.events(organiser=partner.id) == []


async def test_organisations_are_registered_and_trusted_on_their_page(bus: Bus) -> None:
    partner, _ = await waiting(bus)
    name = f"Chor {uuid4().hex[:6]}"
    async with signed_in(bus) as client:
        done = await send(client, "/office/partners", "/office/partners", {"name": name})
        assert done.headers["location"] == "/office/partners?done=partner"
        assert name in (await client.get("/office/partners")).text
        trust = f"/office/partners/{partner.id}/trust"
        assert (await send(client, "/office/partners", trust, {"trusted": "yes"})).status_code == 303
        assert [item["uid"] for item in await bus.events(organiser=partner.id)] == ["fest"]
        again = await send(client, "/office/partners", trust, {"trusted": "yes"})
        assert again.headers["location"] == "/office/partners?done=unchanged"
        assert "fehlt" not in (await client.get("/office/partners")).text
        empty = await send(client, "/office/partners", "/office/partners", {"name": " "})
        assert (empty.status_code, "darf nicht leer sein" in empty.text) == (422, True)
