"""Asking for help in a browser: without scripts, on a telephone, without barriers."""

import re
from typing import Any

from playwright.async_api import Page, expect

from deploy.local.bootstrap import gateway_settings
from services.gateway.common.access.cli import create_key
from tests.acceptance.test_referrals import alliance_of
from tests.browser import accessibility
from tests.browser.test_office import sign_in
from tests.browser.visitors import Visit
from tests.support.asking import address, answer_link, ask, ask_in_vain, of_office
from tests.support.bus import Bus, eventually

TELEPHONE: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3


async def test_somebody_asks_and_a_network_cares_on_a_telephone_without_javascript(visit: Visit, bus: Bus) -> None:
    alliance = await alliance_of(bus, "telefonische")
    headers = {"X-Forwarded-For": address()}
    page = await visit(java_script_enabled=False, extra_http_headers=headers, **TELEPHONE)
    await page.goto("/help/ask")
    await page.get_by_role("radio", name="Ich suche Hilfe").check()
    await page.get_by_label("Ort oder Postleitzahl").fill("08393")
    await page.get_by_role("button", name="Weiter").click()
    await expect(page.get_by_role("link", name="Meerane")).to_be_visible()
    await page.get_by_label("Ort oder Postleitzahl").fill("Zwickau")
    await page.get_by_role("button", name="Weiter").click()
    await expect(page.get_by_text("Schritt 2 von 3")).to_be_visible()
    # The topic of this test's own networks is none that the form offers.
    await page.goto(f"{page.url}&topic={alliance.topic}")
    await page.get_by_role("button", name="Zeigen, wer gefragt werden kann").click()
    await expect(page.get_by_role("link", name="Telefonische")).to_be_visible()
    await page.get_by_role("button", name="Weiter").click()

    await page.get_by_label("Was möchten Sie sagen?").fill("Ich suche jemanden zum Reden.")
    await page.get_by_label("E-Mail").fill("renate.am.telefon@example.org")
    await page.get_by_role("button", name="Anfrage senden").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("Was möchten Sie sagen?")).to_have_value("Ich suche jemanden zum Reden.")
    await page.get_by_role("checkbox", name="Das Koordinierungsbüro darf das sehen").check()
    await page.get_by_role("button", name="Anfrage senden").click()
    await expect(page).to_have_url(re.compile("/referrals/"))
    await expect(page.get_by_role("main")).to_contain_text(re.compile(r"Telefonische\s+wurde gefragt"))

    link = page.url.partition("?")[0].replace(bus.web_url, "/v1")
    network = await visit(java_script_enabled=False, **TELEPHONE)
    await network.goto((await answer_link(bus, link)).removeprefix("/v1"))
    await expect(network.get_by_text("Ich suche jemanden zum Reden.")).to_be_visible()
    await network.get_by_text("Etwas zurückfragen").click()
    await network.get_by_label("Eure Frage").fill("Wann passt es Ihnen?")
    await network.get_by_role("button", name="Frage senden").click()
    await page.reload()
    await expect(page.get_by_text("Wann passt es Ihnen?")).to_be_visible()
    await page.get_by_role("textbox", name="Ihre Antwort").fill("Am Abend.")
    await page.get_by_role("button", name="Antwort senden").click()
    await network.goto((await answer_link(bus, link)).removeprefix("/v1"))
    await expect(network.get_by_text("Am Abend.")).to_be_visible()
    await network.get_by_role("button", name="Wir kümmern uns").click()
    await expect(network.get_by_role("status")).to_contain_text("Danke")
    await page.reload()
    await expect(page.get_by_role("main")).to_contain_text("kümmert sich darum und meldet sich bei Ihnen")

    await page.get_by_role("link", name="Alles löschen, was ich geschrieben habe").click()
    await page.get_by_role("button", name="Alles löschen, was ich geschrieben habe").click()
    await expect(page.get_by_text("Was Sie geschrieben haben, ist gelöscht.")).to_be_visible()


async def test_there_are_no_barriers_and_nothing_is_cut_off_on_any_screen(visit: Visit, bus: Bus) -> None:
    alliance = await alliance_of(bus, "sichtbare")
    link = await ask(bus, alliance, message=LONG, availability=LONG[:300])
    elsewhere = await ask(bus, alliance, topics=[LONG[:40].lower()], kind="seek-help", contact=None)
    referral = (await of_office(bus, "/v1/office/referrals", network=alliance.ids["sichtbare"]))["items"][0]["id"]
    step = f"/help/ask?kind=seek-help&place=Zwickau&topic={alliance.topic}&step="
    shown = [link, f"{link}/erase", await answer_link(bus, link), elsewhere]
    for path in (
        "/help/ask",
        "/help/ask?place=08393",
        f"{step}2",
        f"{step}3",
        "/help/ask?kind=moderator&place=Zwickau",
    ):
        await _look(await visit(reduced_motion="reduce"), path)
    for path in shown:
        await _look(await visit(reduced_motion="reduce"), path.removeprefix("/v1"))
    office = await visit(reduced_motion="reduce")
    await sign_in(office, bus)
    board = "/office/referrals"
    for path in (
        "",
        f"/{referral}",
        "/new",
        "/figures",
        "/figures?by=area",
        "/white-spots",
        "/white-spots?topic=demokratie",
    ):
        await _look(office, f"{board}{path}")
    _, key = await create_key(gateway_settings(bus.platform), alliance.ids["sichtbare"])
    own = await visit(reduced_motion="reduce")
    await _look(own, "/own/sign-in")
    await own.get_by_label("Schlüssel eures Vereins").fill(key)
    await own.get_by_role("button", name="Anmelden").click()
    await expect(own.get_by_role("heading", level=1)).to_have_text("Anfragen an Sichtbare")
    await _look(own, "/own")


async def test_a_dot_of_the_map_of_white_spots_leads_to_its_line_without_javascript(visit: Visit, bus: Bus) -> None:
    await ask_in_vain(bus, 5, place="Crimmitschau", topic="buergerbeteiligung")

    async def is_white_spot() -> bool:
        found = await of_office(bus, "/v1/office/white-spots")
        return "Crimmitschau" in [
            one["place"]["name"] for one in found["items"] if one["topic"] == "buergerbeteiligung"
        ]

    await eventually(is_white_spot, what="the white spot")
    office = await visit(java_script_enabled=False, **TELEPHONE)
    await sign_in(office, bus)
    await office.goto("/office/referrals/white-spots?topic=buergerbeteiligung")
    dot = office.get_by_role("group", name="Karte der weißen Flecken").get_by_role("link").first
    name = (await dot.get_attribute("aria-label") or "").partition(":")[0]
    await dot.focus()
    await office.keyboard.press("Enter")
    await expect(office).to_have_url(re.compile("#place-[0-9]{8}$"))
    await expect(office.get_by_role("rowheader", name=name, exact=True)).to_be_in_viewport()


async def test_what_nobody_sees_is_reached_by_no_key(page: Page) -> None:
    await page.goto("/help/ask?place=Zwickau")
    stops = [stop["name"] for stop in await accessibility.walk(page)]
    assert [stop for stop in stops if 'id="message"' in stop]
    assert not [stop for stop in stops if "website" in stop]


async def _look(page: Page, path: str) -> None:
    """Look at a page as ``barriers_everywhere`` and ``too_wide`` do."""
    await page.goto(path)
    assert await accessibility.barriers_everywhere(page) == {}, path
    assert await accessibility.too_wide(page) == {}, path
