"""Which of several facts about the same thing counts: the newest by version, in whatever order they came."""

from collections.abc import Hashable, Iterable, MutableMapping
from typing import Any, Protocol, TypeVar


class Versioned(Protocol):
    """What every fact has."""

    @property
    def id(self) -> Any:
        """Of its aggregate."""

    @property
    def version(self) -> int:
        """Grows with each fact of the aggregate."""


Key = TypeVar("Key", bound=Hashable)
Fact = TypeVar("Fact", bound=Versioned)


def keep_newest(kept: MutableMapping[Key, Fact], key: Key, fact: Fact) -> None:
    """Let ``kept`` hold ``fact`` under ``key``, unless what it holds there is as new."""
    if key not in kept or kept[key].version < fact.version:
        kept[key] = fact


def newest(facts: Iterable[Fact]) -> list[Fact]:
    """The newest fact of each aggregate."""
    kept: dict[str, Fact] = {}
    for fact in facts:
        keep_newest(kept, fact.id, fact)
    return list(kept.values())
