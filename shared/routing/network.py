"""A network as routing sees it, and what is asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal, TypeAlias

from shared.contracts.members.organisations import ASKED_BY_DEFAULT

Kind: TypeAlias = Literal["offer-help", "seek-help", "question", "support"]
"""What is asked of a network. A moderator is looked for among people, not networks."""
DISTRICT: Final = 5
"""So many digits of a municipality's key are that of its district."""


@dataclass(frozen=True, slots=True)
class Network:
    """What an organisation says of itself. ``around``: the municipality in the middle, and kilometres; ``languages``
    and ``topics`` empty: none said; ``paused_until``: the last day on which it is not asked; ``response_days``: the
    working days within which it answers, None where it has not said."""

    id: str
    name: str
    takes: frozenset[str]
    municipalities: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    around: tuple[tuple[str, float], ...] = ()
    topics: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    capacity: int | None = None
    paused_until: date | None = None
    response_days: int | None = None

    @property
    def has_no_area(self) -> bool:
        """Whether it named no area, so that it can be asked everywhere."""
        return not (self.municipalities or self.districts or self.around)


@dataclass(frozen=True, slots=True)
class Load:
    """How many requests a network cares for, and when it was last asked; None: never."""

    open: int = 0
    last_asked: datetime | None = None


IDLE: Final = Load()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request as routing sees it. ``ags``: the municipality of the person; ``seed``: what tells it from others, by
    which equals are dealt out; ``excluded``: networks that were asked, declined or may not be asked."""

    kind: Kind
    ags: str
    topics: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    seed: str = ""
    excluded: frozenset[str] = field(default=frozenset())


def network_of(fact: Mapping[str, Any]) -> Network | None:
    """The network that an organisation's fact tells of; None where it is no active member and so is not asked."""
    if fact["status"] != "active":
        return None
    areas, takes = fact["areas"], fact.get("takes")
    paused = fact.get("paused_until")
    return Network(
        id=fact["id"],
        name=fact["name"],
        takes=frozenset(ASKED_BY_DEFAULT if takes is None else takes),
        municipalities=tuple(areas["municipalities"]),
        districts=tuple(areas["districts"]),
        around=tuple((one["ags"], one["radius_km"]) for one in areas["around"]),
        topics=frozenset(fact["topics"]),
        languages=frozenset(fact["languages"]),
        capacity=fact["capacity"],
        paused_until=date.fromisoformat(paused) if paused else None,
        response_days=fact.get("response_days"),
    )
