"""Membership: from application to leaving. Nobody becomes passive but by the office's word (DESIGN 8)."""

from datetime import date
from typing import Any

import pytest

from shared.aggregates.state import Decision
from shared.contracts.base import Contract
from shared.contracts.members.organisations import (
    ADMITTED,
    APPLIED,
    ASSESSED,
    CHANGED,
    CONFIRMED,
    DECLINED,
    LAPSING,
    LEFT,
    THANKED,
    AdmitOrganisation,
    ApplyOrganisation,
    ChangeOrganisation,
    ConfirmStatus,
    DeclineOrganisation,
    LeaveOrganisation,
    OrganisationFact,
    ThankOrganisation,
)
from tests.unit.members.alliance import Alliance, id_of, made, refusal


@pytest.fixture
def alliance() -> Alliance:
    return Alliance()


def haus(alliance: Alliance) -> OrganisationFact:
    return alliance.has(OrganisationFact, "haus")


def confirm(alliance: Alliance, status: str, reason: str | None = None) -> Decision:
    return alliance.do(ConfirmStatus, id="haus", status=status, reason=reason)


def test_from_application_to_leaving(alliance: Alliance) -> None:
    meeting = alliance.meeting(1, "2026-11-20", invited=False)

    applied = alliance.do(ApplyOrganisation, id="haus", name="Haus e. V.", topics=["integration"])
    alliance.do(AdmitOrganisation, id="haus", meeting=meeting, decision="einstimmig aufgenommen")
    alliance.do(ChangeOrganisation, id="haus", name="Buntes Haus e. V.", capacity=3)
    alliance.do(ThankOrganisation, id="haus", year=2026, text="Danke!")
    left = alliance.do(LeaveOrganisation, id="haus")

    assert (applied.result, left.result) == ("created", "changed")
    assert applied.about == (OrganisationFact, "haus")
    assert alliance.kinds[1:] == [APPLIED, ADMITTED, CHANGED, THANKED, LEFT]
    found = haus(alliance)
    assert (found.version, found.status, found.applied_on, found.left_on) == (5, "left", "2026-11-25", "2026-11-25")
    assert found.admission is not None
    assert found.admission.model_dump() == {
        "on": "2026-11-25",
        "by": "meeting",
        "meeting": meeting,
        "decision": "einstimmig aufgenommen",
    }
    assert (found.name, found.topics, found.capacity) == ("Buntes Haus e. V.", (), 3)
    assert [(one.year, one.text) for one in found.thanks] == [(2026, "Danke!")]
    assert found.changed == ("status", "left_on")


def test_days_are_those_of_the_alliance(alliance: Alliance) -> None:
    alliance.wait(hours=13.5)  # the 25th in UTC, the 26th in Berlin

    alliance.member(admitted="2026-11-26")

    assert haus(alliance).applied_on == "2026-11-26"


def test_who_was_declined_or_has_left_may_apply_again(alliance: Alliance) -> None:
    alliance.do(ApplyOrganisation, id="haus", name="Haus e. V.", on="2026-01-01")
    alliance.do(DeclineOrganisation, id="haus", reason="noch nicht")
    assert alliance.kinds == [APPLIED, DECLINED]
    assert haus(alliance).declined_because == "noch nicht"

    again = alliance.do(ApplyOrganisation, id="haus", name="Haus e. V.")
    assert (again.result, haus(alliance).status, haus(alliance).declined_because) == ("changed", "applied", None)
    assert haus(alliance).applied_on == "2026-11-25"

    alliance.do(AdmitOrganisation, id="haus")
    alliance.do(LeaveOrganisation, id="haus", on="2026-11-24")
    alliance.do(ApplyOrganisation, id="haus", name="Haus e. V.")
    assert (haus(alliance).status, haus(alliance).left_on) == ("applied", "2026-11-24")
    alliance.do(AdmitOrganisation, id="haus")
    assert (haus(alliance).status, haus(alliance).left_on) == ("active", None)


def test_an_application_is_corrected_without_becoming_a_later_one(alliance: Alliance) -> None:
    alliance.do(ApplyOrganisation, id="haus", name="Haus", on="2026-10-01")

    alliance.do(ApplyOrganisation, id="haus", name="Haus e. V.")

    assert (haus(alliance).name, haus(alliance).applied_on) == ("Haus e. V.", "2026-10-01")
    assert haus(alliance).changed == ("name",)


