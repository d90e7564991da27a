"""The list of events: what is chosen, what can be chosen, and the events by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from services.gateway.language import Language
from services.gateway.pages.live import Live
from services.gateway.pages.moments import local
from services.gateway.pages.summary import Card, Topic, card, topics
from shared.vocabulary import vocabulary

HOME = "/"


@dataclass(frozen=True, slots=True)
class ListView:
    """What the list shows. Filters are as the reader typed them; ``errors`` say what is wrong with them."""

    items: Sequence[dict[str, Any]]
    next_url: str | None
    topics: tuple[str, ...]
    municipality: str
    date_from: str
    date_to: str
    municipalities: tuple[str, ...]
    errors: tuple[str, ...]
    calendar_url: str
    now: datetime
    organisers: tuple[str, ...] = ()
    live: Live | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether there is a filter at all."""
        return bool(self.topics or self.municipality or self.date_from or self.date_to or self.organisers)


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
        Day(day, labels.get(day, ""), tuple(found)) for day, found in groupby(cards, key=lambda card: card.moments.day)
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
        Choice(label, _url(view, str(first), str(last)), is_chosen=(str(first), str(last)) == chosen)
        for label, first, last in named
    ]


def topic_choices(view: ListView, language: Language) -> list[tuple[Topic, bool]]:
    """The alliance's topics and whatever else is chosen, each with whether it is."""
    known = tuple(vocabulary().topics)
    others = tuple(slug for slug in view.topics if slug not in known)
    return [(topic, topic.slug in view.topics) for topic in topics((*known, *others), language)]


def organiser_choices(view: ListView) -> list[Choice]:
    """The organisations to which the list is limited, by the names that its events give them."""
    names = {organiser["id"]: organiser["name"] for item in view.items for organiser in item["organisers"]}
    return [Choice(names.get(slug, slug), slug, is_chosen=True) for slug in view.organisers]


def chosen(view: ListView, language: Language) -> list[str]:
    """What is chosen besides the period, in words."""
    labels = [topic.label for topic in topics(view.topics, language)]
    labels += [organiser.label for organiser in organiser_choices(view)]
    return [*labels, view.municipality] if view.municipality else labels


def is_date(text: str) -> bool:
    """Whether a date field of a browser can hold ``text``; what it cannot, it would silently drop."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return not text
    return len(text) == 10


def _url(view: ListView, first: str, last: str) -> str:
    filters = [
        *(("topic", topic) for topic in view.topics),
        ("municipality", view.municipality),
        *(("organiser", organiser) for organiser in view.organisers),
        ("from", first),
        ("to", last),
    ]
    query = urlencode([(name, value) for name, value in filters if value])
    return f"{HOME}?{query}" if query else HOME
