"""The office's pages in a browser: signing in by a link, entering an event, and no barriers on the way."""

import re
from urllib.parse import urlsplit

from playwright.async_api import Page, expect

from deploy.local.bootstrap import gateway_settings
from services.gateway.common.access.cli import sign_in_link
from tests.browser import accessibility
from tests.browser.visitors import Visit
from tests.support.bus import Bus, submission


async def sign_in(page: Page, bus: Bus) -> None:
    """Follow a sign-in link and press its button."""
    link = await sign_in_link(gateway_settings(bus.platform))
    await page.goto(f"/office/sign-in?{urlsplit(link).query}")
    await page.get_by_role("button", name="Anmelden").click()
    await expect(page.get_by_role("button", name="Abmelden")).to_be_visible()


async def test_the_office_enters_an_event_that_everyone_reads(visit: Visit, bus: Bus) -> None:
    for java_script_enabled in (True, False):
        page = await visit(java_script_enabled=java_script_enabled)
        await sign_in(page, bus)
        await page.get_by_role("link", name="Veranstaltung eintragen").click()
        await page.get_by_label("oder eine neue mit ihrem Namen").fill("Dorfverein am Browser")
        await page.get_by_label("Titel").fill("Tanz in den Mai")
        await page.get_by_label("Datum").fill("2032-04-30")
        await page.get_by_label("Von", exact=True).fill("20:00")
        await page.get_by_role("button", name="Speichern und veröffentlichen").click()

        await expect(page).to_have_url(re.compile(r"/office/events/[0-9a-f-]{36}\?done="))
        await page.get_by_role("link", name="So sehen es alle").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Tanz in den Mai")
        await expect(page.get_by_role("main")).to_contain_text("Freitag, 30. April 2032, 20:00 Uhr")


async def test_signing_out_ends_it(page: Page, bus: Bus) -> None:
    await sign_in(page, bus)
    await page.get_by_role("button", name="Abmelden").click()
    await expect(page.get_by_role("button", name="Abmelden")).to_have_count(0)

    await page.goto("/office")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Anmeldung für das Büro")
    assert await page.context.cookies() == []


async def test_the_office_meets_no_barriers(visit: Visit, bus: Bus) -> None:
    partner = await bus.partner("wartend", trusted=False)
    answer = await partner.put(submission("fest", title="Ein Fest, das wartet"))
    waiting = answer.json()["resource"].replace("/v1/events/", "/office/events/")
    page = await visit(reduced_motion="reduce")
    await page.goto("/office/sign-in")
    await _look(page)
    await sign_in(page, bus)
    for path in ("/office", waiting, "/office/enter", "/office/partners"):
        await page.goto(path)
        await _look(page)
        if path == "/office/enter":
            await page.set_viewport_size({"width": 1280, "height": 900})
            stops = await accessibility.walk(page)
            assert [stop["name"] for stop in stops] == await accessibility.controls(page)
            assert [stop["name"] for stop in stops if not stop["isSeen"]] == []

    await page.goto("/office/enter")
    await page.get_by_label("Titel").fill("Ohne Veranstalter")
    await page.get_by_label("Datum").fill("2032-04-30")
    await page.get_by_role("button", name="Speichern und veröffentlichen").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await _look(page)


async def _look(page: Page) -> None:
    """Judge one page, in light on a wide screen and in dark on a small one."""
    await accessibility.unfold(page)
    for scheme, width in zip(accessibility.SCHEMES, (1280, 320), strict=True):
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": 800})
        assert await accessibility.barriers(page) == [], (page.url, scheme)
        assert await accessibility.cut_off(page) == [], (page.url, scheme)
        assert not await accessibility.is_wider_than_the_screen(page), (page.url, scheme)
