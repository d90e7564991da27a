"""The same decision as a plain scan of all networks: the judge of the index, and what it is measured against."""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import blake2b
from typing import Any

from shared.places import Places
from shared.routing.network import Load, Network, Wanted
from shared.routing.rules import Rules
from shared.routing.surroundings import Surroundings


def chosen(
    networks: Iterable[Network],
    wanted: Wanted,
    loads: Mapping[str, Load],
    today: date,
    rules: Rules,
    places: Places,
    surroundings: Surroundings,
) -> list[str]:
    """Ids of all networks that fit, the one to be asked first at the beginning."""
    found: list[tuple[Any, str]] = []
    for network in networks:
        near = nearness(network, wanted.ags, rules, surroundings)
        if near is not None and fits(network, wanted, loads, today, rules):
            found.append(((*near, *criteria(network, wanted, loads, rules)), network.id))
    return [id_ for _, id_ in sorted(found)]


def nearness(network: Network, ags: str, rules: Rules, surroundings: Surroundings) -> tuple[int, float] | None:
    """The step by which a network is near, by its place among the steps, and kilometres among neighbours."""
    for number, step in enumerate(rules.steps):
        distances = [surroundings.distance_km(ags, one) for one in network.municipalities if one != ags]
        neighbours = [km for km in distances if km is not None and km <= rules.neighbour_km]
        is_near = {
            "municipality": ags in network.municipalities,
            "circle": any(covers(ags, *circle, surroundings) for circle in network.around),
            "district": ags[:5] in network.districts,
            "neighbour": bool(neighbours),
            "region": network.has_no_area,
        }[step]
        if is_near:
            return number, min(neighbours) if step == "neighbour" else 0.0
    return None


def covers(ags: str, middle: str, radius_km: float, surroundings: Surroundings) -> bool:
    """Whether a circle holds a municipality."""
    distance = surroundings.distance_km(ags, middle)
    return ags == middle or (distance is not None and distance <= radius_km)


def fits(network: Network, wanted: Wanted, loads: Mapping[str, Load], today: date, rules: Rules) -> bool:
    """Whether a network may be asked at all."""
    days = [today, *([wanted.on] if wanted.on else [])]
    return (
        wanted.kind in network.takes
        and network.id not in wanted.excluded
        and not (network.paused_until and today <= network.paused_until)
        and bool(not wanted.topics or not network.topics or network.topics & wanted.topics)
        and bool(not wanted.languages or (network.languages or {rules.language}) & wanted.languages)
        and not any(network.qualified_until and network.qualified_until < day for day in days)
        and loads.get(network.id, Load()).open < capacity_of(network, rules)
    )


def capacity_of(network: Network, rules: Rules) -> int:
    """How many requests it has at most."""
    usual = rules.multiplier_capacity if network.is_multiplier else rules.capacity
    return usual if network.capacity is None else network.capacity


def criteria(network: Network, wanted: Wanted, loads: Mapping[str, Load], rules: Rules) -> tuple[Any, ...]:
    """By what those that are equally near are sorted."""
    load = loads.get(network.id, Load())
    values = {
        "topics": -len(network.topics & wanted.topics),
        "languages": -len((network.languages or {rules.language}) & wanted.languages),
        "load": load.open / max(capacity_of(network, rules), 1),
        "last-asked": load.last_asked.timestamp() if load.last_asked else float("-inf"),
    }
    dealt = blake2b(f"{wanted.seed} {network.id}".encode(), digest_size=8).digest()
    return (*(values[name] for name in rules.criteria), dealt, network.id)
