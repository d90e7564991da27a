"""A network as routing sees it, and what is asked of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal, TypeAlias

from shared.contracts.members.organisations import ASKED_BY_DEFAULT

Kind: TypeAlias = Literal["offer-help", "seek-help", "question", "support", "moderator"]
"""What is asked of a network. Moderators are multipliers, which are asked nothing else."""


@dataclass(frozen=True, slots=True)
class Network:
    """What an organisation says of itself, or a multiplier, who has no name here. ``around``: the municipality in the
    middle, and kilometres; ``languages`` and ``topics`` empty: none said; ``paused_until``: the last day on which it is
    not asked; ``response_days``: the working days within which it answers, None where it has not said.

    ``qualified_until``: of a multiplier the last day for which it may be asked; None: there is no end.
    """

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
    is_multiplier: bool = False
    qualified_until: date | None = None

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
    which equals are dealt out; ``excluded``: networks that were asked, declined or may not be asked; ``on``: the day
    for which a moderator is needed, None where none is named."""

    kind: Kind
    ags: str
    topics: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    seed: str = ""
    excluded: frozenset[str] = field(default=frozenset())
    on: date | None = None


def network_of(fact: Mapping[str, Any]) -> Network | None:
    """The network that an organisation's fact tells of; None where it is no active member and so is not asked."""
    if fact["status"] != "active":
        return None
    takes, paused = fact.get("takes"), fact.get("paused_until")
    return Network(
        id=fact["id"],
        name=fact["name"],
        takes=frozenset(ASKED_BY_DEFAULT if takes is None else takes),
        capacity=fact["capacity"],
        paused_until=date.fromisoformat(paused) if paused else None,
        response_days=fact.get("response_days"),
        **_offered(fact, fact["areas"]),
    )


def multiplier_of(fact: Mapping[str, Any]) -> Network | None:
    """The same of a multiplier's fact; None where nobody can be asked under this entry of the registry.

    Qualifications begin with a training that was held, so that only their end matters.
    """
    if fact["status"] != "available" or not fact["qualifications"]:
        return None
    ends = [one["until"] for one in fact["qualifications"]]
    return Network(
        id=fact["id"],
        name="",
        takes=frozenset({"moderator"}),
        is_multiplier=True,
        qualified_until=None if None in ends else date.fromisoformat(max(ends)),
        **_offered(fact, fact["area"]),
    )


NETWORK_OF: Final[Mapping[str, Callable[[Mapping[str, Any]], Network | None]]] = {
    "organisation": network_of,
    "multiplier": multiplier_of,
}
"""Who can be asked, by what a fact of members is about."""


def _offered(fact: Mapping[str, Any], area: Mapping[str, Any]) -> dict[str, Any]:
    """Where, about what and in which languages somebody can be asked."""
    return {
        "municipalities": tuple(area["municipalities"]),
        "districts": tuple(area["districts"]),
        "around": tuple((one["ags"], one["radius_km"]) for one in area["around"]),
        "topics": frozenset(fact["topics"]),
        "languages": frozenset(fact["languages"]),
    }
