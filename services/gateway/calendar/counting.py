"""How much there is of each value of a filter, counted anew only when the view or the minute has changed."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.gateway.calendar import change_store, list_store
from services.gateway.calendar.filters import EventFilter, Facet
from services.gateway.calendar.list_store import Count
from services.gateway.calendar.queries import EventQuery, wanted_of_list
from services.gateway.common.context import Context
from shared import db
from shared.clock import utc_now
from shared.language import Language
from shared.places import places

Counts = dict[Facet, list[Count]]

_MOST_KEPT: Final = 500
_kept: Final[OrderedDict[tuple[change_store.Position, EventFilter, tuple[Facet, ...]], Counts]] = OrderedDict()


async def count_page(
    parts: Context, query: EventQuery, facets: Sequence[Facet], language: Language
) -> dict[Facet, list[dict[str, Any]]]:
    """How many occurrences each value of ``facets`` has under the other filters, the most frequent first.

    What is under way counts until the end of its minute.
    """
    minute = utc_now().replace(second=0, microsecond=0)
    async with db.reading(parts.pool) as connection:
        asked = await wanted_of_list(connection, query, ZoneInfo(parts.words.time_zone), minute)
        wanted = replace(asked, after=None, level=0)
        # Read before counting: what comes in between is counted under the older change, and anew under its own.
        key = (await change_store.newest(connection), wanted, tuple(facets))
        if (counts := _kept.get(key)) is None:
            counts = await list_store.count(connection, wanted, facets)
            _keep(key, counts)

    def label(facet: Facet, found: Count) -> str | None:
        if facet == "topic":
            return parts.words.label(found.value, language.code)
        place = places().by_ags(found.value) if facet == "municipality" else None
        return place.name if place else found.label

    return {
        facet: [{"value": one.value, "label": label(facet, one), "count": one.number} for one in found]
        for facet, found in counts.items()
    }


def _keep(key: tuple[change_store.Position, EventFilter, tuple[Facet, ...]], counts: Counts) -> None:
    _kept[key] = counts
    while len(_kept) > _MOST_KEPT:
        _kept.popitem(last=False)
