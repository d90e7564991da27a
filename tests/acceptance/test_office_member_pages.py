"""The office works with members and meetings in a browser: by plain forms in German, through the service members."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.local.bootstrap import gateway_settings
from services.gateway.common.access.cli import create_key
from tests.acceptance.test_office_pages import back_to, browser, csrf, send, signed_in
from tests.support.bus import Bus, eventually
from tests.unit.web.parsed import Page

ID = "5a3c0f1e-1111-4222-8333-444455556666"
TODAY = datetime.now(UTC).date()
LONG_AGO = (TODAY - timedelta(days=900)).isoformat()


async def apply(client: httpx.AsyncClient, **fields: str) -> tuple[str, str]:
    """Enter an application; the name and the address of the member's page."""
    name = fields.pop("name", f"Nähstube {uuid4().hex[:8]}")
    data = {"name": name, "listed": "yes", "topics": "integration", "municipalities": "Zwickau\nWerdau"} | fields
    done = await send(client, "/office/new-member", "/office/new-member", data)
    assert done.status_code == 303, done.text
    page, _, what = done.headers["location"].partition("?done=")
    assert what == "applied"
    return name, page


async def member(client: httpx.AsyncClient, **fields: str) -> tuple[str, str]:
    """The same, admitted ``on`` a day."""
    on = fields.pop("on", TODAY.isoformat())
    name, page = await apply(client, **fields)
    admitted = await send(client, page, page, {"action": "admit", "on": on, "version": await version(client, page)})
    assert admitted.headers["location"] == f"{page}?done=admitted"
    return name, page


async def plan(client: httpx.AsyncClient, **fields: str) -> str:
    """Plan a meeting of today; the address of its page."""
    form = Page((await client.get("/office/meetings/plan")).text)
    data = {
        "meeting": str(form.one("input", name="meeting").attributes["value"]),
        "kind": "session",
        "title": f"Sitzung {uuid4().hex[:6]}",
        "date": TODAY.isoformat(),
        "starts": "00:05",
        "ends": "00:10",
        "place_name": "Rathaus",
        "agenda": "Begrüßung\nHaushalt | https://example.org/haushalt.pdf",
    } | fields
    done = await send(client, "/office/meetings/plan", "/office/meetings/plan", data)
    assert done.status_code == 303, done.text
    page, _, what = done.headers["location"].partition("?done=")
    assert what == "planned"
    return page


async def version(client: httpx.AsyncClient, page: str) -> str:
    """The version that the forms of a page name."""
    fields = Page((await client.get(page)).text).all("input", name="version")
    return str(fields[0].attributes["value"])


async def shows(client: httpx.AsyncClient, page: str, *texts: str) -> str:
    """Wait until a page says all of ``texts``."""

    async def look() -> str:
        text = (await client.get(page)).text
        return text if all(part in text for part in texts) else ""

    return await eventually(look, what=f"{texts} on {page}")


async def attend(client: httpx.AsyncClient, meeting: str, *members: str) -> httpx.Response:
    """Send what is chosen for ``members`` in the form for who took part.

    Of others no service may know: tests tell of them as facts.
    """
    page = Page((await client.get(f"{meeting}/attendance")).text)
    names = {f"presence-{id_}" for id_ in members}
    chosen = [one.attributes for one in page.all("input", type="radio") if "checked" in one.attributes]
    data = {str(one["name"]): str(one["value"]) for one in chosen if one["name"] in names}
    data["version"] = str(page.one("input", name="version").attributes["value"])
    return await send(client, f"{meeting}/attendance", f"{meeting}/attendance", data)


@pytest.mark.parametrize(
    "path",
    [
        *("/members", "/all-members", "/new-member", "/members/verein", "/members/verein/entry"),
        *("/meetings", "/meetings/plan", f"/meetings/{ID}", f"/meetings/{ID}/attendance", f"/meetings/{ID}/minutes"),
        *(f"/meetings/{ID}/minutes.md", f"/contributions/{ID}"),
    ],
)
async def test_who_is_not_signed_in_sees_nothing(bus: Bus, path: str) -> None:
    async with browser(bus) as client:
        for method in ("GET", "POST"):
            answer = await client.request(method, f"/office{path}")
            if answer.status_code != 405:
                assert answer.status_code == 303
                assert answer.headers["location"] in ("/office/sign-in", back_to(f"/office{path}"))


