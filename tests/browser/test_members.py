"""Members, their years and the goals, as everyone reads them: on any screen, without scripts, on paper."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser import accessibility, membership
from tests.browser.membership import THANKS, Membership
from tests.browser.visitors import Visit
from tests.support.bus import Bus

KINDS = (
    "directory",
    "filtered directory",
    "empty directory",
    "directory with an unclear place",
    "active member",
    "passive member",
    "year",
    "empty year",
    "asking them",
    "asking for a moderator",
    "asking in an unclear place",
    "worries",
    "goals",
)


@pytest.fixture(scope="session")
async def alliance(browser: object, bus: Bus) -> Membership:
    """Members to look at; asks for the browser first, so that nothing is started where there is none."""
    return await membership.found(bus)


@pytest.mark.parametrize("name", KINDS)
async def test_there_are_no_barriers_in_light_and_dark_on_wide_and_small_screens(
    visit: Visit, alliance: Membership, name: str
) -> None:
    page = await visit(reduced_motion="reduce")
    await page.goto(alliance.pages[name])
    assert await accessibility.barriers_everywhere(page) == {}


async def test_no_page_is_wider_than_its_screen_not_even_with_letters_of_twice_the_size(
    page: Page, alliance: Membership
) -> None:
    for name, address in alliance.pages.items():
        await page.goto(address)
        assert await accessibility.too_wide(page) == {}, name


@pytest.mark.parametrize("name", ["directory", "active member", "year", "goals"])
async def test_every_control_is_reached_with_the_keyboard_and_seen_when_it_is(
    page: Page, alliance: Membership, name: str
) -> None:
    for width in (1280, 320):
        await page.set_viewport_size({"width": width, "height": 800})
        await page.goto(alliance.pages[name])

        stops = [stop for stop in await accessibility.walk(page) if "<div" not in stop["name"]]

        assert [stop["name"] for stop in stops] == await accessibility.controls(page), width
        assert [stop["name"] for stop in stops if not stop["isSeen"]] == [], width


async def test_members_are_found_by_topic_and_place_and_their_years_read_without_javascript(
    page_without_javascript: Page, alliance: Membership
) -> None:
    page = page_without_javascript
    await page.goto("/")
    await page.get_by_role("navigation", name="Bereiche").get_by_role("link", name="Mitglieder").click()
    await page.get_by_role("checkbox", name="Integration").check()
    await page.get_by_label("Ort oder Postleitzahl").fill("Werdau")
    await page.get_by_role("button", name="Anzeigen").click()
    await expect(page).to_have_url(re.compile(r"topic=integration&municipality=Werdau"))
    await expect(page.locator(f'a[href="/members/{alliance.passive}"]')).to_have_count(0)

    await page.locator(f'a[href="/members/{alliance.active}"]').click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Interkultureller Treff e. V.")
    await page.get_by_role("link", name=str(alliance.year), exact=True).click()
    await expect(page.get_by_text("2 Veranstaltungen an 6 Terminen in 2 Gemeinden")).to_be_visible()
    await expect(page.get_by_text(THANKS)).to_be_visible()
    await expect(page.get_by_text("Sitzung Nummer 5")).to_be_visible()
    await expect(page.get_by_text("Sitzung Nummer 6")).to_have_count(0)


async def test_the_events_of_a_member_are_one_step_away(page: Page, alliance: Membership) -> None:
    await page.goto(alliance.pages["active member"])
    await page.get_by_role("link", name="Veranstaltungen dieses Mitglieds").click()
    await expect(page).to_have_url(re.compile(rf"/\?organiser={alliance.active}$"))


async def test_an_unclear_place_is_asked_back(page: Page, alliance: Membership) -> None:
    await page.goto(alliance.pages["directory with an unclear place"])
    await page.get_by_role("link", name="Schönberg").click()
    await expect(page).to_have_url(re.compile(r"municipality=08393\+Sch"))
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_who_sees_no_picture_hears_what_it_shows_and_reads_the_same_numbers(
    page: Page, alliance: Membership
) -> None:
    await page.goto("/goals")
    section = page.locator(f"section[aria-labelledby='goal-{alliance.measure}']")
    picture = section.get_by_role("img", name="Gemeinsame Veranstaltungen")
    await expect(picture).to_have_accessible_description(re.compile(r"^Von 14.Veranstaltungen am 30\. Juni 2025"))
    await section.get_by_text("Die Zahlen als Tabelle").first.click()
    await expect(section.get_by_role("row").nth(1)).to_have_text(re.compile(r"30\. November 2026\s*48.Veranstaltungen"))
    await expect(page.get_by_text("Gedrucktes Programm")).to_have_count(0)
    await page.get_by_role("link", name="Auch zeigen, was nicht mehr verfolgt wird").click()
    await expect(page.get_by_role("heading", name="Gedrucktes Programm")).to_be_visible()


async def test_a_chart_is_there_as_a_file_and_the_report_as_text(page: Page, bus: Bus, alliance: Membership) -> None:
    address = f"/goals/{alliance.measure}/veranstaltungen.svg"
    picture = await bus.http.get(f"{bus.web_url}{address}")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in picture.headers["content-security-policy"]
    await page.goto("/goals")
    await page.evaluate(
        "async address => { const image = new Image(); image.src = address; await image.decode(); }", address
    )

    text = await bus.http.get(f"{bus.web_url}/goals.md", headers={"Accept-Language": "en"})
    assert text.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "#### Measure 91.1.1: Gemeinsames Programm" in text.text
    again = await bus.http.get(
        f"{bus.web_url}/goals.md", headers={"Accept-Language": "en", "If-None-Match": text.headers["etag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/members/niemand",
        "/members/NICHT_SO",
        "/members/{active}/1999",
        "/members/{active}/2190",
        "/goals/{measure}/keiner.svg",
        "/goals/unbekannt/keiner.svg",
    ],
)
async def test_what_is_not_there_is_a_page_that_says_so(page: Page, alliance: Membership, path: str) -> None:
    answer = await page.goto(path.format(active=alliance.active, measure=alliance.measure))
    assert answer is not None
    assert answer.status == 404
    await expect(page.get_by_role("heading", level=1)).to_have_text("Das gibt es hier nicht")


@pytest.mark.parametrize(("name", "most"), [("year", 2), ("empty year", 1), ("active member", 2)])
async def test_a_year_fits_on_two_sheets_of_paper(visit: Visit, alliance: Membership, name: str, most: int) -> None:
    page = await visit(color_scheme="dark")
    await page.goto(alliance.pages[name])

    sheets = re.findall(rb"/Type\s*/Page\b", await page.pdf(format="A4"))

    assert 1 <= len(sheets) <= most


async def test_on_paper_there_is_the_year_and_nothing_to_press(visit: Visit, alliance: Membership) -> None:
    page = await visit(color_scheme="dark")
    await page.emulate_media(media="print")
    await page.goto(alliance.pages["year"])
    await expect(page.get_by_text(THANKS)).to_be_visible()
    for unwanted in (page.get_by_role("navigation"), page.get_by_role("contentinfo")):
        await expect(unwanted).to_be_hidden()
    await expect(page.get_by_role("link", name="Diese Veranstaltungen im Kalender")).to_be_hidden()
    ink, paper = await page.evaluate(
        "() => { const style = getComputedStyle(document.body); return [style.color, style.backgroundColor]; }"
    )
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
