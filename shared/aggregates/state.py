"""What decisions work on and lead to. The state of an aggregate is its fact, so there is one model of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from shared.clock import rfc3339
from shared.contracts.base import Contract
from shared.contracts.requests import Problem, Result

F = TypeVar("F", bound=Contract)
Fact: TypeAlias = Any
"""A contract with ``id``, ``version`` and ``updated_at``: what is published, or a subclass that keeps more."""
Key: TypeAlias = tuple[type[Contract], str]

_FACTS: Final = ".facts"


class Aggregate(NamedTuple):
    """Where a kind of aggregate is stored and published. ``public``: what readers get; ``path``: at the gateway."""

    table: str
    public: type[Contract]
    topic: str
    path: str

    @property
    def is_public(self) -> bool:
        """Whether everyone may read it: on a topic of facts aggregates are told apart by their id alone."""
        return self.topic.endswith(_FACTS)


Aggregates: TypeAlias = Mapping[type[Contract], Aggregate]


class InZone(Protocol):
    """Rules of an alliance that lives in a time zone."""

    @property
    def zone(self) -> ZoneInfo:
        """In which a day is its day."""


R = TypeVar("R", bound=InZone)


@dataclass(slots=True)
class State(Generic[R]):
    """The aggregates that a batch is decided on, as they are after the decisions made so far.

    ``rules``: what the alliance sets for itself. ``erased``: ids of what is erased already. ``tables``: where ids
    stand that are of public aggregates, as far as they may be meant for others.
    """

    now: datetime
    rules: R
    facts: dict[Key, Fact]
    erased: set[str] = field(default_factory=set)
    tables: dict[str, str] = field(default_factory=dict)

    def get(self, model: type[F], id_: str | None) -> F | None:
        """The aggregate of this kind and id; None where there is none."""
        found = self.facts.get((model, id_)) if id_ is not None else None
        assert found is None or isinstance(found, model)
        return found

    def all(self, model: type[F]) -> list[F]:
        """All that were loaded of a kind, by id."""
        return [fact for (_, _), fact in sorted(self.facts.items(), key=_by_id) if isinstance(fact, model)]

    @property
    def at(self) -> str:
        """The present, as it is written."""
        return rfc3339(self.now)

    @property
    def today(self) -> date:
        """The present day where the alliance lives."""
        return self.now.astimezone(self.rules.zone).date()


class NewFact(NamedTuple):
    """A new state of an aggregate to publish, and the type of its message."""

    kind: str
    fact: Fact


class Erased(NamedTuple):
    """An aggregate that is no more, and the type of its tombstone."""

    kind: str
    model: type[Contract]
    id: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a request leads to. ``about``: the aggregate that its outcome names.

    ``facts``: new states to store and to publish; ``stored``: those to store alone, as what changed is not public.
    """

    result: Result
    about: Key | None = None
    facts: tuple[NewFact, ...] = ()
    stored: tuple[Fact, ...] = ()
    erased: tuple[Erased, ...] = ()
    problem: Problem | None = None


def _by_id(item: tuple[Key, Fact]) -> str:
    return item[0][1]
