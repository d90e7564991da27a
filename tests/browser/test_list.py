"""The list of events as visitors use it: reading by day, filtering by mouse and keyboard, paging, going back."""

import re

from playwright.async_api import Page, expect

from tests.browser.calendar import CAFE, CHOIR, DATES, LONG, ON_A_PAGE, READING, Calendar, titles

MAY = ("2032-05-01", "2032-05-31")


async def test_events_stand_under_their_days_in_order(page: Page, calendar: Calendar) -> None:
    await page.goto(f"{calendar.list_url}&from={MAY[0]}&to=2032-05-12")

    days = page.locator("section.day")
    assert [await day.locator("h2 .unseen").text_content() for day in await days.all()] == [
        "Montag, 3. Mai 2032",
        "Mittwoch, 5. Mai 2032",
        "Mittwoch, 12. Mai 2032",
    ]
    await expect(days.first.locator("article")).to_have_count(2)
    assert await titles(page) == [READING["title"], CHOIR["title"], CAFE["title"], CAFE["title"]]


async def test_a_cancelled_event_is_listed_and_marked(page: Page, calendar: Calendar) -> None:
    await page.goto(f"{calendar.list_url}&from={MAY[0]}&to=2032-05-12")

    cancelled = page.locator("article", has=page.get_by_text("Abgesagt", exact=True))
    await expect(cancelled.locator("s")).to_have_text([CHOIR["title"], CAFE["title"]])
    await expect(page.locator("article", has_text=READING["title"]).locator("s")).to_have_count(0)


async def test_events_are_chosen_by_topic_place_and_period_with_the_mouse(page: Page, calendar: Calendar) -> None:
    await page.goto(calendar.list_url)
    await page.locator("label", has_text="Demokratie").click()
    await page.get_by_label("Ort oder Postleitzahl").fill("Wildenfels")
    await page.get_by_label("Von", exact=True).fill(MAY[0])
    await page.get_by_label("Bis", exact=True).fill("2032-05-05")
    await page.get_by_role("button", name="Anzeigen").click()

    await expect(page).to_have_url(
        re.compile(r"topic=demokratie&.*near=Wildenfels&radius_km=10&from=2032-05-01&to=2032-05-05")
    )
    assert await titles(page) == [READING["title"], CAFE["title"]]


async def test_events_are_chosen_with_the_keyboard_alone(page: Page, calendar: Calendar) -> None:
    await page.goto(f"{calendar.list_url}&from={MAY[0]}")
    await page.get_by_role("checkbox", name="Integration").focus()
    await page.keyboard.press("Space")
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await page.get_by_role("button", name="Anzeigen").evaluate("button => button === document.activeElement"):
            break
    await page.keyboard.press("Enter")

    await expect(page).to_have_url(re.compile(r"topic=integration"))
    assert {CHOIR["title"], CAFE["title"], LONG} == set(await titles(page))


async def test_what_is_chosen_stands_in_the_address_and_in_the_form(page: Page, calendar: Calendar) -> None:
    await page.goto(f"{calendar.list_url}&topic=integration&municipality=Wildenfels&from={MAY[0]}&to={MAY[1]}")

    await expect(page.get_by_role("checkbox", name="Integration")).to_be_checked()
    await expect(page.get_by_role("checkbox", name="Demokratie")).not_to_be_checked()
    await expect(page.get_by_label("Ort oder Postleitzahl")).to_have_value("Wildenfels")
    await expect(page.get_by_label("Von", exact=True)).to_have_value(MAY[0])
    await expect(page.get_by_label("Bis", exact=True)).to_have_value(MAY[1])


async def test_back_leads_to_the_list_as_it_was(page: Page, calendar: Calendar) -> None:
    await page.goto(f"{calendar.list_url}&from={MAY[0]}&to={MAY[1]}")
    before = await titles(page)
    await page.get_by_label("Ort oder Postleitzahl").fill("Callenberg")
    await page.get_by_role("button", name="Anzeigen").click()
    await expect(page.get_by_text("Hier ist noch nichts eingetragen")).to_be_visible()

    await page.go_back()

    assert await titles(page) == before
    await page.get_by_role("link", name=READING["title"]).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(READING["title"])
    await page.go_back()
    assert await titles(page) == before