async def test_an_application_waits_is_admitted_by_a_meeting_and_appears_among_the_members(bus: Bus) -> None:
    async with signed_in(bus) as client:
        meeting = await plan(client)
        assert (await attend(client, meeting)).status_code == 303
        name, page = await apply(client)
        public = page.removeprefix("/office")
        assert (await client.get(public)).status_code == 404

        waiting = await client.get("/office/members")
        assert "default-src 'none'" in waiting.headers["content-security-policy"]
        assert waiting.headers["cache-control"] == "no-store"
        assert name in waiting.text
        id_ = page.rpartition("/")[2]
        fields = {
            "action": "admit",
            "back": "waiting",
            "version": "1",
            "on": TODAY.isoformat(),
            "meeting": meeting.rpartition("/")[2],
            "decision": "Einstimmig aufgenommen",
        }
        done = await send(client, "/office/members", page, fields)
        assert done.headers["location"] == "/office/members?done=admitted"
        assert name not in (await client.get("/office/members")).text
        shown = await shows(client, page, "Einstimmig aufgenommen")
        assert Page(shown).one("h1").text == name
        assert name in (await client.get(public)).text
        assert id_ in [one["id"] for one in (await bus.http.get("/v1/members", params={"q": name})).json()["items"]]
        listed = await client.get("/office/all-members", params={"q": name, "status": "active"})
        assert [link.text for link in Page(listed.text).all("a", class_="name")] == [name]


async def test_what_waits_is_counted_on_every_page_of_the_office(bus: Bus) -> None:
    async def count(client: httpx.AsyncClient) -> int:
        links = [link.text for link in Page((await client.get("/office")).text).all("a")]
        found = (re.fullmatch(r"Mitglieder: wartend \((\d+)\)", text) for text in links)
        return next(int(match[1]) for match in found if match)

    async with signed_in(bus) as client:
        before = await count(client)
        _, page = await apply(client)
        assert await count(client) == before + 1
        refused = {"action": "decline", "version": "1", "reason": "Kein Verein"}
        assert (await send(client, page, page, refused)).headers["location"] == f"{page}?done=declined"
        assert await count(client) == before
        assert "Kein Verein" in (await client.get(page)).text


async def test_taking_part_in_a_meeting_changes_the_activity_and_what_is_proposed(bus: Bus) -> None:
    async with signed_in(bus) as client:
        name, page = await member(client, on=LONG_AGO)
        id_ = page.rpartition("/")[2]
        await shows(client, page, "wartet auf das Büro", "Warum es passiv wäre:")
        assert name in (await client.get("/office/members")).text

        # The last of the day, whatever other tests hold: only the last three count.
        meeting = await plan(client, title="Mit Einladung", starts="23:50", ends="23:55")
        assert "noch niemand eingeladen" in (await client.get(meeting)).text
        invited = await send(client, meeting, meeting, {"action": "invite"})
        assert invited.headers["location"] == f"{meeting}?done=invited"
        assert name in (await client.get(meeting)).text
        _, key = await create_key(gateway_settings(bus.platform), id_)
        replied = await bus.http.post(
            f"/v1/members/{id_}/meetings/{meeting.rpartition('/')[2]}/reply",
            json={"reply": "yes"},
            headers={"Authorization": f"Bearer {key}", "Prefer": "wait=25"},
        )
        assert replied.status_code == 200, replied.text
        form = Page((await client.get(f"{meeting}/attendance")).text)
        chosen = [one.attributes for one in form.all("input", name=f"presence-{id_}") if "checked" in one.attributes]
        assert [one["value"] for one in chosen] == ["present"]

        done = await attend(client, meeting, id_)
        assert done.headers["location"] == f"{meeting}?done=attended"
        assert f"Anwesend (1){name}" in Page((await client.get(meeting)).text).one("main").text
        text = await shows(client, page, "Mit Einladung", "Teilnahme an")
        assert "wartet auf das Büro" not in text
        assert name not in (await client.get("/office/members")).text


