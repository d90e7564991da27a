"""A small calendar of its own partners, far from what other tests publish, and how pages show it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Page

from tests.support.bus import Bus, Partner, eventually, submission

ON_A_PAGE = 30
DATES = 33
WILDENFELS: dict[str, Any] = {
    "name": "Alte Schule",
    "street": "Am Markt 1",
    "postal_code": "08134",
    "municipality": "Wildenfels",
    "latitude": 50.67,
    "longitude": 12.61,
}
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft tagt"

READING = submission(
    "lesung",
    title="Lesung am Abend",
    starts_at="2032-05-03T19:00:00+02:00",
    ends_at="2032-05-03T21:00:00+02:00",
    topics=["demokratie"],
    place=WILDENFELS,
)
CHOIR = submission(
    "chor", title="Offenes Singen", starts_at="2032-05-03T20:00:00+02:00", topics=["integration"], status="cancelled"
)
CAFE = submission(
    "cafe",
    title="Interkulturelles Café",
    description="Kaffee und Gespräche.\n\nMehr steht auf https://example.org/cafe.",
    starts_at="2032-05-05T16:00:00+02:00",
    ends_at="2032-05-05T18:00:00+02:00",
    time_zone="Europe/Berlin",
    recurrence={"rrule": "FREQ=WEEKLY;COUNT=12"},
    overrides=[{"recurrence_id": "2032-05-12T16:00:00+02:00", "status": "cancelled"}],
    topics=["integration", "demokratie", "nachbarschaft"],
    target_groups=["familien"],
    languages=["de", "ar"],
    cost="frei",
    accessibility=["stufenlos"],
    url="https://example.org/cafe",
    registration_url="https://example.org/anmelden",
    place=WILDENFELS | {"online_url": "https://example.org/live"},
)
WEEK = submission("woche", title=LONG, starts_at="2032-05-20", ends_at="2032-05-23", topics=["integration"])
DAILY = submission(
    "sprechstunde",
    title="Sprechstunde",
    starts_at="2032-06-01T10:00:00+02:00",
    time_zone="Europe/Berlin",
    recurrence={"rrule": f"FREQ=DAILY;COUNT={DATES}"},
)
TAKEN_BACK = submission("zurueck", title="Zurückgezogenes Fest")


@dataclass(frozen=True)
class Calendar:
    """What was published, and where it is read. ``list_url`` is the list of one partner, without what recurs daily."""

    partner: Partner
    frequent: Partner
    urls: dict[str, str]
    soon: datetime

    @property
    def list_url(self) -> str:
        """The events of the partner with the mixed programme."""
        return f"/?organiser={self.partner.id}"

    @property
    def long_list_url(self) -> str:
        """More dates than stand on one page."""
        return f"/?organiser={self.frequent.id}"

    @property
    def pages(self) -> dict[str, str]:
        """Every kind of page there is, by name."""
        return {
            "list": self.list_url,
            "filtered list": f"{self.list_url}&topic=integration&from=2032-05-01&to=2032-05-31",
            "long list": self.long_list_url,
            "empty list": f"{self.list_url}&municipality=Nirgendwo",
            "list with an unclear place": f"{self.list_url}&near=08393",
            "list that cannot be read": f"{self.list_url}&from=gestern",
            "recurring event": self.urls["cafe"],
            "cancelled event": self.urls["chor"],
            "event with a long word": self.urls["woche"],
            "withdrawn event": self.urls["zurueck"],
            "unknown page": "/nichts",
            "imprint": "/imprint",
        }


async def publish(bus: Bus) -> Calendar:
    """Publish everything and wait until it can be read."""
    partner, frequent = await bus.partner("kalender"), await bus.partner("haeufig")
    soon = (datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    treff = submission("treff", title="Bald ist Treff", starts_at=soon.isoformat(), topics=["weiterbildung"])
    urls = {}
    for body in (READING, CHOIR, CAFE, WEEK, treff, TAKEN_BACK):
        published = await partner.put(body)
        assert published.status_code == 201, published.text
        urls[body["uid"]] = published.headers["location"].replace("/v1/", "/")
    assert (await frequent.put(DAILY)).status_code == 201
    assert (await partner.delete(TAKEN_BACK["uid"])).status_code == 204

    async def dates() -> bool:
        return len(await bus.events(organiser=frequent.id)) == DATES

    await eventually(dates)
    return Calendar(partner, frequent, urls, soon)


async def titles(page: Page) -> list[str]:
    """The titles of the events in the list, in their order."""
    return [text.strip() for text in await page.locator("article.card h3").all_text_contents()]