def test_an_admission_is_corrected_and_keeps_the_status(alliance: Alliance) -> None:
    alliance.member(admitted="2020-01-01")
    alliance.look_at("haus")
    confirm(alliance, "passive")

    alliance.do(AdmitOrganisation, id="haus", on="2020-02-01")
    alliance.do(AdmitOrganisation, id="haus", decision="nachgetragen")

    found = haus(alliance)
    assert found.admission is not None
    assert (found.status, found.admission.on, found.admission.decision) == ("passive", "2020-02-01", "nachgetragen")


REPEATED: dict[str, tuple[type[Contract], dict[str, Any]]] = {
    "change": (ChangeOrganisation, {"name": "Haus e. V."}),
    "admit": (AdmitOrganisation, {"on": "2025-01-01"}),
    "thank": (ThankOrganisation, {"year": 2025, "text": "Danke!"}),
    "leave": (LeaveOrganisation, {"on": "2026-11-01"}),
}


@pytest.mark.parametrize("case", REPEATED)
def test_a_repeated_command_changes_nothing(alliance: Alliance, case: str) -> None:
    model, fields = REPEATED[case]
    alliance.member()
    alliance.do(model, id="haus", **fields)
    before = haus(alliance)

    again = alliance.do(model, id="haus", **fields)

    assert (again.result, again.facts, again.about) == ("unchanged", (), (OrganisationFact, "haus"))
    assert haus(alliance) == before


def test_a_repeated_application_or_refusal_of_it_changes_nothing(alliance: Alliance) -> None:
    alliance.do(ApplyOrganisation, id="haus", name="Haus e. V.")
    alliance.wait(days=3)
    assert alliance.do(ApplyOrganisation, id="haus", name="Haus e. V.").result == "unchanged"
    alliance.do(DeclineOrganisation, id="haus", reason="nein")
    assert alliance.do(DeclineOrganisation, id="haus", reason="nein").result == "unchanged"