async def test_what_the_activity_proposes_is_confirmed_or_not_by_the_office(bus: Bus) -> None:
    async with signed_in(bus) as client:
        name, page = await member(client, on=LONG_AGO)
        _, other = await member(client, on=LONG_AGO)
        for address in (page, other):
            await shows(client, address, "wartet auf das Büro")

        seen = await version(client, page)
        passive = {"action": "passive", "back": "waiting", "version": seen}
        done = await send(client, "/office/members", page, passive)
        assert done.headers["location"] == "/office/members?done=passive"
        assert name not in (await client.get("/office/members")).text
        assert "Zurzeit passiv" in (await client.get(page.removeprefix("/office"))).text

        without = await send(client, other, other, {"action": "active", "version": await version(client, other)})
        assert without.status_code == 409
        assert "Grund: fehlt: Nach dem, was bekannt ist, wäre der Stand" in without.text
        keep = {"action": "active", "version": await version(client, other), "reason": "Umbau bis Mai"}
        assert (await send(client, other, other, keep)).headers["location"] == f"{other}?done=active"
        text = (await client.get(other)).text
        assert "Umbau bis Mai" in text
        assert "wartet auf das Büro" not in text


async def test_a_reported_contribution_counts_once_the_office_confirms_it(bus: Bus) -> None:
    async with signed_in(bus) as client:
        _, page = await member(client)
        id_ = page.rpartition("/")[2]
        _, key = await create_key(gateway_settings(bus.platform), id_)
        titles = {action: f"Handreichung {uuid4().hex[:6]}" for action in ("confirm", "decline")}
        for action, title in titles.items():
            contribution = str(uuid4())
            answer = await bus.http.put(
                f"/v1/members/{id_}/contributions/{contribution}",
                json={"kind": "content", "title": title, "on": TODAY.isoformat()},
                headers={"Authorization": f"Bearer {key}", "Prefer": "wait=25"},
            )
            assert answer.status_code == 201, answer.text
            assert title in (await client.get("/office/members")).text
            fields = {"action": action, "back": "waiting", "version": "1", "reason": "Das war ein Flyer"}
            done = await send(client, "/office/members", f"/office/contributions/{contribution}", fields)
            assert done.headers["location"].startswith("/office/members?done=")
            assert title not in (await client.get("/office/members")).text
        text = (await client.get(page)).text
        assert "Das war ein Flyer" in text
        await shows(client, page, "etwas beigetragen")


async def test_a_form_of_another_site_or_session_does_nothing(bus: Bus) -> None:
    async with signed_in(bus) as client, signed_in(bus) as colleague:
        _, page = await apply(client)
        meeting = await plan(client)
        mine, foreign = csrf((await client.get(page)).text), csrf((await colleague.get(page)).text)
        for address, data in (
            (page, {"action": "admit"}),
            (f"{page}/entry", {"name": "Anders"}),
            (meeting, {"action": "invite"}),
            (f"{meeting}/attendance", {"presence-x": "present"}),
            (f"{meeting}/minutes", {"text": "x"}),
            ("/office/new-member", {"name": "Anders"}),
        ):
            refused = [
                await client.post(address, data=data),
                await client.post(address, data=data | {"csrf": foreign}),
                await client.post(address, data=data | {"csrf": mine}, headers={"Sec-Fetch-Site": "cross-site"}),
                await client.post(address, json=data | {"csrf": mine}),
            ]
            assert [answer.status_code for answer in refused] == [403, 403, 403, 415], address
        assert "Antrag gestellt" in (await client.get(page)).text
        assert "noch niemand eingeladen" in (await client.get(meeting)).text


async def test_who_decides_on_what_has_changed_meanwhile_is_shown_it_first(bus: Bus) -> None:
    async with signed_in(bus) as client:
        name, page = await apply(client)
        changed = {"name": name, "listed": "yes", "version": "1", "description": "Jetzt mit Garten"}
        done = await send(client, f"{page}/entry", f"{page}/entry", changed)
        assert done.headers["location"] == f"{page}?done=member"

        late = await send(client, page, page, {"action": "admit", "version": "1"})
        assert late.status_code == 409
        assert "Das hat sich inzwischen geändert" in late.text
        assert "Jetzt mit Garten" in late.text
        assert "Antrag gestellt" in late.text

        again = await send(client, f"{page}/entry", f"{page}/entry", changed | {"description": "Mein langer Text"})
        assert again.status_code == 409
        form = Page(again.text)
        assert form.one("textarea", name="description").text == "Mein langer Text"
        assert form.one("input", name="version").attributes["value"] == "2"
        assert "steht noch hier" in form.one("div", class_="notice alarm").text


