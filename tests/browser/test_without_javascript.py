"""Nothing that the pages offer needs JavaScript."""

import re

from playwright.async_api import Page, expect

from tests.browser.calendar import CAFE, DATES, ON_A_PAGE, READING, Calendar, titles
from tests.browser.visitors import Visit


async def test_filtering_opening_and_going_on_work_without_javascript(
    page_without_javascript: Page, calendar: Calendar
) -> None:
    page = page_without_javascript
    await page.goto(calendar.list_url)
    await page.get_by_role("checkbox", name="Demokratie").check()
    await page.get_by_label("Bis", exact=True).fill("2032-05-05")
    await page.get_by_role("button", name="Anzeigen").click()
    await expect(page).to_have_url(re.compile("topic=demokratie"))
    assert await titles(page) == [READING["title"], CAFE["title"]]

    await page.get_by_role("link", name=CAFE["title"]).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(CAFE["title"])
    await page.get_by_text("4 weitere Termine").click()
    await expect(page.get_by_text("Mittwoch, 21. Juli 2032")).to_be_visible()

    await page.goto(calendar.long_list_url)
    await expect(page.locator("article.card")).to_have_count(ON_A_PAGE)
    await page.get_by_role("link", name="Weitere Veranstaltungen").click()
    await expect(page.locator("article.card")).to_have_count(DATES - ON_A_PAGE)


async def test_filters_unfold_on_a_small_screen_without_javascript(visit: Visit, calendar: Calendar) -> None:
    page = await visit(java_script_enabled=False, viewport={"width": 320, "height": 640})
    await page.goto(calendar.list_url)
    await page.locator("summary").click()
    await page.get_by_label("Ort oder Postleitzahl").fill("Wildenfels")
    await page.get_by_label("Ort oder Postleitzahl").press("Enter")

    await expect(page).to_have_url(re.compile("near=Wildenfels"))
    assert READING["title"] in await titles(page)
