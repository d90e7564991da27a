"""The office's page of white spots as HTML: the municipalities on a map and in a table, for all topics or one."""

from collections.abc import Sequence
from math import ceil
from typing import Final
from urllib.parse import urlencode

from services.web.client import Document
from services.web.common.frame import Frame, render_page
from services.web.referrals.office_pages import BOARD
from services.web.referrals.spot_map import Spot, spot_map
from shared.language import Language
from shared.places import places
from shared.vocabulary import vocabulary

WHITE_SPOTS: Final = f"{BOARD}/white-spots"
_SHADES: Final = 3


def render_white_spots(found: Sequence[Document], topic: str, frame: Frame, language: Language) -> str:
    """Municipalities with white spots. ``topic``: of it alone, empty for all of the alliance's topics."""
    known = vocabulary()
    labels = {slug: known.label(slug, language.code) for slug in known.topics}
    by_place: dict[str, dict[str, Document]] = {}
    for one in found:
        if topic in ("", one["topic"]):
            by_place.setdefault(one["place"]["ags"], {})[one["topic"]] = one
    spots = {
        ags: _of_topic(of_place[topic], language) if topic else _of_all(of_place, len(labels), language)
        for ags, of_place in by_place.items()
    }
    columns = {topic: labels[topic]} if topic else labels
    return render_page(
        "referrals/office_white_spots.html",
        language,
        frame,
        board=BOARD,
        views=[
            (WHITE_SPOTS, language.gettext("All topics"), not topic),
            *((f"{WHITE_SPOTS}?{urlencode({'topic': slug})}", label, slug == topic) for slug, label in labels.items()),
        ],
        chosen=labels.get(topic, ""),
        map=spot_map(places().items, spots),
        columns=columns.values(),
        rows=[
            (ags, _name(of_place), [_said(of_place.get(slug), language) for slug in columns])
            for ags, of_place in by_place.items()
        ],
    )


def _of_all(of_place: dict[str, Document], topics: int, language: Language) -> Spot:
    """Of a municipality: how many topics are white spots there."""
    number, is_ringed = len(of_place), any(one["unanswered"] for one in of_place.values())
    said = language.ngettext("{number} white spot", "{number} white spots", number)
    if is_ringed:
        said = f"{said}, " + language.gettext("at least five found nobody")
    return Spot(str(number), min(_SHADES, ceil(_SHADES * number / topics)), is_ringed, said)


def _of_topic(one: Document, language: Language) -> Spot:
    """The same of one topic: how many found nobody, or that nobody can be asked."""
    sign = str(one["unanswered"]) if one["unanswered"] else "×"
    return Spot(sign, 1 if one["networks"] else _SHADES, bool(one["unanswered"]), _said(one, language))


def _said(one: Document | None, language: Language) -> str:
    if one is None:
        return ""
    if one["unanswered"]:
        return language.gettext("{number} without an answer", number=one["unanswered"])
    return language.gettext("nobody")


def _name(of_place: dict[str, Document]) -> str:
    return str(next(iter(of_place.values()))["place"]["name"])
