"""Golden samples about contributions, trainings and multipliers; all names are invented. See ``samples``."""

from typing import Final

from shared.contracts.base import Contract, Erasure
from shared.contracts.members import contributions as contract
from shared.contracts.released.samples_meetings import PLACE
from shared.contracts.released.samples_organisations import (
    AREA,
    DEPUTY,
    MULTIPLIER,
    ORGANISATION,
    OTHER,
    PERSON,
    TRAINING,
)

_CONTRIBUTION: Final = "f3b8d1c6-52e9-4a07-8d4f-2c9e6b7a0513"
_EVENT: Final = "7a2e5f94-c1d8-5b36-9e0f-84b3c7d2a619"
_TITLE: Final = "Gesprächsrunden moderieren"
_CANCELLED_BECAUSE: Final = "Die Referentin ist erkrankt."
_DECLINED_BECAUSE: Final = "Die Werkstatt war eine interne Fortbildung und bleibt hier ungezählt."

_FACT: Final = contract.ContributionFact(
    id=_CONTRIBUTION,
    version=2,
    organisation=ORGANISATION,
    kind="knowledge",
    title="Werkstatt „Zuhören lernen“ im Jugendtreff",
    on="2026-06-05",
    status="confirmed",
    reported_by=ORGANISATION,
    confirmed_by=OTHER,
    event=_EVENT,
    updated_at="2026-06-09T11:20:00.000Z",
)
_PLAN: Final = contract.PlanTraining(
    id=TRAINING,
    version=1,
    title=_TITLE,
    topics=("weiterbildung", "demokratie"),
    starts_at="2026-10-10T09:30:00+02:00",
    ends_at="2026-10-10T16:00:00+02:00",
    time_zone="Europe/Berlin",
    place=PLACE,
    event=_EVENT,
    qualification="moderation",
    valid_months=24,
)
_TRAINING_FACT: Final = contract.TrainingFact(
    **dict(_PLAN.model_copy(update={"version": 3})),
    status="held",
    participants=11,
    qualified=9,
    updated_at="2026-10-12T08:00:00.000Z",
)
_UPCOMING: Final = _TRAINING_FACT.model_copy(
    update={
        "version": 1,
        "status": "planned",
        "participants": 0,
        "qualified": 0,
        "updated_at": "2026-08-20T13:00:00.000Z",
    }
)
_MULTIPLIER_FACT: Final = contract.MultiplierFact(
    id=MULTIPLIER,
    version=5,
    status="available",
    topics=("demokratie", "antidiskriminierung"),
    area=AREA,
    languages=("de", "uk"),
    availability="werktags ab 17 Uhr, auch am Wochenende",
    qualifications=(
        contract.Qualification(qualification="moderation", since="2026-10-10", until="2028-10-09"),
        contract.Qualification(qualification="argumentationstraining", since="2025-03-15"),
    ),
    passed_on=3,
    reminded_of="2028-10-09",
    updated_at="2028-09-10T05:00:00.000Z",
)

SAMPLES: Final[dict[str, Contract]] = {
    contract.REPORT: contract.ReportContribution(
        id=_CONTRIBUTION,
        organisation=ORGANISATION,
        kind="knowledge",
        title=_FACT.title,
        on="2026-06-05",
        person=PERSON,
        event=_EVENT,
        by=ORGANISATION,
    ),
    contract.CONFIRM: contract.ConfirmContribution(id=_CONTRIBUTION, version=1, by=OTHER),
    contract.DECLINE: contract.DeclineContribution(id=_CONTRIBUTION, version=1, reason=_DECLINED_BECAUSE),
    contract.REPORTED: _FACT.model_copy(update={"version": 1, "status": "reported", "confirmed_by": None}),
    contract.CONFIRMED: _FACT,
    contract.DECLINED: _FACT.model_copy(
        update={"status": "declined", "confirmed_by": None, "declined_because": _DECLINED_BECAUSE}
    ),
    contract.PLAN_TRAINING: _PLAN,
    contract.CANCEL_TRAINING: contract.CancelTraining(id=TRAINING, reason=_CANCELLED_BECAUSE),
    contract.COMPLETE_TRAINING: contract.CompleteTraining(
        id=TRAINING,
        participants=(
            contract.Participant(person=PERSON, qualified=True),
            contract.Participant(person=DEPUTY, qualified=False),
        ),
    ),
    contract.TRAINING_PLANNED: _UPCOMING,
    contract.TRAINING_CANCELLED: _UPCOMING.model_copy(
        update={"version": 2, "status": "cancelled", "cancelled_because": _CANCELLED_BECAUSE}
    ),
    contract.TRAINING_COMPLETED: _TRAINING_FACT,
    contract.REGISTER_MULTIPLIER: contract.RegisterMultiplier(
        id=MULTIPLIER,
        person=PERSON,
        topics=_MULTIPLIER_FACT.topics,
        area=AREA,
        languages=_MULTIPLIER_FACT.languages,
        available=True,
        availability=_MULTIPLIER_FACT.availability,
    ),
    contract.RETIRE_MULTIPLIER: contract.RetireMultiplier(id=MULTIPLIER),
    contract.MULTIPLIER_REGISTERED: _MULTIPLIER_FACT.model_copy(
        update={"version": 1, "passed_on": 0, "reminded_of": None, "updated_at": "2026-11-12T14:03:20.500Z"}
    ),
    contract.MULTIPLIER_EXPIRING: _MULTIPLIER_FACT,
    contract.MULTIPLIER_EXPIRED: _MULTIPLIER_FACT.model_copy(
        update={
            "version": 6,
            "status": "expired",
            "qualifications": _MULTIPLIER_FACT.qualifications[:1],
            "updated_at": "2028-10-10T05:00:00.000Z",
        }
    ),
    contract.MULTIPLIER_RETIRED: _MULTIPLIER_FACT.model_copy(update={"version": 7, "status": "retired"}),
    contract.MULTIPLIER_ERASED: Erasure(id=MULTIPLIER),
}
