"""The office's pages of members and meetings in a browser: without scripts, by keyboard, on any screen."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from tests.browser import accessibility
from tests.browser.test_office import sign_in
from tests.browser.visitors import Visit
from tests.support import member_facts as told
from tests.support.bus import Bus
from tests.support.member_facts import project
from tests.unit.web import samples_office as samples

LONG = "Gesellschaft für Zusammenarbeit, Nachbarschaftshilfe und Demokratieförderung im Landkreis Zwickau e. V."


@pytest.fixture(scope="session")
async def shown(browser: object, bus: Bus) -> dict[str, str]:
    """Addresses of pages to look at, by name. Told as facts, so that there is all that can be shown."""
    mark = uuid4().hex[:6]
    member, applicant, quiet = f"geschaut-{mark}", f"beantragt-{mark}", f"leise-{mark}"
    entry = {name: samples.fact()[name] for name in ("areas", "topics", "kinds", "languages", "description", "url")}
    because = [{"code": "nothing", "detail": "It was quiet.", "values": {"last": 3, "months": 12}}]
    activity = {"status": "passive", "as_of": "2026-11-20", "because": because, "unless": because}
    periods = [{"since": f"202{year}-02-01", "status": "active", "because": because} for year in range(6)]
    contribution = told.contribution(organisation=member, status="reported", title=LONG)
    invited: dict[str, Any] = {
        "invited": [member, quiet],
        "replies": [{"organisation": member, "reply": "yes", "at": told.AT}],
    }
    planned = told.meeting(status="planned", starts_at="2031-03-04T18:00:00+01:00", title=LONG, **invited)
    minutes: dict[str, Any] = {
        "decisions": samples.meeting()["decisions"],
        "has_minutes": True,
        "place": samples.meeting()["place"],
    }
    held = told.meeting(
        starts_at="2026-03-04T18:00:00+01:00",
        agenda=samples.meeting()["agenda"],
        attendance={member: "present", quiet: "excused"},
        tasks=[{"text": LONG, "organisation": member, "due": "2026-12-24"}],
        **minutes,
        **invited,
    )
    async with bus.database("gateway") as connection, connection.transaction():
        await project(
            connection,
            told.organisation(member, name=LONG, **entry, activity=activity, proposed="passive", periods=periods),
            told.organisation(applicant, name=LONG, **entry, status="applied", applied_on="2026-11-01", admission=None),
            told.organisation(quiet, status="passive", activity=activity),
            told.person(name="Mika Muster", roles=[{"organisation": member, "role": "representative"}]),
            told.minutes(held.id, text=f"# Begrüßung\n\n**{LONG}**\n\n- eins\n- zwei\n\n> Zitat\n\n---\n\n1. drei"),
            *(contribution, planned, held),
        )
        await project(connection, told.charter(str(uuid4()), kind="konzeption", assents=[]))
    meeting = f"/office/meetings/{held.id}"
    return {
        "waiting": "/office/members",
        "all": f"/office/all-members?q={LONG[:12]}",
        "member": f"/office/members/{member}",
        "applicant": f"/office/members/{applicant}",
        "entry": f"/office/members/{member}/entry",
        "application": "/office/new-member",
        "meetings": "/office/meetings",
        "coming": f"/office/meetings/{planned.id}",
        "held": meeting,
        "plan": f"/office/meetings/plan?meeting={planned.id}",
        "attendance": f"{meeting}/attendance",
        "minutes": f"{meeting}/minutes",
        "papers": "/charters",
        "paper": "/charters/konzeption",
    }


async def test_the_office_meets_no_barriers_in_light_and_dark_on_wide_and_small_screens(
    visit: Visit, bus: Bus, shown: dict[str, str]
) -> None:
    page = await visit(reduced_motion="reduce")
    await sign_in(page, bus)
    for name, address in shown.items():
        answer = await page.goto(address)
        assert answer is not None
        assert answer.status == 200, name
        await accessibility.unfold(page)
        for scheme in accessibility.SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            for width in (1280, 320):
                await page.set_viewport_size({"width": width, "height": 800})
                assert await accessibility.barriers(page) == [], (name, scheme, width)
                assert await accessibility.cut_off(page) == [], (name, scheme, width)
                assert not await accessibility.is_wider_than_the_screen(page), (name, scheme, width)


async def test_every_control_is_reached_with_the_keyboard_and_seen_when_it_is(
    page: Page, bus: Bus, shown: dict[str, str]
) -> None:
    await sign_in(page, bus)
    for name in ("waiting", "all", "member", "entry", "coming", "plan", "minutes", "paper"):
        await page.goto(shown[name])
        stops = await accessibility.walk(page)
        assert [stop["name"] for stop in stops] == await accessibility.controls(page), name
        assert [stop["name"] for stop in stops if not stop["isSeen"]] == [], name


async def test_who_took_part_is_recorded_with_the_keyboard_alone(page: Page, bus: Bus, shown: dict[str, str]) -> None:
    await sign_in(page, bus)
    await page.goto(shown["attendance"])
    group = page.get_by_role("group", name=re.compile("^Gesellschaft für Zusammenarbeit")).first
    await expect(group.get_by_role("radio", name="Anwesend")).to_be_checked()
    await group.get_by_role("radio", name="Anwesend").focus()
    await page.keyboard.press("ArrowRight")
    await expect(group.get_by_role("radio", name="Online dabei")).to_be_checked()


@pytest.mark.parametrize("java_script_enabled", [True, False])
async def test_the_office_admits_invites_and_records_without_typing_code(
    visit: Visit, bus: Bus, *, java_script_enabled: bool
) -> None:
    page = await visit(java_script_enabled=java_script_enabled)
    await sign_in(page, bus)
    name = f"Nähstube am Browser {uuid4().hex[:4]}"
    await _follow(page, "Alle Mitglieder", "Antrag eintragen")
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_role("checkbox", name="Integration").check()
    await page.get_by_label("Städte und Gemeinden").fill("Zwickau\nWerdau")
    await page.get_by_role("button", name="Antrag eintragen").click()
    await expect(page.get_by_role("status")).to_contain_text("Der Antrag ist eingetragen")
    await page.get_by_role("link", name="Mitglieder: wartend").click()
    await page.get_by_role("button", name=f"Aufnehmen: {name}").click()
    await expect(page.get_by_role("status")).to_contain_text("ist jetzt Mitglied")

    title = f"Sitzung am Browser {uuid4().hex[:4]}"
    today = datetime.now(UTC).date()
    await _follow(page, "Sitzungen", "Sitzung planen")
    await page.get_by_label("Titel").fill(title)
    await page.get_by_label("Datum").fill(today.isoformat())
    await page.get_by_label("Von", exact=True).fill("00:05")
    await page.get_by_label("Tagesordnung").fill("Begrüßung\nVerschiedenes")
    await page.get_by_role("button", name="Sitzung planen").click()
    await page.get_by_role("button", name=re.compile(r"\d+ Mitglied(er)? einladen")).click()
    await expect(page.get_by_role("status")).to_contain_text("Alle Mitglieder sind eingeladen")
    await page.get_by_role("link", name="Teilnahme festhalten").click()
    await page.get_by_role("group", name=name).get_by_role("radio", name="Online dabei").check()
    # Members that other tests told of as facts are not known to the service that records this.
    await page.evaluate(
        "name => document.querySelectorAll('.attending fieldset').forEach("
        "row => { row.disabled = !row.textContent.includes(name); })",
        name,
    )
    await page.get_by_role("button", name="Teilnahme speichern").click()
    await expect(page.get_by_role("status")).to_contain_text("Es ist festgehalten, wer dabei war")
    await expect(page.get_by_role("main")).to_contain_text(re.compile(rf"Online dabei \(1\)\s*{name}"))
    await page.get_by_role("link", name="Protokoll schreiben").click()
    await page.get_by_label("Protokoll", exact=True).fill("# Bericht\n\nEs war **gut**.")
    await page.get_by_label("Aufgabe 1", exact=True).fill("Raum suchen")
    await page.get_by_label("Bis, Aufgabe 1").fill((today + timedelta(days=9)).isoformat())
    await page.get_by_role("button", name="Protokoll speichern").click()
    await expect(page.get_by_role("status")).to_contain_text("Das Protokoll ist gespeichert")
    await expect(page.get_by_role("heading", name="Bericht")).to_be_visible()
    await expect(page.locator("strong", has_text="gut")).to_be_visible()


async def _follow(page: Page, *links: str) -> None:
    """Go from link to link."""
    for link in links:
        await page.get_by_role("link", name=link, exact=True).click()
