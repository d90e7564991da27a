"""What decisions of the membership work on: its aggregates, and the alliance's rules."""

from dataclasses import dataclass
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from services.members.domain.activity import ActivityRule
from shared.aggregates import state as aggregates
from shared.aggregates.decisions import wrong
from shared.aggregates.state import Aggregate, Aggregates, Decision
from shared.contracts.members.contributions import ContributionFact, MultiplierFact, TrainingFact
from shared.contracts.members.goals import CharterFact, GoalFact
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.members.people import MinutesFact, PersonFact
from shared.contracts.requests import reason
from shared.topics import MEMBERS_FACTS, MEMBERS_PRIVATE


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

AGGREGATES: Final[Aggregates] = {
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


State: TypeAlias = aggregates.State[Rules]


def in_future(state: State, day: str | None, field_name: str = "on") -> Decision | None:
    """Refused, as what is recorded has not happened yet; None where it has, or no day is named."""
    if day is None or day <= state.today.isoformat():
        return None
    return wrong(reason(field_name, "in-future", "must not lie in the future"))
