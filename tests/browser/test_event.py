"""The page of one event: all that is known of it, for people, for their calendars and for search engines."""

import json
from pathlib import Path
from typing import Any

import icalendar
from playwright.async_api import Page, expect

from tests.browser.calendar import CAFE, LONG, Calendar


async def test_an_event_opens_from_the_list_and_shows_all_there_is(page: Page, calendar: Calendar) -> None:
    await page.goto(f"{calendar.list_url}&from=2032-05-05&to=2032-05-05")
    await page.get_by_role("link", name=CAFE["title"]).click()

    await expect(page.get_by_role("heading", level=1)).to_have_text(CAFE["title"])
    main = page.get_by_role("main")
    for text in (
        "Nächster Termin: Mittwoch, 5. Mai 2032, 16:00–18:00 Uhr",
        "Kaffee und Gespräche.",
        "Alte Schule",
        "Am Markt 1",
        "08134 Wildenfels",
        "Deutsch, Arabisch",
        "frei",
        "Familien",
        "Stufenlos",
        "Demokratie",
        "nachbarschaft",
        f"Kalender {calendar.partner.id}",
    ):
        await expect(main).to_contain_text(text)
    for name, address in (
        ("Anmelden", CAFE["registration_url"]),
        ("Online teilnehmen", CAFE["place"]["online_url"]),
        ("Seite des Veranstalters", CAFE["url"]),
        ("example.org/cafe", CAFE["url"]),
    ):
        await expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("href", address)


async def test_the_dates_of_an_event_can_be_unfolded_and_cancelled_ones_are_marked(
    page: Page, calendar: Calendar
) -> None:
    await page.goto(calendar.urls["cafe"])
    dates = page.locator(".dates li")
    last = page.get_by_text("Mittwoch, 21. Juli 2032")

    await expect(dates).to_have_count(12)
    await expect(dates.nth(1)).to_contain_text("Abgesagt")
    await expect(last).to_be_hidden()
    await page.get_by_text("4 weitere Termine").click()
    await expect(last).to_be_visible()


async def test_an_event_can_be_taken_over_into_a_calendar(page: Page, calendar: Calendar, tmp_path: Path) -> None:
    await page.goto(calendar.urls["cafe"])
    async with page.expect_download() as download:
        await page.get_by_role("link", name="In Kalender übernehmen").click()
    await (await download.value).save_as(tmp_path / "event.ics")

    entries: list[Any] = icalendar.Calendar.from_ical((tmp_path / "event.ics").read_bytes()).walk("VEVENT")
    (whole,) = (entry for entry in entries if "RRULE" in entry)
    (cancelled,) = (entry for entry in entries if entry.get("STATUS") == "CANCELLED")
    assert (str(whole["SUMMARY"]), whole["DTSTART"].dt.isoformat()) == (CAFE["title"], CAFE["starts_at"])
    assert cancelled["RECURRENCE-ID"].dt.isoformat() == CAFE["overrides"][0]["recurrence_id"]


async def test_search_engines_read_the_right_dates(page: Page, calendar: Calendar) -> None:
    await page.goto(calendar.urls["cafe"])
    series = await json_ld(page)
    await page.goto(calendar.urls["woche"])
    week = await json_ld(page)
    await page.goto(calendar.urls["chor"])
    choir = await json_ld(page)

    assert (series["@type"], series["startDate"], series["endDate"]) == (
        "EventSeries",
        CAFE["starts_at"],
        CAFE["ends_at"],
    )
    assert [found["startDate"] for found in series["subEvent"]][:2] == [CAFE["starts_at"], "2032-05-12T16:00:00+02:00"]
    assert series["subEvent"][1]["eventStatus"] == "https://schema.org/EventCancelled"
    # The last day is included here.
    assert (week["name"], week["startDate"], week["endDate"]) == (LONG, "2032-05-20", "2032-05-22")
    assert choir["eventStatus"] == "https://schema.org/EventCancelled"


async def test_a_withdrawn_event_is_gone_and_an_unknown_one_not_there_in_words(page: Page, calendar: Calendar) -> None:
    gone = await page.goto(calendar.urls["zurueck"])
    assert gone is not None
    assert gone.status == 410
    await expect(page.get_by_role("heading", level=1)).to_have_text("Das wurde zurückgezogen")
    await expect(page.get_by_text("Der Veranstalter hat diese Veranstaltung zurückgezogen.")).to_be_visible()

    unknown = await page.goto("/events/00000000-0000-4000-8000-000000000000")
    assert unknown is not None
    assert unknown.status == 404
    await expect(page.get_by_role("heading", level=1)).to_have_text("Das gibt es hier nicht")
    await page.get_by_role("link", name="Alle kommenden Veranstaltungen zeigen").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Was ist los im Bündnis?")


async def json_ld(page: Page) -> Any:
    """The one block of structured data on the page."""
    return json.loads(await page.locator('script[type="application/ld+json"]').text_content() or "")
