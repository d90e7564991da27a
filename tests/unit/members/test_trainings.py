"""Trainings qualify, qualifications end and are renewed; who holds one can be asked under an id alone (DESIGN 8)."""

from typing import Any

import pytest

from services.members.domain.state import StoredMultiplier
from services.members.domain.trainings import REMIND, qualifications, renewed
from shared.contracts.base import Contract
from shared.contracts.members.contributions import (
    MULTIPLIER_EXPIRED,
    MULTIPLIER_EXPIRING,
    MULTIPLIER_REGISTERED,
    MULTIPLIER_RETIRED,
    TRAINING_CANCELLED,
    TRAINING_COMPLETED,
    TRAINING_PLANNED,
    CancelTraining,
    CompleteTraining,
    PlanTraining,
    RegisterMultiplier,
    RetireMultiplier,
    TrainingFact,
)
from shared.contracts.members.people import PERSON_KEPT, ErasePerson, PersonFact
from tests.unit.members.alliance import Alliance, id_of, refusal

T, ENTRY = id_of(1), id_of(50)
ANNA, BERT, CARL = id_of(7), id_of(8), id_of(9)
PLAN: dict[str, Any] = {"id": T, "title": "Moderation", "starts_at": "2026-11-01", "qualification": "moderation"}


@pytest.fixture
def alliance() -> Alliance:
    found = Alliance()
    found.member("haus")
    for number in (7, 8, 9):
        found.person(number, "haus")
    found.published.clear()
    return found


def complete(alliance: Alliance, *people: str, training: str = T, **fields: Any) -> Any:
    return alliance.do(CompleteTraining, id=training, participants=[{"person": one} | fields for one in people])


def entry(alliance: Alliance) -> StoredMultiplier:
    return alliance.has(StoredMultiplier, ENTRY)


def renew(alliance: Alliance, passed_on: int = 0) -> Any:
    multiplier = entry(alliance)
    person = alliance.has(PersonFact, multiplier.person)
    return alliance._over(renewed(alliance.state, multiplier, person, passed_on))


def test_a_training_gives_its_qualification_until_the_day_before_it_was_held(alliance: Alliance) -> None:
    alliance.training(1)

    complete(alliance, ANNA, BERT)

    assert alliance.kinds == [TRAINING_PLANNED, TRAINING_COMPLETED, PERSON_KEPT, PERSON_KEPT]
    training = alliance.has(TrainingFact, T)
    assert (training.status, training.participants, training.qualified) == ("held", 2, 2)
    [held] = qualifications(alliance.has(PersonFact, ANNA))
    assert (held.qualification, held.since, held.until) == ("moderation", "2026-11-01", "2027-10-31")
    assert alliance.has(PersonFact, CARL).trainings == ()


def test_the_fact_of_a_training_says_only_how_many_took_part(alliance: Alliance) -> None:
    alliance.training(1)
    complete(alliance, ANNA)

    assert {topic for topic, body in alliance.said() if ANNA in body} == {"members.private"}


def test_who_took_part_without_qualifying_holds_nothing(alliance: Alliance) -> None:
    alliance.training(1)

    complete(alliance, ANNA, qualified=False)

    assert alliance.has(TrainingFact, T).qualified == 0
    assert alliance.has(PersonFact, ANNA).trainings[0].qualification is None
    assert qualifications(alliance.has(PersonFact, ANNA)) == ()


def test_a_training_without_a_qualification_gives_none(alliance: Alliance) -> None:
    alliance.training(1, qualification=None)

    complete(alliance, ANNA)

    assert alliance.has(TrainingFact, T).qualified == 0
    assert qualifications(alliance.has(PersonFact, ANNA)) == ()


def test_whoever_is_named_no_more_holds_it_no_more(alliance: Alliance) -> None:
    alliance.training(1)
    complete(alliance, ANNA, BERT)

    complete(alliance, BERT, CARL)

    assert alliance.has(PersonFact, ANNA).trainings == ()
    assert [len(alliance.has(PersonFact, one).trainings) for one in (BERT, CARL)] == [1, 1]
    assert complete(alliance, BERT, CARL).result == "unchanged"


