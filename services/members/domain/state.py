"""What all decisions work on and lead to. The state of an aggregate is its fact, so there is one model of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from services.members.domain.activity import ActivityRule
from shared.clock import rfc3339
from shared.contracts.base import Contract, FieldError
from shared.contracts.members.contributions import ContributionFact, MultiplierFact, TrainingFact
from shared.contracts.members.goals import CharterFact, GoalFact
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.members.people import MinutesFact, PersonFact
from shared.contracts.requests import Problem, Result, invalid, reason
from shared.topics import MEMBERS_FACTS, MEMBERS_PRIVATE

_DAYS: Final = ("on", "due")


class StoredContribution(ContributionFact):
    """A contribution as it is kept here: with whoever made it, which is nobody else's business."""

    person: str | None = None


class StoredMultiplier(MultiplierFact):
    """A multiplier as it is kept here: with the person behind it."""

    person: str


Fact = (
    OrganisationFact
    | PersonFact
    | MeetingFact
    | MinutesFact
    | StoredContribution
    | TrainingFact
    | StoredMultiplier
    | GoalFact
    | CharterFact
)
F = TypeVar("F", bound=Contract)
Key = tuple[type[Contract], str]


class Aggregate(NamedTuple):
    """Where a kind of aggregate is stored and published. ``public``: what readers get; ``path``: at the gateway."""

    table: str
    public: type[Contract]
    topic: str
    path: str


AGGREGATES: Final[Mapping[type[Contract], Aggregate]] = {
    OrganisationFact: Aggregate("organisation", OrganisationFact, MEMBERS_FACTS, "/v1/members/"),
    PersonFact: Aggregate("person", PersonFact, MEMBERS_PRIVATE, "/v1/office/people/"),
    MeetingFact: Aggregate("meeting", MeetingFact, MEMBERS_FACTS, "/v1/meetings/"),
    MinutesFact: Aggregate("minutes", MinutesFact, MEMBERS_PRIVATE, "/v1/meetings/"),
    StoredContribution: Aggregate("contribution", ContributionFact, MEMBERS_FACTS, "/v1/office/contributions/"),
    TrainingFact: Aggregate("training", TrainingFact, MEMBERS_FACTS, "/v1/office/trainings/"),
    StoredMultiplier: Aggregate("multiplier", MultiplierFact, MEMBERS_FACTS, "/v1/office/multipliers/"),
    GoalFact: Aggregate("goal", GoalFact, MEMBERS_FACTS, "/v1/goals/"),
    CharterFact: Aggregate("charter", CharterFact, MEMBERS_FACTS, "/v1/charters/"),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What an alliance sets for itself. ``zone``: where it lives, so that a day is its day."""

    zone: ZoneInfo
    activity: ActivityRule


@dataclass(slots=True)
class State:
    """The aggregates that a batch is decided on, as they are after the decisions made so far.

    ``erased``: ids of what is erased already. ``tables``: where ids stand that are of public aggregates, as far as
    they may be meant for others.
    """

    now: datetime
    rules: Rules
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


def created(kind: str, fact: Fact, *more: NewFact) -> Decision:
    """Something new."""
    return Decision("created", (type(fact), fact.id), (NewFact(kind, fact), *more))


def changed(kind: str, old: Fact, new: Fact | None, *more: NewFact) -> Decision:
    """Something that differs from before; None: it does not."""
    facts = (*((NewFact(kind, new),) if new else ()), *more)
    return Decision("changed" if facts else "unchanged", (type(old), old.id), facts)


def revised(state: State, old: F, **fields: object) -> F | None:
    """The next version of ``old`` with these fields; None where they are so already."""
    differing = tuple(name for name, value in fields.items() if getattr(old, name) != value)
    if not differing:
        return None
    known = type(old).model_fields
    told = {"changed": differing} if "changed" in known else {}
    version = getattr(old, "version") + 1  # noqa: B009  # every aggregate has one
    return old.model_copy(update={**fields, **told, "version": version, "updated_at": state.at})


def refused(problem: Problem) -> Decision:
    """Nothing changes, and whoever asked hears why."""
    return Decision("refused", problem=problem)


def wrong(*errors: FieldError) -> Decision:
    """Refused for what the request says."""
    return refused(invalid(errors))


def unknown(field_name: str = "id", what: str = "nothing that is here") -> Decision:
    """Refused, as what it is about does not exist."""
    errors = (reason(field_name, "not-found", f"names {what}"),)
    return refused(Problem(type="/problems/not-found", title="There is nothing here", status=404, errors=errors))


def wrong_status(status: str, field_name: str = "id") -> Decision:
    """Refused, as this cannot be done with what is in this status."""
    errors = (reason(field_name, "wrong-status", "cannot be done, as its status is {status}", status=status),)
    title = "This cannot be done as things stand"
    return refused(Problem(type="/problems/wrong-status", title=title, status=409, errors=errors))


def not_as_seen(seen: int | None, stored: int) -> Decision | None:
    """Refused, as what was looked at is not there any more; None where it is."""
    if seen is None or seen == stored:
        return None
    errors = (reason("version", "changed-meanwhile", "is not {stored}, which is there now", stored=stored),)
    title = "This has changed meanwhile"
    return refused(Problem(type="/problems/changed-meanwhile", title=title, status=409, errors=errors))


def in_future(state: State, day: str | None, field_name: str = "on") -> Decision | None:
    """Refused, as what is recorded has not happened yet; None where it has, or no day is named."""
    if day is None or day <= state.today.isoformat():
        return None
    return wrong(reason(field_name, "in-future", "must not lie in the future"))


def no_such_days(command: Contract, above: str = "") -> Iterator[FieldError]:
    """Why days in ``command`` (``on``, ``due``) are none: its schema, a pattern, lets 2026-02-30 pass."""
    for name, value in command:
        path = f"{above}{name}"
        if isinstance(value, Contract):
            yield from no_such_days(value, f"{path}.")
        elif isinstance(value, tuple):
            for place, one in enumerate(value):
                if isinstance(one, Contract):
                    yield from no_such_days(one, f"{path}.{place}.")
        elif name in _DAYS and value is not None and not _is_day(value):
            yield reason(path, "date-parsing", "must be a date such as 2026-12-03")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def id_taken() -> Decision:
    """Refused, as the id is that of something else: on their topic facts are told apart by it alone."""
    errors = (reason("id", "id-taken", "is that of something else; what is new needs a new one"),)
    return refused(Problem(type="/problems/id-taken", title="This id is taken", status=409, errors=errors))


def _by_id(item: tuple[Key, Fact]) -> str:
    return item[0][1]
