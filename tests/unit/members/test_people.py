"""People are kept with their consent, and forgotten without a trace (DESIGN 9)."""

import pytest

from services.members.domain.state import StoredContribution, StoredMultiplier
from shared.contracts.members.contributions import (
    MULTIPLIER_ERASED,
    CompleteTraining,
    ConfirmContribution,
    RegisterMultiplier,
    ReportContribution,
)
from shared.contracts.members.meetings import (
    CHANGED,
    InviteToMeeting,
    MeetingFact,
    RecordAttendance,
    ReplyToMeeting,
)
from shared.contracts.members.people import (
    PERSON_ERASED,
    PERSON_KEPT,
    ErasePerson,
    KeepPerson,
    PersonFact,
)
from tests.unit.members.alliance import Alliance, id_of, refusal

ANNA, BERT, ENTRY = id_of(7), id_of(8), id_of(50)
CARD = {
    "id": ANNA,
    "name": "Anna Muster",
    "email": "anna@example.org",
    "phone": "0375 1234",
    "roles": [{"organisation": "haus", "role": "representative"}],
    "consent": "2026-11",
}


@pytest.fixture
def alliance() -> Alliance:
    found = Alliance()
    found.member("haus")
    found.published.clear()
    return found


def test_a_person_is_kept_and_told_on_the_private_topic_alone(alliance: Alliance) -> None:
    kept = alliance.do(KeepPerson, **CARD)

    assert (kept.result, kept.about, alliance.kinds) == ("created", (PersonFact, ANNA), [PERSON_KEPT])
    assert [topic for topic, _ in alliance.said()] == ["members.private"]
    person = alliance.has(PersonFact, ANNA)
    assert (person.name, person.email, person.language, person.version) == ("Anna Muster", "anna@example.org", "de", 1)
    assert person.consented_at == "2026-11-25T10:00:00.000Z"


def test_the_time_of_consent_is_that_of_its_version(alliance: Alliance) -> None:
    alliance.do(KeepPerson, **CARD)
    alliance.wait(days=1)
    alliance.do(KeepPerson, **CARD | {"name": "Anna Neu"})
    assert alliance.has(PersonFact, ANNA).consented_at == "2026-11-25T10:00:00.000Z"

    alliance.do(KeepPerson, **CARD | {"consent": "2027-01"})

    assert alliance.has(PersonFact, ANNA).consented_at == "2026-11-26T10:00:00.000Z"
    assert alliance.has(PersonFact, ANNA).version == 3


def test_keeping_a_person_again_changes_nothing_and_leaves_what_it_learnt(alliance: Alliance) -> None:
    alliance.do(KeepPerson, **CARD)
    alliance.training(1)
    alliance.do(CompleteTraining, id=id_of(1), participants=[{"person": ANNA}])

    assert alliance.do(KeepPerson, **CARD).result == "unchanged"
    alliance.do(KeepPerson, **CARD | {"phone": None})
    assert len(alliance.has(PersonFact, ANNA).trainings) == 1


def test_a_role_in_an_unknown_organisation_is_refused(alliance: Alliance) -> None:
    roles = [*CARD["roles"], {"organisation": "fremd", "role": "member"}]

    assert refusal(alliance.do(KeepPerson, **CARD | {"roles": roles})) == (404, "roles.1.organisation", "not-found")


@pytest.fixture
def everywhere(alliance: Alliance) -> Alliance:
    """Anna stands wherever a person can stand, Bert beside her."""
    alliance.do(KeepPerson, **CARD)
    alliance.person(8, "haus", "deputy")
    alliance.training(1)
    alliance.do(CompleteTraining, id=id_of(1), participants=[{"person": ANNA}, {"person": BERT}])
    alliance.do(RegisterMultiplier, id=ENTRY, person=ANNA)
    alliance.meeting(2, "2026-11-25")
    alliance.do(ReplyToMeeting, id=id_of(2), organisation="haus", reply="yes", person=ANNA)
    attendance = [{"organisation": "haus", "presence": "present", "person": ANNA}]
    alliance.do(RecordAttendance, id=id_of(2), attendance=attendance)
    alliance.meeting(3)
    report = {"organisation": "haus", "kind": "knowledge", "title": "Vortrag", "on": "2026-11-01", "by": "haus"}
    alliance.do(ReportContribution, id=id_of(4), person=ANNA, **report)
    alliance.do(ConfirmContribution, id=id_of(4))
    return alliance


