"""The members of the alliance: a directory, and a page for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from services.web.calendar.summary import Topic, topics
from services.web.client import segment
from services.web.common.labels import day
from services.web.common.plain_text import capitalised, paragraphs, safe_link
from services.web.common.render import render
from shared.language import Language
from shared.places import Places, places
from shared.vocabulary import vocabulary

Document = dict[str, Any]

HOME = "/members"
_AT_ONCE = 6
"""How many municipalities a line of the directory names."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader typed. ``errors`` say what is wrong; ``choices``: what ``place`` may mean, as in ``/v1/places``."""

    topics: tuple[str, ...] = ()
    place: str = ""
    errors: tuple[str, ...] = ()
    choices: Sequence[Document] = ()

    @property
    def is_filtered(self) -> bool:
        """Whether there is a filter at all."""
        return bool(self.topics or self.place.strip())

    def url(self, **changed: str) -> str:
        """The directory with these filters, of which some may differ."""
        place = changed.get("place", self.place).strip()
        pairs = [*(("topic", topic) for topic in self.topics), *([("municipality", place)] if place else [])]
        if cursor := changed.get("cursor"):
            pairs.append(("cursor", cursor))
        return f"{HOME}?{urlencode(pairs)}" if pairs else HOME


@dataclass(frozen=True, slots=True)
class Member:
    """A member in words. ``reasons``: why it counts as active or passive; ``unless``: what would change that.

    ``thanks``: year and words, the latest first.
    """

    id: str
    url: str
    name: str
    description: list[Markup]
    website: str | None
    topics: tuple[Topic, ...]
    areas: tuple[str, ...]
    kinds: tuple[str, ...]
    languages: tuple[str, ...]
    response: str | None
    is_active: bool
    status: str
    since: str
    reasons: tuple[str, ...]
    unless: tuple[str, ...]
    thanks: tuple[tuple[int, list[Markup]], ...]
    years: tuple[int, ...]

    @property
    def short_areas(self) -> tuple[str, ...]:
        """As many areas as fit on a line."""
        return self.areas[:_AT_ONCE]

    @property
    def further_areas(self) -> int:
        """How many areas are not among those."""
        return max(0, len(self.areas) - _AT_ONCE)


def member(document: Document, language: Language, today: date) -> Member:
    """The member's public entry, from an item of ``GET /v1/members`` or the document of one."""
    is_active = document["status"] == "active"
    return Member(
        id=document["id"],
        url=f"{HOME}/{segment(str(document['id']))}",
        name=document["name"],
        description=paragraphs(document.get("description")),
        website=safe_link(document.get("url")),
        topics=topics(tuple(document.get("topics") or ()), language),
        areas=areas(document.get("areas") or {}, language, places()),
        kinds=tuple(capitalised(kind) for kind in document.get("kinds") or ()),
        languages=tuple(capitalised(language.name_of(tag)) for tag in document.get("languages") or ()),
        response=_response(document.get("response_days"), language),
        is_active=is_active,
        status=language.gettext("Active") if is_active else language.gettext("Passive at present"),
        since=day(document["since"], language),
        reasons=tuple(document["reasons"]),
        unless=tuple(document["unless"]),
        thanks=tuple(
            (one["year"], paragraphs(one["text"]))
            for one in sorted(document.get("thanks") or (), key=lambda one: -int(one["year"]))
        ),
        years=_years(document["since"], today),
    )


def areas(given: Document, language: Language, known: Places) -> tuple[str, ...]:
    """Where a member can be asked, in words: districts, municipalities by name, circles."""
    districts = []
    for district in given.get("districts") or ():
        if all(place.ags.startswith(district) for place in known.items):
            districts.append(language.gettext("Everywhere in the district"))
        else:
            districts.append(language.gettext("District {key}", key=district))
    circles = []
    for circle in given.get("around") or ():
        middle = known.by_ags(circle["ags"])
        said = {"km": language.number(circle["radius_km"]), "place": middle.name if middle else circle["ags"]}
        circles.append(language.gettext("{km} km around {place}", **said))
    named = [(known.by_ags(ags), ags) for ags in given.get("municipalities") or ()]
    return (*districts, *sorted(place.name if place else ags for place, ags in named), *circles)


def render_members(
    documents: Sequence[Document], filters: Filters, language: Language, *, today: date, following: str | None = None
) -> str:
    """The directory; ``documents``: its items in their order, ``following``: the cursor of what comes next."""
    chosen_topics = (*vocabulary().topics, *(slug for slug in filters.topics if slug not in vocabulary().topics))
    chosen = [topic.label for topic in topics(filters.topics, language)] + ([filters.place] if filters.place else [])
    return render(
        "members/directory.html",
        language,
        members=[member(document, language, today) for document in documents],
        filters=filters,
        chosen=chosen,
        topics=[(topic, topic.slug in filters.topics) for topic in topics(chosen_topics, language)],
        places=[(place["name"], filters.url(place=written_place(place))) for place in filters.choices],
        municipalities=[place.name for place in places().items],
        next_url=filters.url(cursor=following) if following else None,
        members_home=HOME,
        where="members",
        canonical="" if filters.is_filtered or filters.errors else HOME,
    )


def render_member(document: Document, language: Language, *, today: date) -> str:
    """The page of one member, as ``GET /v1/members/{member}`` shows it."""
    shown = member(document, language, today)
    return render(
        "members/member.html", language, member=shown, members_home=HOME, where="members", canonical=shown.url
    )


def written_place(place: Document) -> str:
    """A place as a person would write it, so that it means no other."""
    return " ".join([*place["postal_codes"][:1], place["name"]])


def _response(days: int | None, language: Language) -> str | None:
    if days is None:
        return None
    return language.ngettext("Answers within {number} working day", "Answers within {number} working days", days)


def _years(admitted: str | None, today: date) -> tuple[int, ...]:
    """The years of the membership, the present one first."""
    first = date.fromisoformat(admitted).year if admitted else today.year
    return tuple(range(today.year, min(first, today.year) - 1, -1))
