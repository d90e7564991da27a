"""The pages are for everyone: screen readers, keyboards, small screens, large letters, dark rooms, paper."""

import pytest
from playwright.async_api import Page, expect

from tests.browser import accessibility
from tests.browser.calendar import CAFE, READING, Calendar
from tests.browser.visitors import Visit

KINDS = (
    "list",
    "filtered list",
    "empty list",
    "list with an unclear place",
    "list that cannot be read",
    "recurring event",
    "unknown page",
)


@pytest.mark.parametrize("name", KINDS)
async def test_there_are_no_barriers_in_light_and_dark_on_wide_and_small_screens(
    visit: Visit, calendar: Calendar, name: str
) -> None:
    # Colours that are still changing would be judged half-way.
    page = await visit(reduced_motion="reduce")
    await page.goto(calendar.pages[name])
    assert await accessibility.barriers_everywhere(page) == {}


async def test_no_page_is_wider_than_its_screen_not_even_with_letters_of_twice_the_size(
    page: Page, calendar: Calendar
) -> None:
    for name, address in calendar.pages.items():
        await page.goto(address)
        assert await accessibility.too_wide(page) == {}, name


@pytest.mark.parametrize("name", ["filtered list", "recurring event", "empty list"])
async def test_every_control_is_reached_with_the_keyboard_and_seen_when_it_is(
    page: Page, calendar: Calendar, name: str
) -> None:
    for width in (1280, 320):
        await page.set_viewport_size({"width": width, "height": 800})
        await page.goto(calendar.pages[name])

        stops = await accessibility.walk(page)

        assert [stop["name"] for stop in stops] == await accessibility.controls(page), width
        assert [stop["name"] for stop in stops if not stop["isSeen"]] == [], width


async def test_the_first_stop_leads_past_the_head_of_the_page(page: Page, calendar: Calendar) -> None:
    await page.goto(calendar.list_url)
    skip = page.get_by_role("link", name="Zum Inhalt springen")
    await expect(skip).not_to_be_in_viewport()

    await page.keyboard.press("Tab")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("main")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Alle kommenden")).to_be_focused()


async def test_nothing_moves_for_those_who_want_it_still(visit: Visit, calendar: Calendar) -> None:
    page = await visit(reduced_motion="reduce")
    for name, address in calendar.pages.items():
        await page.goto(address)
        moving = await page.evaluate(
            "() => [...document.querySelectorAll('*')].map(element => getComputedStyle(element)).filter(style =>"
            " parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none'"
            " || style.scrollBehavior === 'smooth').length"
        )
        assert moving == 0, name


async def test_on_paper_there_are_the_events_and_nothing_to_press(visit: Visit, calendar: Calendar) -> None:
    page = await visit(color_scheme="dark")
    await page.emulate_media(media="print")
    await page.goto(calendar.pages["filtered list"])
    await expect(page.get_by_role("heading", name=CAFE["title"]).first).to_be_visible()
    await expect(page.get_by_text("Abgesagt").first).to_be_visible()
    for unwanted in (page.locator("form"), page.get_by_role("navigation"), page.get_by_role("contentinfo")):
        await expect(unwanted).to_be_hidden()

    await page.goto(calendar.urls["lesung"])
    await expect(page.get_by_role("heading", level=1)).to_have_text(READING["title"])
    await expect(page.get_by_text("08134 Wildenfels")).to_be_visible()
    await expect(page.get_by_role("link", name="In Kalender übernehmen")).to_be_hidden()
    ink, paper = await page.evaluate(
        "() => { const style = getComputedStyle(document.body); return [style.color, style.backgroundColor]; }"
    )
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")


async def test_the_pages_speak_the_language_of_the_visitor(visit: Visit, calendar: Calendar) -> None:
    for locale, language, heading, choice, missing in (
        ("de-AT", "de", "Was ist los im Bündnis?", "Anzeigen", "Das gibt es hier nicht"),
        ("en-US", "en", "What’s on in the alliance?", "Show", "There is nothing here"),
        ("pl-PL", "de", "Was ist los im Bündnis?", "Anzeigen", "Das gibt es hier nicht"),
    ):
        page = await visit(locale=locale)
        await page.goto(calendar.list_url)
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        await expect(page.get_by_role("button", name=choice, exact=True)).to_be_visible()
        await page.goto(calendar.pages["unknown page"])
        await expect(page.get_by_role("heading", level=1)).to_have_text(missing)
