"""Pages that are looked at while the calendar changes: they change too, and disturb nobody."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.calendar import titles
from tests.browser.visitors import Visit
from tests.support.bus import Bus, Partner, submission

FIRST = submission("erstes", title="Erstes Treffen", starts_at="2032-07-01T18:00:00+02:00")
LATER = submission("zweites", title="Zweites Treffen", starts_at="2032-07-02T18:00:00+02:00")
STATUS = "[data-live-status]"


@pytest.fixture
async def partner(bus: Bus) -> Partner:
    """An organisation with one event to come."""
    partner = await bus.partner("live")
    assert (await partner.put(FIRST)).status_code == 201
    return partner


async def look_at(page: Page, url: str) -> None:
    """Open ``url`` and wait until its page hears of changes."""
    async with page.expect_response(lambda response: "/v1/stream" in response.url):
        await page.goto(url)


async def test_the_list_shows_what_is_published_meanwhile_and_says_so(page: Page, partner: Partner) -> None:
    await look_at(page, f"/?organiser={partner.id}")
    await page.get_by_role("link", name=FIRST["title"]).focus()

    assert (await partner.put(LATER)).status_code == 201

    await expect(page.locator("article.card")).to_have_count(2)
    assert await titles(page) == [FIRST["title"], LATER["title"]]
    await expect(page.locator(STATUS)).to_have_text("Das Programm wurde aktualisiert.")
    await expect(page.get_by_role("link", name=FIRST["title"])).to_be_focused()


async def test_the_list_lets_go_of_what_is_withdrawn(page: Page, partner: Partner) -> None:
    await look_at(page, f"/?organiser={partner.id}")

    assert (await partner.delete(FIRST["uid"])).status_code == 204

    await expect(page.locator("article.card")).to_have_count(0)


async def test_the_page_of_an_event_shows_that_it_was_cancelled(page: Page, partner: Partner) -> None:
    await look_at(page, f"/?organiser={partner.id}")
    address = await page.get_by_role("link", name=FIRST["title"]).get_attribute("href")
    assert address
    await look_at(page, address)

    assert (await partner.put(FIRST | {"status": "cancelled"})).status_code == 200

    await expect(page.get_by_text("Diese Veranstaltung findet nicht statt.")).to_be_visible()


async def test_a_page_without_scripts_shows_the_same_when_it_is_loaded_again(visit: Visit, partner: Partner) -> None:
    page = await visit(java_script_enabled=False)
    await page.goto(f"/?organiser={partner.id}")

    assert (await partner.put(LATER)).status_code == 201

    await page.reload()
    assert await titles(page) == [FIRST["title"], LATER["title"]]
