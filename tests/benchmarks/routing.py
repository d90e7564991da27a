"""``routing``: decisions per second by the index of networks, beside a plain scan of all of them by the same rules."""

import random
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import psutil

from shared.places import Place, Places, places
from shared.routing.directory import Directory
from shared.routing.network import Kind, Network, Wanted
from shared.routing.rules import rules
from tests.unit.routing.plain import chosen

TODAY = date(2026, 12, 2)
TOPICS = ("integration", "demokratie", "weiterbildung", "flucht-und-asyl", "antidiskriminierung", "buergerbeteiligung")
KINDS: tuple[Kind, ...] = ("offer-help", "seek-help", "question")
COUNTRY = 10_775, 100_000
ROUNDS = 3


def measure() -> dict[str, Any]:
    """For one district and for a whole country: the ratio, what the index takes to be built, and its memory."""
    return {"district": _compare(places(), 60, 3_000), "country": _compare(_country(COUNTRY[0]), COUNTRY[1], 8)}


def _compare(known: Places, count: int, scanned: int) -> dict[str, Any]:
    chance = random.Random(11)
    empty = psutil.Process().memory_info().rss
    networks = [_network(f"network-{number}", known, chance) for number in range(count)]
    requests = [_request(str(number), known, chance) for number in range(2_000)]
    began = time.perf_counter()
    directory = Directory(rules(), known)
    for network in networks:
        directory.put(network)
    built, size = time.perf_counter() - began, psutil.Process().memory_info().rss - empty

    def by_index(wanted: Wanted) -> list[str]:
        return [one.network.id for one in directory.candidates(wanted, {}, TODAY, most=1)]

    def by_scan(wanted: Wanted) -> list[str]:
        return chosen(networks, wanted, {}, TODAY, rules(), known, directory.surroundings)[:1]

    for wanted in requests[: scanned // 10 + 1]:
        assert by_index(wanted) == by_scan(wanted), "index and scan decide alike"
    ours = max(_per_second(by_index, requests) for _ in range(ROUNDS))
    bare = max(_per_second(by_scan, requests[:scanned]) for _ in range(ROUNDS if count < 1_000 else 1))
    return {
        "ratio": round(ours / bare, 1),
        "decisions_per_second": round(ours),
        "bare_per_second": round(bare, 2),
        "built_s": round(built, 2),
        "megabytes": round(size / 2**20),
    }


def _per_second(decide: Callable[[Wanted], list[str]], requests: Sequence[Wanted]) -> float:
    began = time.perf_counter()
    for wanted in requests:
        decide(wanted)
    return len(requests) / (time.perf_counter() - began)


def _country(count: int) -> Places:
    """As many municipalities as there are in Germany, spread over as large an area."""
    chance = random.Random(7)
    rows = []
    for number in range(count):
        ags = f"{1 + number % 16:02}{number // 16 % 30:03}{number // 480 + 1:03}"
        place = Place(ags, f"Ort {number}", (), chance.uniform(47.3, 55.0), chance.uniform(5.9, 15.0))
        rows.append((place, ()))
    return Places(rows)


def _network(id_: str, known: Places, chance: random.Random) -> Network:
    """Most name municipalities next to each other in the list, some a circle, few a district or nothing."""
    first = chance.randrange(len(known.items))
    towns = tuple(place.ags for place in known.items[first : first + chance.randint(1, 4)])
    form = chance.random()
    return Network(
        id=id_,
        name=id_,
        takes=frozenset(KINDS),
        municipalities=towns if form < 0.8 else (),
        around=((towns[0], chance.uniform(3, 20)),) if 0.7 < form < 0.95 else (),
        districts=(towns[0][:5],) if 0.95 <= form < 0.999 else (),
        topics=frozenset(chance.sample(TOPICS, 2)),
        languages=frozenset(("de", *chance.sample(("ar", "uk", "fa"), 1))),
        capacity=chance.randint(1, 8),
    )


def _request(seed: str, known: Places, chance: random.Random) -> Wanted:
    return Wanted(
        kind=chance.choice(KINDS),
        ags=chance.choice(known.items).ags,
        topics=frozenset(chance.sample(TOPICS, 1)),
        languages=frozenset(("de",)),
        seed=seed,
    )
