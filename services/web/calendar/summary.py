"""What pages say of one event or of one of its occurrences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.web.client import segment
from services.web.common.plain_text import safe_link
from services.web.common.times import Period, period_of
from shared.language import Language
from shared.vocabulary import vocabulary

Document = Mapping[str, Any]

_COLOURS = 6


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with its label; ``colour`` numbers the colour of its line, None outside the vocabulary."""

    slug: str
    label: str
    colour: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is. ``lines``: name, street, town; ``is_area``: the exact address is held back."""

    lines: tuple[str, ...]
    online_url: str | None
    map_url: str | None
    is_area: bool


@dataclass(frozen=True, slots=True)
class Card:
    """An occurrence in a list."""

    url: str
    title: str
    status: str
    period: Period
    place: Place
    topics: tuple[Topic, ...]
    organisers: tuple[str, ...]
    is_repeated: bool


def card(item: Document, language: Language) -> Card:
    """The card of one item of ``/v1/events``."""
    return Card(
        url=f"/events/{segment(str(item['id']))}",
        title=item["title"],
        status=item["status"],
        period=period_of(item),
        place=place(item.get("place")),
        topics=topics(item.get("topics") or (), language),
        organisers=tuple(organiser["name"] for organiser in item["organisers"]),
        is_repeated=item.get("recurrence_id") is not None,
    )


def place(given: Document | None) -> Place:
    """A place as people write it."""
    given = given or {}
    town = " ".join(part for part in (given.get("postal_code"), given.get("municipality")) if part)
    is_area = given.get("visibility") == "area"
    latitude, longitude = given.get("latitude"), given.get("longitude")
    has_point = latitude is not None and longitude is not None and not is_area
    return Place(
        lines=tuple(line for line in (given.get("name"), given.get("street"), town) if line),
        online_url=safe_link(given.get("online_url")),
        map_url=f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"
        if has_point
        else None,
        is_area=is_area,
    )


def topics(slugs: list[str] | tuple[str, ...], language: Language) -> tuple[Topic, ...]:
    """Topics with their labels."""
    order = list(vocabulary().topics)
    return tuple(
        Topic(
            slug=slug,
            label=vocabulary().label(slug, language.code),
            colour=order.index(slug) % _COLOURS if slug in order else None,
        )
        for slug in slugs
    )
