"""Made-up networks of a simulated year: where they help, how much at a time, and when they come, pause and go."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from shared.places import DISTRICT, Places
from shared.routing.network import Network
from shared.vocabulary import vocabulary
from tests.simulation.options import BEGINS, ENDS

LANGUAGES: Final = ("ar", "en", "fa", "ru", "uk")
TOPICS: Final = tuple(vocabulary().topics)
_SUMMER: Final = BEGINS.replace(month=7)
_TAKES: Final = ("offer-help", "seek-help", "question", "support")


@dataclass(frozen=True, slots=True)
class Change:
    """From ``at`` a network says this of itself; None: it is a member no more."""

    at: datetime
    id: str
    network: Network | None


def networks_of_a_year(count: int, known: Places, chance: Random) -> Iterator[Change]:
    """How ``count`` networks come, pause and go; most are there from the beginning and stay."""
    for number in range(count):
        network = _network(f"netzwerk-{number}", known, chance)
        joins = BEGINS if chance.random() < 0.9 else moment(chance)
        leaves = moment(chance) if chance.random() < 0.1 else ENDS
        yield Change(joins, network.id, network)
        for begins in _pauses(chance):
            if joins < begins < leaves:
                until = (begins + timedelta(days=chance.randint(7, 42))).date()
                yield Change(begins, network.id, replace(network, paused_until=until))
        if joins < leaves < ENDS:
            yield Change(leaves, network.id, None)


def moment(chance: Random) -> datetime:
    """Some time in the year."""
    return BEGINS + (ENDS - BEGINS) * chance.random()


def _pauses(chance: Random) -> Iterator[datetime]:
    """A third pauses in summer, and some at another time."""
    if chance.random() < 0.3:
        yield _SUMMER + timedelta(days=chance.randint(0, 40))
    if chance.random() < 0.1:
        yield moment(chance)


def _network(id_: str, known: Places, chance: Random) -> Network:
    """Most name a few municipalities, some a circle, few the district or nothing."""
    towns = tuple(place.ags for place in chance.sample(known.items, min(chance.randint(1, 4), len(known.items))))
    form = chance.random()
    return Network(
        id=id_,
        name=id_.title(),
        takes=frozenset(chance.sample(_TAKES, chance.randint(2, 4))),
        municipalities=towns if form < 0.75 else (),
        around=((towns[0], float(chance.randint(5, 15))),) if 0.7 < form < 0.9 else (),
        districts=(towns[0][:DISTRICT],) if 0.9 <= form < 0.95 else (),
        topics=frozenset(chance.sample(TOPICS, chance.randint(1, 4))) if chance.random() < 0.9 else frozenset(),
        languages=frozenset(("de", *chance.sample(LANGUAGES, chance.randint(0, 2)))),
        capacity=chance.choice((2, 3, 5, 8, 12, 20)) if chance.random() < 0.9 else None,
        response_days=chance.choice((2, 3, 10)) if chance.random() < 0.3 else None,
    )