async def test_what_is_wrong_with_an_entry_is_said_beside_its_field_and_nothing_is_lost(bus: Bus) -> None:
    async with signed_in(bus) as client:
        data = {"name": "Verein", "municipalities": "Nirgendwo", "capacity": "viele", "url": "keine", "kinds": "Rat"}
        answer = await send(client, "/office/new-member", "/office/new-member", data)
        assert answer.status_code == 422
        page = Page(answer.text)
        wrong = {str(one.attributes["id"]) for one in page.all("p", class_="error")}
        assert wrong == {"municipalities-error", "capacity-error"}
        assert page.one("input", name="kinds").attributes["value"] == "Rat"
        only = await send(client, "/office/new-member", "/office/new-member", {"name": "Verein", "url": "keine"})
        assert (only.status_code, Page(only.text).one("p", class_="error").attributes["id"]) == (422, "url-error")


async def test_a_partner_that_applies_keeps_its_id(bus: Bus) -> None:
    partner = await bus.partner("bekannt")
    async with signed_in(bus) as client:
        _, page = await apply(client, name=f"Bekannt {partner.id}")
        assert page == f"/office/members/{partner.id}"


async def test_an_entry_is_changed_thanked_and_left(bus: Bus) -> None:
    async with signed_in(bus) as client:
        name, page = await member(client)
        form = Page((await client.get(f"{page}/entry")).text)
        assert form.one("textarea", name="municipalities").text.split() == ["Zwickau", "Werdau"]
        thanks = {"action": "thank", "year": str(TODAY.year), "text": "Danke für jedes Café."}
        assert (await send(client, page, page, thanks)).headers["location"] == f"{page}?done=thanked"
        assert "Danke für jedes Café." in (await client.get(f"{page.removeprefix('/office')}/{TODAY.year}")).text
        early = await send(client, page, page, thanks | {"year": str(TODAY.year + 1)})
        assert (early.status_code, "Jahr: darf nicht in der Zukunft liegen" in early.text) == (409, True)
        assert (await send(client, page, page, {"action": "leave"})).headers["location"] == f"{page}?done=left"
        assert "Ausgetreten" in (await client.get(page)).text
        assert (await client.get(page.removeprefix("/office"))).status_code == 404
        assert name in (await client.get("/office/all-members", params={"status": "left", "q": name})).text


async def test_the_people_of_a_member_are_shown_to_the_office_alone(bus: Bus) -> None:
    async with signed_in(bus) as client:
        _, page = await member(client)
        person = f"Mika {uuid4().hex[:6]}"
        kept = await bus.http.put(
            f"/v1/office/people/{uuid4()}",
            json={
                "name": person,
                "consent": "2026-11",
                "roles": [{"organisation": page.rpartition("/")[2], "role": "deputy"}],
            },
            headers={"Authorization": f"Bearer {await bus.office_key()}", "Prefer": "wait=25"},
        )
        assert kept.status_code == 201, kept.text
        assert f"{person} Stellvertretung" in Page((await client.get(page)).text).one("main").text
        assert person not in (await client.get(page.removeprefix("/office"))).text


async def test_a_meeting_is_changed_cancelled_and_planned_again(bus: Bus) -> None:
    async with signed_in(bus) as client:
        coming = (TODAY + timedelta(days=40)).isoformat()
        page = await plan(client, date=coming, starts="18:00", ends="20:00", title="Zu verlegen")
        id_ = page.rpartition("/")[2]
        address = f"/office/meetings/plan?meeting={id_}"
        form = Page((await client.get(address)).text)
        assert form.one("input", name="starts").attributes["value"] == "18:00"
        agenda = "".join(form.one("textarea", name="agenda").texts).splitlines()
        assert agenda[-1] == "Haushalt | https://example.org/haushalt.pdf"
        assert "Teilnahme festhalten" not in (await client.get(page)).text
        early = await attend(client, page)
        assert (early.status_code, "hat noch nicht stattgefunden" in early.text) == (409, True)

        cancel: dict[str, Any] = {"action": "cancel", "version": "1", "reason": "Sturm"}
        assert (await send(client, page, page, cancel)).headers["location"] == f"{page}?done=cancelled"
        assert "Abgesagt: Sturm" in (await client.get(page)).text
        late = {"meeting": id_, "version": "1", "title": "Zu spät", "date": coming, "starts": "18:00"}
        refused = await send(client, address, "/office/meetings/plan", late)
        assert (refused.status_code, "steht noch hier" in refused.text) == (409, True)
        again = await send(client, address, "/office/meetings/plan", late | {"version": "2", "title": "Neuer Anlauf"})
        assert again.headers["location"] == f"{page}?done=planned"
        shown = await client.get("/office/meetings")
        assert "Neuer Anlauf" in shown.text