def test_of_several_trainings_the_longest_holds_since_the_first(alliance: Alliance) -> None:
    for number, day, months in ((1, "2025-05-01", 24), (2, "2026-05-01", 6), (3, "2024-01-01", 6)):
        alliance.training(number, day, valid_months=months)
        complete(alliance, ANNA, training=id_of(number))

    [held] = qualifications(alliance.has(PersonFact, ANNA))
    assert (held.since, held.until) == ("2024-01-01", "2027-04-30")
    alliance.training(4, "2023-01-01", valid_months=None)
    complete(alliance, ANNA, training=id_of(4))
    [held] = qualifications(alliance.has(PersonFact, ANNA))
    assert (held.since, held.until) == ("2023-01-01", None)


def test_a_training_is_cancelled_and_planned_anew(alliance: Alliance) -> None:
    alliance.do(PlanTraining, **PLAN)

    alliance.do(CancelTraining, id=T, reason="krank")
    assert (alliance.has(TrainingFact, T).status, alliance.kinds[-1]) == ("cancelled", TRAINING_CANCELLED)
    assert alliance.do(CancelTraining, id=T, reason="krank").result == "unchanged"
    alliance.do(PlanTraining, **PLAN)
    assert (alliance.has(TrainingFact, T).status, alliance.has(TrainingFact, T).cancelled_because) == ("planned", None)
    assert alliance.do(PlanTraining, **PLAN).result == "unchanged"


# The registry


def test_from_training_to_multiplier_to_expiry_and_renewal(alliance: Alliance) -> None:
    alliance.training(1)
    complete(alliance, ANNA)
    registered = alliance.do(RegisterMultiplier, id=ENTRY, person=ANNA, topics=["integration"], languages=["de"])
    assert (registered.result, registered.about) == ("created", (StoredMultiplier, ENTRY))
    assert (entry(alliance).status, alliance.has(PersonFact, ANNA).multiplier) == ("available", ENTRY)
    assert renew(alliance).result == "unchanged"

    alliance.wait(days=340 - REMIND.days)  # until the 31st of October 2027
    assert renew(alliance).facts[0].kind == MULTIPLIER_EXPIRING
    assert entry(alliance).reminded_of == "2027-10-31"
    alliance.wait(days=1)
    assert renew(alliance).result == "unchanged"

    alliance.wait(days=REMIND.days - 1)
    assert renew(alliance).result == "unchanged"  # the last day
    alliance.wait(days=1)
    assert renew(alliance).facts[0].kind == MULTIPLIER_EXPIRED
    assert entry(alliance).status == "expired"
    assert renew(alliance).result == "unchanged"

    alliance.training(2, "2027-10-30")
    complete(alliance, ANNA, training=id_of(2))
    assert renew(alliance).facts[0].kind == MULTIPLIER_REGISTERED
    found = entry(alliance)
    assert (found.status, found.qualifications[0].since, found.qualifications[0].until) == (
        "available",
        "2026-11-01",
        "2028-10-29",
    )


def test_a_renewal_in_time_needs_no_end(alliance: Alliance) -> None:
    alliance.training(1)
    complete(alliance, ANNA)
    alliance.do(RegisterMultiplier, id=ENTRY, person=ANNA, available=False)
    alliance.training(2, "2026-11-20", valid_months=24)
    complete(alliance, ANNA, training=id_of(2))

    renew(alliance)
    alliance.wait(days=400)
    renew(alliance)

    assert (entry(alliance).status, entry(alliance).qualifications[0].until) == ("away", "2028-11-19")


def test_what_is_told_of_a_multiplier_does_not_lead_to_the_person(alliance: Alliance) -> None:
    alliance.training(1)
    complete(alliance, ANNA)
    alliance.do(RegisterMultiplier, id=ENTRY, person=ANNA)
    renew(alliance, passed_on=3)
    alliance.do(RetireMultiplier, id=ENTRY)

    facts = [body for topic, body in alliance.said() if topic == "members.facts"]
    assert len(facts) == 5
    assert not [body for body in facts if ANNA in body or "Person" in body or "haus" in body]


def test_what_was_passed_on_is_told(alliance: Alliance) -> None:
    alliance.training(1)
    complete(alliance, ANNA)
    alliance.do(RegisterMultiplier, id=ENTRY, person=ANNA)

    assert renew(alliance, passed_on=2).facts[0].kind == MULTIPLIER_REGISTERED
    assert entry(alliance).passed_on == 2
    assert renew(alliance, passed_on=2).result == "unchanged"