async def test_a_period_is_one_click_and_keeps_the_other_filters(page: Page, calendar: Calendar) -> None:
    await page.goto(f"{calendar.list_url}&topic=weiterbildung&topic=demokratie")
    await page.get_by_role("link", name="Nächste 7 Tage").click()

    await expect(page.get_by_role("link", name="Nächste 7 Tage")).to_have_attribute("aria-current", "true")
    assert await titles(page) == ["Bald ist Treff"]
    await page.get_by_role("link", name="Auswahl aufheben").click()
    await expect(page).to_have_url(re.compile(r"/$"))


async def test_the_folded_filters_of_a_small_screen_tell_what_is_chosen(narrow_page: Page, calendar: Calendar) -> None:
    await narrow_page.goto(f"{calendar.list_url}&topic=integration&municipality=Wildenfels")
    summary = narrow_page.locator("summary")

    await expect(summary).to_contain_text("Integration")
    await expect(summary).to_contain_text("Wildenfels")
    await expect(narrow_page.get_by_role("button", name="Anzeigen")).to_be_hidden()
    await summary.press("Enter")
    await expect(narrow_page.get_by_role("button", name="Anzeigen")).to_be_visible()


async def test_a_long_list_goes_on_and_no_date_is_left_out(page: Page, calendar: Calendar) -> None:
    await page.goto(calendar.long_list_url)
    first = await page.locator("section.day h2 time").evaluate_all("times => times.map(time => time.dateTime)")
    await page.get_by_role("link", name="Weitere Veranstaltungen").click()
    await expect(page.get_by_text("Sprechstunde").first).to_be_visible()
    await expect(page.get_by_role("link", name="Weitere Veranstaltungen")).to_have_count(0)
    second = await page.locator("section.day h2 time").evaluate_all("times => times.map(time => time.dateTime)")

    assert (len(first), len(second)) == (ON_A_PAGE, DATES - ON_A_PAGE)
    assert first + second == sorted(first + second)
    assert len(set(first + second)) == DATES


async def test_an_empty_list_says_so_and_leads_on(page: Page, calendar: Calendar) -> None:
    await page.goto(calendar.pages["empty list"])

    await expect(page.get_by_role("heading", name="Hier ist noch nichts eingetragen")).to_be_visible()
    await expect(page.get_by_text("Versuchen Sie es mit einem längeren Zeitraum")).to_be_visible()
    await expect(page.get_by_role("link", name="Alle kommenden Veranstaltungen zeigen")).to_be_visible()


async def test_a_date_that_cannot_be_read_is_named_and_kept(page: Page, calendar: Calendar) -> None:
    await page.goto(calendar.pages["list that cannot be read"])

    await expect(page.get_by_role("alert")).to_contain_text("Von: muss ein Datum wie 2026-12-03")
    await expect(page.get_by_label("Von", exact=True)).to_have_value("gestern")
    assert await titles(page) == []


async def test_an_unclear_postal_code_is_asked_back_and_answered_with_a_click(page: Page, calendar: Calendar) -> None:
    await page.goto(f"{calendar.list_url}&from={MAY[0]}&to={MAY[1]}")
    await page.get_by_label("Ort oder Postleitzahl").fill("08134")
    await page.get_by_label("Umkreis").select_option("nur dieser Ort")
    await page.get_by_role("button", name="Anzeigen").click()

    await expect(page.get_by_role("alert")).to_contain_text("Welchen Ort meinen Sie?")
    await page.get_by_role("alert").get_by_role("link", name="Wildenfels").click()
    await expect(page.get_by_label("Ort oder Postleitzahl")).to_have_value("08134 Wildenfels")
    await expect(page.get_by_label("Umkreis")).to_have_value("0")
    assert READING["title"] in await titles(page)


async def test_events_are_searched_by_word(page: Page, calendar: Calendar) -> None:
    await page.goto(calendar.list_url)
    await page.get_by_label("Suche").fill("lesungen")
    await page.get_by_label("Suche").press("Enter")

    await expect(page.get_by_label("Suche")).to_have_value("lesungen")
    assert await titles(page) == [READING["title"]]
