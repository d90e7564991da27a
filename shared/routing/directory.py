"""The networks, found by area; and the decision which of them is asked. Multipliers are networks, too.

Nearness comes first: the steps of the rules are gone through until enough were found, and what fits in a nearer one is
always before what fits in a wider one. Within a step the criteria of the rules count. So it is never asked of all
networks what only those of a place are asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, Final

from shared.places import DISTRICT, Places
from shared.routing.network import IDLE, Load, Network, Wanted
from shared.routing.rules import Criterion, Rules, Step
from shared.routing.surroundings import Surroundings

MOST: Final = 6
"""The one that is asked, and the next five, for whoever wants to know why it was not one of them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A network that fits. ``step``: how it is near; ``ags``: the municipality by which it is, of a circle the middle;
    ``distance_km``: from there, None where that says nothing; ``free``: how many requests more it can care for."""

    network: Network
    step: Step
    ags: str
    distance_km: float | None
    topics: frozenset[str]
    languages: frozenset[str]
    free: int
    capacity: int


class Directory:
    """The networks of an alliance. Any order of ``put`` and ``remove`` that ends in the same networks is the same."""

    def __init__(self, rules: Rules, places: Places) -> None:
        self.rules: Final = rules
        self.surroundings: Final = Surroundings(places)
        self._networks: dict[str, Network] = {}
        self._naming: defaultdict[str, set[str]] = defaultdict(set)
        self._circling: defaultdict[str, set[str]] = defaultdict(set)
        self._by_district: defaultdict[str, set[str]] = defaultdict(set)
        self._everywhere: set[str] = set()

    def __len__(self) -> int:
        return len(self._networks)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._networks

    def get(self, id_: str) -> Network | None:
        """The network with this id; None where there is none."""
        return self._networks.get(id_)

    def put(self, network: Network) -> None:
        """Add a network, or what it says of itself now."""
        self.remove(network.id)
        self._networks[network.id] = network
        for index, key in self._keys(network):
            index[key].add(network.id)
        if network.has_no_area:
            self._everywhere.add(network.id)

    def remove(self, id_: str) -> None:
        """Forget a network; one that is not there is no fault."""
        network = self._networks.pop(id_, None)
        if network is None:
            return
        for index, key in self._keys(network):
            index[key].discard(id_)
            if not index[key]:
                del index[key]
        self._everywhere.discard(id_)

    def candidates(
        self, wanted: Wanted, loads: Mapping[str, Load], today: date, *, most: int = MOST
    ) -> list[Candidate]:
        """The networks that fit, the one that is to be asked first; at most ``most``, none where none fits."""
        found: list[Candidate] = []
        seen: set[str] = set()
        for step, ids, ags, distance_km in self._steps(wanted.ags):
            fitting = [
                candidate
                for id_ in ids
                if id_ not in seen
                and (candidate := self._fitting(id_, wanted, loads, today, step, ags, distance_km)) is not None
            ]
            seen.update(ids)
            found += sorted(fitting, key=lambda one: self._rank(one, wanted, loads))
            if len(found) >= most:
                break
        return found[:most]

    def elsewhere(self, wanted: Wanted, today: date, *, most: int) -> list[Candidate]:
        """The nearest networks that would fit but for their area, for whom nobody fits; by distance."""
        found = []
        for id_ in sorted(self._networks):
            where = self._nearest_part(self._networks[id_], wanted.ags)
            if where is None:
                continue
            candidate = self._fitting(id_, wanted, {}, today, "neighbour", where[1], where[0])
            if candidate is not None:
                found.append(candidate)
        return sorted(found, key=lambda one: (one.distance_km or 0.0, one.network.id))[:most]

    def _nearest_part(self, network: Network, ags: str) -> tuple[float, str] | None:
        """How far the nearest municipality of its area is from ``ags``, and which one; None: nothing is known of it."""
        parts = (*network.municipalities, *(middle for middle, _ in network.around))
        measured = ((self.surroundings.distance_km(ags, part), part) for part in parts)
        return min(((km, part) for km, part in measured if km is not None), default=None)

    def _steps(self, ags: str) -> Iterator[tuple[Step, Iterable[str], str, float | None]]:
        """The networks by how they are near, the nearest first, some of them repeatedly."""
        for step in self.rules.steps:
            match step:
                case "municipality":
                    yield step, self._naming.get(ags, ()), ags, 0.0
                case "circle":
                    yield step, self._circling.get(ags, ()), "", None
                case "district":
                    yield step, self._by_district.get(ags[:DISTRICT], ()), ags[:DISTRICT], None
                case "neighbour":
                    for neighbour, distance_km in self.surroundings.neighbours(ags, self.rules.neighbour_km):
                        if ids := self._naming.get(neighbour):
                            yield step, ids, neighbour, distance_km
                case "region":
                    yield step, self._everywhere, "", None

    def _fitting(
        self,
        id_: str,
        wanted: Wanted,
        loads: Mapping[str, Load],
        today: date,
        step: Step,
        ags: str,
        distance_km: float | None,
    ) -> Candidate | None:
        network = self._networks[id_]
        if wanted.kind not in network.takes or id_ in wanted.excluded:
            return None
        if network.paused_until is not None and today <= network.paused_until:
            return None
        if network.qualified_until is not None and network.qualified_until < max(today, wanted.on or today):
            return None
        topics = network.topics & wanted.topics
        if wanted.topics and network.topics and not topics:
            return None
        languages = (network.languages or {self.rules.language}) & wanted.languages
        if wanted.languages and not languages:
            return None
        capacity = self.rules.capacity_of(network)
        free = capacity - loads.get(id_, IDLE).open
        if free <= 0:
            return None
        if step == "circle":
            ags, distance_km = self._middle(network, wanted.ags)
        return Candidate(network, step, ags, distance_km, topics, frozenset(languages), free, capacity)

    def _middle(self, network: Network, ags: str) -> tuple[str, float | None]:
        """The nearest middle of a circle in which ``ags`` lies."""
        measured = [(self.surroundings.distance_km(ags, middle), middle, radius) for middle, radius in network.around]
        covering = [(km, middle) for km, middle, radius in measured if km is not None and km <= radius]
        km, middle = min(covering, default=(None, ags))
        return middle, km

    def _rank(self, one: Candidate, wanted: Wanted, loads: Mapping[str, Load]) -> tuple[Any, ...]:
        load = loads.get(one.network.id, IDLE)
        values: dict[Criterion, Any] = {
            "topics": -len(one.topics),
            "languages": -len(one.languages),
            "load": load.open / one.capacity,
            "last-asked": _since(load.last_asked),
        }
        return (*(values[name] for name in self.rules.criteria), _dealt(wanted.seed, one.network.id), one.network.id)

    def _keys(self, network: Network) -> Iterator[tuple[defaultdict[str, set[str]], str]]:
        """Where a network stands in the indexes."""
        for ags in network.municipalities:
            yield self._naming, ags
        for district in network.districts:
            yield self._by_district, district
        for middle, radius_km in network.around:
            for ags in self.surroundings.within(middle, radius_km):
                yield self._circling, ags


def _since(last_asked: datetime | None) -> float:
    return last_asked.timestamp() if last_asked else float("-inf")


def _dealt(seed: str, id_: str) -> bytes:
    """Something stable by which equals are dealt out, differently for each request."""
    return blake2b(f"{seed} {id_}".encode(), digest_size=8).digest()