def test_after_erasing_the_id_is_nowhere(everywhere: Alliance) -> None:
    before = len(everywhere.published)

    erased = everywhere.do(ErasePerson, id=ANNA)

    assert (erased.result, erased.about) == ("withdrawn", (PersonFact, ANNA))
    assert [(one.kind, one.id) for one in everywhere.erased] == [(PERSON_ERASED, ANNA), (MULTIPLIER_ERASED, ENTRY)]
    assert not [fact for fact in everywhere.state.facts.values() if ANNA in fact.model_dump_json()]
    assert not [fact for fact in everywhere.state.facts.values() if ENTRY in fact.model_dump_json()]
    assert everywhere.kinds[before:] == [CHANGED, CHANGED]
    assert not [body for _, body in everywhere.said()[before:] if ANNA in body]
    newest = {told.fact.id: body for told, (_, body) in zip(everywhere.published, everywhere.said(), strict=True)}
    assert {id_ for id_, body in newest.items() if ANNA in body} == {ANNA}  # where the tombstone comes after it


def test_what_organisations_did_stays_without_the_person(everywhere: Alliance) -> None:
    everywhere.do(ErasePerson, id=ANNA)

    meeting = everywhere.has(MeetingFact, id_of(2))
    assert [(one.organisation, one.presence, one.person) for one in meeting.attendance] == [("haus", "present", None)]
    assert [(one.reply, one.person) for one in meeting.replies] == [("yes", None)]
    assert [one.people for one in meeting.invited] == [(BERT,)]
    assert everywhere.has(StoredContribution, id_of(4)).status == "confirmed"
    assert len(everywhere.has(PersonFact, BERT).trainings) == 1
    assert everywhere.assessment("haus").activity.status == "active"


def test_an_erasure_tells_nothing_of_what_it_left_out(everywhere: Alliance) -> None:
    everywhere.do(ErasePerson, id=ANNA)

    for number in (2, 3):
        meeting = everywhere.has(MeetingFact, id_of(number))
        assert meeting.previous is None
        assert set(meeting.changed) <= {"invited", "replies", "attendance"}


def test_erasing_again_sends_the_tombstone_again(everywhere: Alliance) -> None:
    everywhere.do(ErasePerson, id=ANNA)

    again = everywhere.do(ErasePerson, id=ANNA)

    assert (again.result, again.facts) == ("unchanged", ())
    assert [one.id for one in again.erased] == [ANNA]


def test_whoever_was_erased_does_not_come_back_by_an_old_command(everywhere: Alliance) -> None:
    everywhere.do(ErasePerson, id=ANNA)

    assert refusal(everywhere.do(KeepPerson, **CARD)) == (422, "id", "erased")
    everywhere.do(InviteToMeeting, id=id_of(3), organisations=["haus"])
    assert everywhere.has(MeetingFact, id_of(3)).invited[0].people == (BERT,)
    refused = everywhere.do(ReplyToMeeting, id=id_of(3), organisation="haus", reply="no", person=ANNA)
    assert refusal(refused) == (404, "person", "not-found")
    assert everywhere.state.get(StoredMultiplier, ENTRY) is None


def test_somebody_who_was_never_kept_is_erased_all_the_same(alliance: Alliance) -> None:
    erased = alliance.do(ErasePerson, id=ANNA)

    assert (erased.result, [one.kind for one in erased.erased]) == ("unchanged", [PERSON_ERASED])
    assert refusal(alliance.do(KeepPerson, **CARD)) == (422, "id", "erased")
