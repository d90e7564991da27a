"""The views of members: organisations, contributions, trainings, multipliers; and, private, people."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from services.gateway.common.documents import Document
from services.gateway.common.places.areas import covered
from services.gateway.common.times import instant
from services.gateway.common.views.view import View
from shared.contracts.members.contributions import MULTIPLIER_ERASED, ContributionFact, MultiplierFact, TrainingFact
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.members.people import PERSON_ERASED, PersonFact
from shared.places import places
from shared.vocabulary import vocabulary


def areas_covered(organisation: Document) -> list[str]:
    """Keys of the municipalities and districts in which an organisation can be asked."""
    return covered(organisation["areas"], places())


def labels(organisation: Document) -> list[str]:
    """What an organisation is found by: ``topic:…``, ``kind:…``, ``language:…``."""
    names = (("topic", "topics"), ("kind", "kinds"), ("language", "languages"))
    return [f"{label}:{value}" for label, field in names for value in organisation[field]]


def day(contribution: Document) -> datetime:
    """The midnight at which the day of a contribution begins where the alliance lives."""
    return instant(contribution["on"], ZoneInfo(vocabulary().time_zone))


def start(training: Document) -> datetime:
    """When a training starts."""
    return instant(training["starts_at"], ZoneInfo(training["time_zone"]))


VIEWS: Final = (
    View("organisation", OrganisationFact, labels=labels, covers=areas_covered),
    View("contribution", ContributionFact, at=day),
    View("training", TrainingFact, at=start),
    View("multiplier", MultiplierFact, erased_by=MULTIPLIER_ERASED),
    View("person", PersonFact, is_private=True, erased_by=PERSON_ERASED),
)