REFUSED: dict[str, tuple[type[Contract], dict[str, Any], tuple[int, str, str]]] = {
    "apply as a member": (ApplyOrganisation, {"id": "haus", "name": "x"}, (409, "id", "wrong-status")),
    "change an unknown one": (ChangeOrganisation, {"id": "fremd", "name": "x"}, (404, "id", "not-found")),
    "change what was changed": (
        ChangeOrganisation,
        {"id": "haus", "name": "x", "version": 7},
        (409, "version", "changed-meanwhile"),
    ),
    "admit an unknown one": (AdmitOrganisation, {"id": "fremd"}, (404, "id", "not-found")),
    "admit what was changed": (AdmitOrganisation, {"id": "haus", "version": 7}, (409, "version", "changed-meanwhile")),
    "admit by no meeting": (AdmitOrganisation, {"id": "haus", "meeting": id_of(9)}, (404, "meeting", "not-found")),
    "admit tomorrow": (AdmitOrganisation, {"id": "haus", "on": "2026-11-26"}, (422, "on", "in-future")),
    "decline an unknown one": (DeclineOrganisation, {"id": "fremd", "reason": "x"}, (404, "id", "not-found")),
    "decline a member": (DeclineOrganisation, {"id": "haus", "reason": "x"}, (409, "id", "wrong-status")),
    "decline what was changed": (
        DeclineOrganisation,
        {"id": "haus", "reason": "x", "version": 1},
        (409, "version", "changed-meanwhile"),
    ),
    "apply tomorrow": (ApplyOrganisation, {"id": "neu", "name": "x", "on": "2026-11-26"}, (422, "on", "in-future")),
    "leave tomorrow": (LeaveOrganisation, {"id": "haus", "on": "2026-11-26"}, (422, "on", "in-future")),
    "leave as an unknown one": (LeaveOrganisation, {"id": "fremd"}, (404, "id", "not-found")),
    "leave as one that was declined": (LeaveOrganisation, {"id": "abgelehnt"}, (409, "id", "wrong-status")),
    "confirm an unknown one": (ConfirmStatus, {"id": "fremd", "status": "active"}, (404, "id", "not-found")),
    "confirm an applicant": (ConfirmStatus, {"id": "bewerber", "status": "active"}, (409, "id", "wrong-status")),
    "confirm what was changed": (
        ConfirmStatus,
        {"id": "haus", "status": "active", "version": 1},
        (409, "version", "changed-meanwhile"),
    ),
    "confirm against the activity": (
        ConfirmStatus,
        {"id": "haus", "status": "passive"},
        (422, "reason", "reason-needed"),
    ),
    "thank an unknown one": (ThankOrganisation, {"id": "fremd", "year": 2026, "text": "x"}, (404, "id", "not-found")),
    "thank an applicant": (
        ThankOrganisation,
        {"id": "bewerber", "year": 2026, "text": "x"},
        (409, "id", "wrong-status"),
    ),
    "thank for a year to come": (
        ThankOrganisation,
        {"id": "haus", "year": 2027, "text": "x"},
        (422, "year", "in-future"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_with_its_field_and_reason(alliance: Alliance, case: str) -> None:
    model, fields, expected = REFUSED[case]
    alliance.member()
    alliance.do(ApplyOrganisation, id="bewerber", name="Bewerber")
    alliance.do(ApplyOrganisation, id="abgelehnt", name="Abgelehnt")
    alliance.do(DeclineOrganisation, id="abgelehnt", reason="nein")
    before = dict(alliance.state.facts)

    assert refusal(alliance.do(model, **fields)) == expected
    assert alliance.state.facts == before


def test_the_version_that_was_seen_lets_a_change_through(alliance: Alliance) -> None:
    alliance.member()

    assert alliance.do(ChangeOrganisation, id="haus", name="Neu", version=2).result == "changed"


def test_what_the_service_finds_out_by_itself_makes_no_change_of_the_entry_too_late(alliance: Alliance) -> None:
    alliance.member()
    seen = haus(alliance).version
    alliance.do(ThankOrganisation, id="haus", year=2026, text="danke")
    assert haus(alliance).version > seen

    assert alliance.do(ChangeOrganisation, id="haus", name="Neu", version=seen).result == "changed"
    assert haus(alliance).entry_version == haus(alliance).version
    late = alliance.do(ChangeOrganisation, id="haus", name="Noch neuer", version=seen)
    assert refusal(late) == (409, "version", "changed-meanwhile")
    ahead = alliance.do(ChangeOrganisation, id="haus", name="Noch neuer", version=haus(alliance).version + 1)
    assert refusal(ahead) == (409, "version", "changed-meanwhile")


def test_thanks_for_the_same_year_replace_the_words_and_stay_in_order(alliance: Alliance) -> None:
    alliance.member()
    for year, text in ((2026, "eins"), (2025, "zwei"), (2026, "drei")):
        alliance.do(ThankOrganisation, id="haus", year=year, text=text)

    assert [(one.year, one.text) for one in haus(alliance).thanks] == [(2025, "zwei"), (2026, "drei")]


# What follows from the activity


def test_who_lapses_is_reminded_first_then_proposed_and_stays_active_until_the_office_confirms(
    alliance: Alliance,
) -> None:
    alliance.member(admitted="2026-06-10")  # new until the 9th of December
    alliance.wait(days=-20)
    assert alliance.look_at("haus").facts[0].kind == ASSESSED
    assert (haus(alliance).reminded_of, haus(alliance).proposed) == (None, None)

    alliance.wait(days=20)
    reminded = alliance.look_at("haus")
    assert [told.kind for told in reminded.facts] == [LAPSING]
    assert (haus(alliance).reminded_of, haus(alliance).proposed) == ("2026-12-09", None)
    for _ in range(3):
        alliance.wait(days=1)
        assert alliance.look_at("haus").facts == ()

    alliance.wait(days=12)
    assert [told.kind for told in alliance.look_at("haus").facts] == [ASSESSED]
    assert (haus(alliance).status, haus(alliance).proposed) == ("active", "passive")
    assert alliance.look_at("haus").facts == ()

    assert confirm(alliance, "passive").facts[0].kind == CONFIRMED
    assert (haus(alliance).status, haus(alliance).proposed) == ("passive", None)
    assert alliance.look_at("haus").facts == ()


def test_each_date_of_lapsing_is_told_once(alliance: Alliance) -> None:
    alliance.member()
    alliance.held(1, "2026-11-01", haus="present")
    alliance.held(2, "2026-11-02")
    alliance.held(3, "2026-11-03")
    alliance.meeting(4, "2026-12-08", invited=False)
    alliance.look_at("haus")
    assert haus(alliance).reminded_of == "2026-12-07"

    alliance.meeting(4, "2026-12-15", invited=False)
    alliance.look_at("haus")
    alliance.look_at("haus")

    assert haus(alliance).reminded_of == "2026-12-14"
    assert alliance.kinds.count(LAPSING) == 2


def test_another_day_alone_is_no_news(alliance: Alliance) -> None:
    alliance.member()
    alliance.held(1, "2026-11-01", haus="present")
    alliance.look_at("haus")

    alliance.wait(days=2)

    assert alliance.look_at("haus").facts == ()
    activity = haus(alliance).activity
    assert activity is not None
    assert activity.as_of == "2026-11-25"


def test_who_takes_part_again_is_active_again_without_the_office(alliance: Alliance) -> None:
    alliance.member()
    alliance.look_at("haus")
    confirm(alliance, "passive")

    alliance.held(1, "2026-11-25", haus="present")
    alliance.look_at("haus")

    assert (haus(alliance).status, haus(alliance).proposed) == ("active", None)


def test_what_is_entered_late_counts_though_the_office_has_confirmed_meanwhile(alliance: Alliance) -> None:
    alliance.member()
    alliance.look_at("haus")
    confirm(alliance, "passive")
    alliance.wait(days=2)

    alliance.held(1, "2026-11-20", haus="present")  # before the office's word
    alliance.look_at("haus")
    assert haus(alliance).status == "active"

    alliance.held(1, "2026-11-20")  # corrected: it was not there after all
    alliance.look_at("haus")
    assert (haus(alliance).status, haus(alliance).proposed) == ("active", "passive")
    alliance.look_at("haus")
    assert haus(alliance).proposed == "passive"


def test_the_office_s_word_against_the_activity_holds_until_something_new(alliance: Alliance) -> None:
    alliance.member()
    alliance.look_at("haus")
    assert haus(alliance).proposed == "passive"

    confirm(alliance, "active", "im Wiederaufbau nach dem Hochwasser")
    for _ in range(3):
        alliance.wait(days=40)
        alliance.look_at("haus")
        assert (haus(alliance).status, haus(alliance).proposed) == ("active", None)

    alliance.held(1, "2026-12-10", haus="present")
    alliance.look_at("haus")
    for number in (2, 3, 4):
        alliance.held(number, f"2026-12-1{number}")
    alliance.look_at("haus")
    assert (haus(alliance).status, haus(alliance).proposed) == ("active", "passive")


def test_the_office_s_word_that_an_active_member_is_passive_holds_as_well(alliance: Alliance) -> None:
    alliance.member()
    alliance.held(1, "2026-11-20", haus="present")
    alliance.look_at("haus")

    confirm(alliance, "passive", "ruht auf eigenen Wunsch")
    alliance.held(2, "2026-11-21", haus="present")
    alliance.look_at("haus")

    assert haus(alliance).status == "passive"


def test_a_word_before_anything_was_looked_at_holds(alliance: Alliance) -> None:
    alliance.member(admitted="2026-11-01")
    confirm(alliance, "passive", "ruht")

    alliance.look_at("haus")

    assert haus(alliance).status == "passive"


def test_a_passive_member_is_not_reminded_of_lapsing(alliance: Alliance) -> None:
    alliance.member(admitted="2026-06-10")
    alliance.wait(days=-20)
    alliance.look_at("haus")
    confirm(alliance, "passive", "ruht")

    alliance.wait(days=20)
    alliance.look_at("haus")

    activity = haus(alliance).activity
    assert activity is not None
    assert activity.until == "2026-12-09"
    assert LAPSING not in alliance.kinds


def test_who_comes_back_is_looked_at_afresh(alliance: Alliance) -> None:
    alliance.member(admitted="2020-01-01")
    alliance.look_at("haus")
    confirm(alliance, "passive")
    alliance.do(LeaveOrganisation, id="haus")
    alliance.do(AdmitOrganisation, id="haus")

    alliance.look_at("haus")

    found = haus(alliance)
    assert (found.status, found.proposed, found.left_on) == ("active", None, None)
    assert [one.since for one in found.periods] == ["2026-11-25"]


def test_periods_tell_what_was_on_any_past_day(alliance: Alliance) -> None:
    alliance.member(admitted="2025-01-01")
    alliance.held(1, "2026-03-01", haus="present")
    for number in (2, 3, 4):
        alliance.held(number, f"2026-0{number + 3}-01")

    alliance.look_at("haus")

    assert [(one.since, one.status) for one in haus(alliance).periods] == [
        ("2025-01-01", "active"),
        ("2025-07-01", "passive"),
        ("2026-03-01", "active"),
        ("2026-05-01", "active"),
        ("2026-06-01", "active"),
        ("2026-07-01", "passive"),
    ]
    assert alliance.assessment("haus").since == date(2026, 7, 1)


def test_everything_public_of_an_organisation_is_in_its_fact() -> None:
    fields = set(made(ApplyOrganisation, id="haus", name="x").model_fields_set)

    assert fields <= set(OrganisationFact.model_fields)