def test_who_is_retired_stays_so_whatever_time_does_and_can_be_entered_again(alliance: Alliance) -> None:
    alliance.training(1)
    complete(alliance, ANNA)
    alliance.do(RegisterMultiplier, id=ENTRY, person=ANNA)
    alliance.do(RetireMultiplier, id=ENTRY)
    assert alliance.kinds[-1] == MULTIPLIER_RETIRED
    assert alliance.do(RetireMultiplier, id=ENTRY).result == "unchanged"

    alliance.wait(days=500)
    renew(alliance)
    assert entry(alliance).status == "retired"

    alliance.training(2, "2027-10-30")
    complete(alliance, ANNA, training=id_of(2))
    assert alliance.do(RegisterMultiplier, id=ENTRY, person=ANNA).result == "changed"
    assert entry(alliance).status == "available"
    assert alliance.do(RegisterMultiplier, id=ENTRY, person=ANNA).result == "unchanged"


def test_an_id_whose_entry_was_erased_is_never_used_again(alliance: Alliance) -> None:
    alliance.training(1)
    complete(alliance, ANNA, BERT)
    alliance.do(RegisterMultiplier, id=ENTRY, person=ANNA)
    alliance.do(ErasePerson, id=ANNA)

    assert refusal(alliance.do(RegisterMultiplier, id=ENTRY, person=BERT)) == (422, "id", "erased")


UNKNOWN = id_of(99)
REFUSED: dict[str, tuple[type[Contract], dict[str, Any], tuple[int, str, str]]] = {
    "a plan with an end before its start": (
        PlanTraining,
        PLAN | {"id": UNKNOWN, "ends_at": "2026-10-01"},
        (422, "ends_at", "end-before-start"),
    ),
    "a plan of what was held": (PlanTraining, PLAN, (409, "id", "wrong-status")),
    "a plan of what was changed": (PlanTraining, PLAN | {"version": 9}, (409, "version", "changed-meanwhile")),
    "cancelling none": (CancelTraining, {"id": UNKNOWN, "reason": "x"}, (404, "id", "not-found")),
    "cancelling what was held": (CancelTraining, {"id": T, "reason": "x"}, (409, "id", "wrong-status")),
    "completing none": (CompleteTraining, {"id": UNKNOWN, "participants": []}, (404, "id", "not-found")),
    "completing a cancelled one": (CompleteTraining, {"id": id_of(2), "participants": []}, (409, "id", "wrong-status")),
    "completing what is to come": (CompleteTraining, {"id": id_of(3), "participants": []}, (422, "id", "not-held-yet")),
    "nobody who took part": (
        CompleteTraining,
        {"id": T, "participants": [{"person": ANNA}, {"person": UNKNOWN}]},
        (404, "participants.1.person", "not-found"),
    ),
    "registering nobody": (RegisterMultiplier, {"id": ENTRY, "person": UNKNOWN}, (404, "person", "not-found")),
    "registering under one's own id": (RegisterMultiplier, {"id": ANNA, "person": ANNA}, (422, "id", "own-id")),
    "registering another one": (
        RegisterMultiplier,
        {"id": ENTRY, "person": BERT},
        (422, "person", "another-person"),
    ),
    "registering twice": (
        RegisterMultiplier,
        {"id": UNKNOWN, "person": ANNA},
        (422, "id", "registered-already"),
    ),
    "registering without a qualification": (
        RegisterMultiplier,
        {"id": UNKNOWN, "person": CARL},
        (422, "person", "not-qualified"),
    ),
    "retiring none": (RetireMultiplier, {"id": UNKNOWN}, (404, "id", "not-found")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_with_its_field_and_reason(alliance: Alliance, case: str) -> None:
    model, fields, expected = REFUSED[case]
    alliance.training(1)
    complete(alliance, ANNA, BERT)
    alliance.training(2)
    alliance.do(CancelTraining, id=id_of(2), reason="x")
    alliance.training(3, "2026-12-24")
    alliance.do(RegisterMultiplier, id=ENTRY, person=ANNA)
    before = dict(alliance.state.facts)

    assert refusal(alliance.do(model, **fields)) == expected
    assert alliance.state.facts == before
