"""Which public occurrences are wanted, and how that is said in SQL; only what is asked for is said.

PostgreSQL plans a generic ``$1 is null or …`` badly.
"""

from dataclasses import dataclass
from datetime import datetime
from math import radians, sin
from typing import Final, Literal

from services.gateway.common.parameters import Parameters
from shared.circle import EARTH_KM, Circle

Facet = Literal["topic", "target_group", "organiser", "municipality", "status"]

Level = Literal["title", "labels", "every"]

LEVELS: Final[tuple[Level, ...]] = ("title", "labels", "every")

_BOX: Final = "o.latitude between {} and {} and o.longitude between {} and {}"
# Haversine; what is compared is the square of half the chord, so that nothing needs to be turned back into an angle.
_WITHIN: Final = (
    "power(sin(radians(o.latitude - {0}) / 2), 2)"
    " + cos(radians({0})) * cos(radians(o.latitude)) * power(sin(radians(o.longitude - {1}) / 2), 2) <= {2}"
)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What of the public occurrences is wanted; None or empty: all. Times aware, ``before`` excluded.

    ``low_threshold``: those alone that are easy to come to.
    ``words``: a query for words (``words.query``); what it finds in titles stands first, then in labels, then anywhere.
    ``after``: the last item of the page before, its start and id; with words ``level`` tells where it was found.
    ``changed_after`` is a change number that the event's is greater than, ``updated_since`` the earliest time of its
    newest version.
    """

    since: datetime
    before: datetime | None = None
    topics: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    organisers: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    ags: str | None = None
    municipality: str | None = None
    near: Circle | None = None
    low_threshold: bool = False
    words: str | None = None
    after: tuple[datetime, str] | None = None
    level: int = 0
    changed_after: int | None = None
    updated_since: datetime | None = None

    @property
    def is_plain(self) -> bool:
        """Whether nothing but a period is asked for."""
        several = (self.topics, self.target_groups, self.organisers, self.statuses)
        single = (self.ags, self.municipality, self.near, self.words, self.changed_after, self.updated_since)
        return not any((*several, self.low_threshold)) and all(value is None for value in single)

    def values(self, parameters: Parameters) -> dict[Facet, str]:
        """The filters of ``occurrence as o`` by values, which can be counted."""
        found: dict[Facet, str] = {}
        if self.topics:
            found["topic"] = parameters.use("o.topics && {}::text[]", list(self.topics))
        if self.target_groups:
            found["target_group"] = parameters.use("o.target_groups && {}::text[]", list(self.target_groups))
        if self.organisers:
            found["organiser"] = parameters.use("o.organisers && {}::text[]", list(self.organisers))
        if self.statuses:
            found["status"] = parameters.use("o.status = any({}::text[])", list(self.statuses))
        places = []
        if self.ags is not None:
            places.append(parameters.use("o.ags = {}", self.ags))
        if self.municipality is not None:
            places.append(parameters.use("lower(o.municipality) = lower({})", self.municipality))
        if places:
            found["municipality"] = " and ".join(places)
        return found

    def common(self, parameters: Parameters) -> list[str]:
        """The others: until when, how near, whether it is easy to come."""
        found = ["o.low_threshold"] if self.low_threshold else []
        if self.before is not None:
            found.append(parameters.use("o.starts_at < {}", self.before))
        if self.near is not None:
            reach = sin(min(self.near.radius_km / EARTH_KM, radians(180)) / 2) ** 2
            south, north, west, east = self.near.box()
            found.append(parameters.use(_BOX, south, north, west, east))
            found.append(parameters.use(_WITHIN, self.near.latitude, self.near.longitude, reach))
        return found
