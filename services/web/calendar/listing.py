"""The list of events: what is chosen, what can be chosen, and the events by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from services.web.calendar.summary import Card, Topic, card, topics
from services.web.common.live import Live
from services.web.common.render import HOME
from services.web.common.times import local
from shared.language import Language
from shared.vocabulary import vocabulary

RADII_KM: Final = (0, 5, 10, 20, 50)


@dataclass(frozen=True, slots=True)
class Counted:
    """A value of a filter and how many occurrences it has under all others."""

    label: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class ListView:
    """What the list shows. Filters are as the reader typed them; ``errors`` say what is wrong with them.

    ``choices`` are the municipalities (items of ``/v1/places``) that ``place`` may mean where that is unclear, and
    ``radius_km`` 0 means that place alone. ``topic_counts``: None where nothing was counted.
    """

    items: Sequence[dict[str, Any]]
    next_url: str | None
    topics: tuple[str, ...]
    place: str
    radius_km: float
    date_from: str
    date_to: str
    municipalities: tuple[Counted, ...]
    errors: tuple[str, ...]
    calendar_url: str
    now: datetime
    organisers: tuple[str, ...] = ()
    words: str = ""
    topic_counts: Mapping[str, int] | None = None
    choices: Sequence[Mapping[str, Any]] = ()
    live: Live | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether there is a filter at all."""
        return bool(
            self.topics or self.place or self.date_from or self.date_to or self.organisers or self.words.strip()
        )


@dataclass(frozen=True, slots=True)
class Day:
    """The events that begin on one day."""

    date: date
    label: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that changes the filters, or a value that can be chosen."""

    label: str
    value: str
    is_chosen: bool


def days(view: ListView, language: Language) -> list[Day]:
    """The events by day, in their order."""
    cards = [card(item, language) for item in view.items]
    today = local(view.now).date()
    labels = {today: language.gettext("Today"), today + timedelta(days=1): language.gettext("Tomorrow")}
    return [
        Day(day, labels.get(day, ""), tuple(found)) for day, found in groupby(cards, key=lambda card: card.period.day)
    ]


def periods(view: ListView, language: Language) -> list[Choice]:
    """Periods that people ask for, as links which keep the other filters."""
    today = local(view.now).date()
    sunday = today + timedelta(days=6 - today.weekday())
    next_month = (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    named = (
        (language.gettext("All upcoming"), "", ""),
        (language.gettext("Today"), today, today),
        (language.gettext("This weekend"), max(today, sunday - timedelta(days=1)), sunday),
        (language.gettext("Next 7 days"), today, today + timedelta(days=6)),
        (language.gettext("This month"), today, next_month - timedelta(days=1)),
    )
    chosen = (view.date_from, view.date_to)
    return [
        Choice(label, _url(view, date_from=str(first), date_to=str(last)), is_chosen=(str(first), str(last)) == chosen)
        for label, first, last in named
    ]


def topic_choices(view: ListView, language: Language) -> list[tuple[Topic, bool, int | None]]:
    """The alliance's topics and whatever else is chosen, each with whether it is and how much there is."""
    known = tuple(vocabulary().topics)
    others = tuple(slug for slug in view.topics if slug not in known)
    counts = view.topic_counts
    return [
        (topic, topic.slug in view.topics, None if counts is None else counts.get(topic.slug, 0))
        for topic in topics((*known, *others), language)
    ]


def place_choices(view: ListView) -> list[tuple[str, str]]:
    """The municipalities that were meant, by name, each with a link which keeps the other filters.

    A link names postal code and municipality, so that the field shows what a person would write.
    """
    names = [(place["name"], f"{_code(view.place, place['postal_codes'])} {place['name']}") for place in view.choices]
    return [(name, _url(view, place=written.strip())) for name, written in names]


def radius_choices(view: ListView, language: Language) -> list[Choice]:
    """How far around a place one can look, and what was asked for."""
    radii = sorted({*RADII_KM, view.radius_km})
    only = language.gettext("Only there")
    return [
        Choice(f"{language.number(km)} km" if km else only, f"{km:g}", is_chosen=km == view.radius_km) for km in radii
    ]


def organiser_choices(view: ListView) -> list[Choice]:
    """The organisations to which the list is limited, by the names that its events give them."""
    names = {organiser["id"]: organiser["name"] for item in view.items for organiser in item["organisers"]}
    return [Choice(names.get(slug, slug), slug, is_chosen=True) for slug in view.organisers]


def chosen(view: ListView, language: Language) -> list[str]:
    """What is chosen besides the period, in words."""
    labels = [topic.label for topic in topics(view.topics, language)]
    labels += [organiser.label for organiser in organiser_choices(view)]
    quoted = [language.gettext("“{words}”", words=view.words)] if view.words.strip() else []
    return [*quoted, *labels, *([view.place] if view.place else [])]


def is_date(text: str) -> bool:
    """Whether a date field of a browser can hold ``text``; what it cannot, it would silently drop."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return not text
    return len(text) == 10


def _code(typed: str, codes: Sequence[str]) -> str:
    """The postal code that was typed, for a retired one or a name the first there is."""
    return typed.strip() if typed.strip() in codes else next(iter(codes), "")


def _url(view: ListView, *, date_from: str | None = None, date_to: str | None = None, place: str | None = None) -> str:
    place = view.place if place is None else place
    filters = [
        ("q", view.words.strip()),
        *(("topic", topic) for topic in view.topics),
        ("near", place),
        ("radius_km", f"{view.radius_km:g}" if place else ""),
        *(("organiser", organiser) for organiser in view.organisers),
        ("from", view.date_from if date_from is None else date_from),
        ("to", view.date_to if date_to is None else date_to),
    ]
    query = urlencode([(name, value) for name, value in filters if value])
    return f"{HOME}?{query}" if query else HOME