async def test_minutes_are_written_read_and_corrected(bus: Bus) -> None:
    async with signed_in(bus) as client:
        name, page = await member(client)
        meeting = await plan(client, title="Mit Protokoll")
        await attend(client, meeting)
        words = {
            "text": "# Begrüßung\n\nMika Muster **begrüßt** <b>alle</b>.",
            "decisions": "Das Fest findet statt; TOP 2; 12/1/0\nEin Flyer wird gedruckt",
            "task-0": "Raum suchen",
            "organisation-0": page.rpartition("/")[2],
            "due-0": (TODAY + timedelta(days=9)).isoformat(),
            "task-3": "Presse anrufen",
            "version": await version(client, f"{meeting}/minutes"),
        }
        done = await send(client, f"{meeting}/minutes", f"{meeting}/minutes", words)
        assert done.headers["location"] == f"{meeting}?done=minuted", done.text
        shown = Page((await client.get(meeting)).text)
        section = shown.one("section", **{"aria-labelledby": "minutes"}).text
        for part in ("Mika Muster begrüßt <b>alle</b>.", "TOP 2, 12 dafür, 1 dagegen", f"Raum suchen {name}", "Presse"):
            assert part in section
        text = await client.get(f"{meeting}/minutes.md")
        assert text.headers["content-type"] == "text/markdown; charset=utf-8"
        assert text.headers["cache-control"] == "no-store"
        assert "**begrüßt**" in text.text
        form = Page((await client.get(f"{meeting}/minutes")).text)
        assert form.one("input", name="task-1").attributes["value"] == "Presse anrufen"
        late = await send(client, f"{meeting}/minutes", f"{meeting}/minutes", words | {"text": "Anders"})
        assert (late.status_code, "steht noch hier" in late.text) == (409, True)
        wrong = words | {"version": await version(client, f"{meeting}/minutes"), "decisions": "Fest; TOP 9"}
        refused = await send(client, f"{meeting}/minutes", f"{meeting}/minutes", wrong)
        assert refused.status_code == 422
        assert Page(refused.text).one("p", class_="error").attributes["id"] == "decisions-error"


async def test_the_form_of_a_large_alliance_is_read_as_a_whole(bus: Bus) -> None:
    async with signed_in(bus) as client:
        meeting = await plan(client)
        many = {f"presence-niemand-{number}": "present" for number in range(1_500)}
        answer = await send(client, f"{meeting}/attendance", f"{meeting}/attendance", many)
        alert = Page(answer.text).one("div", role="alert").text
        assert (answer.status_code, alert) == (409, "Das gibt es hier nicht: benennt nichts, was es hier gibt")


async def test_everyone_reads_what_the_alliance_has_agreed_on(bus: Bus) -> None:
    office = {"Authorization": f"Bearer {await bus.office_key()}", "Prefer": "wait=25"}
    text = "# Arbeitsordnung\n\n1. Jedes Mitglied hat **eine** Stimme.\n2. <b>Wer online ist</b>, stimmt mit."
    for edition in ("Erste Fassung", "Zweite Fassung"):
        body = {"title": edition, "text": f"{text}\n\n{edition}.", "on": LONG_AGO}
        adopted = await bus.http.put("/v1/office/charters/arbeitsordnung", json=body, headers=office)
        assert adopted.status_code in (200, 201), adopted.text
    async with signed_in(bus) as client:
        name, page = await member(client)
    _, key = await create_key(gateway_settings(bus.platform), page.rpartition("/")[2])
    agreed = await bus.http.post(
        f"/v1/members/{page.rpartition('/')[2]}/assents/arbeitsordnung",
        json={"edition": 2},
        headers={"Authorization": f"Bearer {key}", "Prefer": "wait=25"},
    )
    assert agreed.status_code == 200, agreed.text

    async with browser(bus) as reader:
        assert "Was wir vereinbart haben" in (await reader.get("/")).text
        assert "Zweite Fassung" in (await reader.get("/charters")).text
        answer = await reader.get("/charters/arbeitsordnung")
        again = await reader.get("/charters/arbeitsordnung", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        story = Page(answer.text).one("div", class_="story prose").text
        assert "Jedes Mitglied hat eine Stimme. <b>Wer online ist</b>, stimmt mit." in story
        assert "Erste Fassung" not in story
        assert name in story
        assert "Erste Fassung" in Page(answer.text).one("section", class_="facts").text
        for unknown in ("leitbild-alt", "LEITBILD", "%00"):
            assert (await reader.get(f"/charters/{unknown}")).status_code == 404
