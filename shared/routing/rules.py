"""The alliance's rules of routing are data."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from shared.data import data_file
from shared.routing.network import Network

Step: TypeAlias = Literal["municipality", "circle", "district", "neighbour", "region"]
"""How a network is near to a request."""
Criterion: TypeAlias = Literal["topics", "languages", "load", "last-asked"]

STEPS: Final[tuple[Step, ...]] = get_args(Step)
CRITERIA: Final[tuple[Criterion, ...]] = get_args(Criterion)


@dataclass(frozen=True, slots=True)
class Rules:
    """``steps`` and ``criteria``: in their order; ``capacity`` and ``language``: of who has said none;
    ``multiplier_capacity``: of a person."""

    steps: tuple[Step, ...] = STEPS
    criteria: tuple[Criterion, ...] = CRITERIA
    neighbour_km: float = 20.0
    capacity: int = 5
    multiplier_capacity: int = 2
    language: str = "de"

    def capacity_of(self, network: Network) -> int:
        """How many requests a network cares for at a time."""
        if network.capacity is not None:
            return network.capacity
        return self.multiplier_capacity if network.is_multiplier else self.capacity


def read_rules(file: Path) -> Rules:
    """The rules of a TOML file like ``shared/data/routing.toml``.

    Raises:
        OSError, tomllib.TOMLDecodeError: it cannot be read.
        ValueError: something in it is unknown, missing or out of bounds.
    """
    given: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    if unknown := given.keys() - set(Rules.__dataclass_fields__):
        raise ValueError(f"{file}: unknown: {', '.join(sorted(unknown))}")
    for name, known in (("steps", STEPS), ("criteria", CRITERIA)):
        if wrong := [one for one in given.get(name, ()) if one not in known]:
            raise ValueError(f"{file}: {name}: unknown: {', '.join(map(str, wrong))}")
        if name in given:
            given[name] = tuple(dict.fromkeys(given[name]))
    rules = Rules(**given)
    if not rules.steps or min(rules.capacity, rules.multiplier_capacity) < 1 or not 0 <= rules.neighbour_km <= 200:
        raise ValueError(f"{file}: steps, each capacity above 0 and neighbour_km from 0 to 200 are needed")
    return rules


@cache
def rules() -> Rules:
    """The rules in ``ROUTING_FILE``, or those of the first alliance; errors as ``read_rules``."""
    return read_rules(data_file("ROUTING_FILE", "routing.toml"))
