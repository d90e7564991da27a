"""Contributions count once somebody else than the reporter has confirmed them (DESIGN 8)."""

from typing import Any

import pytest

from services.members.domain.state import StoredContribution
from shared.contracts.base import Contract
from shared.contracts.members.contributions import (
    CONFIRMED,
    DECLINED,
    REPORTED,
    ConfirmContribution,
    DeclineContribution,
    ReportContribution,
)
from shared.contracts.members.organisations import ApplyOrganisation
from tests.unit.members.alliance import Alliance, id_of, refusal

C = id_of(1)
REPORT: dict[str, Any] = {"id": C, "organisation": "haus", "kind": "content", "title": "Vortrag", "on": "2026-11-01"}
OWN = REPORT | {"by": "haus"}


@pytest.fixture
def alliance() -> Alliance:
    found = Alliance()
    found.member("haus")
    found.member("verein")
    found.do(ApplyOrganisation, id="bewerber", name="Bewerber")
    found.published.clear()
    return found


def it(alliance: Alliance) -> StoredContribution:
    return alliance.has(StoredContribution, C)


@pytest.mark.parametrize("by", ["verein", "office"])
def test_what_an_organisation_reports_counts_once_somebody_else_confirms_it(alliance: Alliance, by: str) -> None:
    reported = alliance.do(ReportContribution, **OWN)
    assert (reported.result, it(alliance).status, it(alliance).reported_by) == ("created", "reported", "haus")
    assert alliance.assessment("haus").activity.status == "passive"

    confirmed = alliance.do(ConfirmContribution, id=C, by=by)

    assert (confirmed.result, it(alliance).status, it(alliance).confirmed_by) == ("changed", "confirmed", by)
    assert alliance.kinds == [REPORTED, CONFIRMED]
    assert alliance.assessment("haus").activity.status == "active"


def test_what_the_office_enters_counts_at_once(alliance: Alliance) -> None:
    alliance.do(ReportContribution, **REPORT)

    assert (it(alliance).status, it(alliance).confirmed_by, alliance.kinds) == ("confirmed", "office", [CONFIRMED])


def test_what_an_organisation_reported_is_confirmed_when_the_office_enters_it_too(alliance: Alliance) -> None:
    alliance.do(ReportContribution, **OWN)

    entered = alliance.do(ReportContribution, **REPORT)

    assert (entered.result, it(alliance).status, it(alliance).reported_by) == ("changed", "confirmed", "haus")


def test_what_is_declined_counts_no_more_and_may_be_reported_again(alliance: Alliance) -> None:
    alliance.do(ReportContribution, **OWN)
    alliance.do(ConfirmContribution, id=C)

    alliance.do(DeclineContribution, id=C, reason="war kein Beitrag")
    declined = it(alliance)
    assert (declined.status, declined.confirmed_by, declined.declined_because) == (
        "declined",
        None,
        "war kein Beitrag",
    )
    assert alliance.kinds[-1] == DECLINED
    assert alliance.assessment("haus").activity.status == "passive"

    alliance.do(ReportContribution, **OWN)
    assert (it(alliance).status, it(alliance).declined_because) == ("reported", None)


def test_what_is_reported_differently_is_to_be_confirmed_again(alliance: Alliance) -> None:
    alliance.do(ReportContribution, **OWN)
    alliance.do(ConfirmContribution, id=C, by="verein")

    alliance.do(ReportContribution, **OWN | {"title": "Vortrag und Gespräch"})

    assert (it(alliance).status, it(alliance).confirmed_by) == ("reported", None)


def test_repeated_commands_change_nothing(alliance: Alliance) -> None:
    alliance.do(ReportContribution, **OWN)
    assert alliance.do(ReportContribution, **OWN).result == "unchanged"
    alliance.do(ConfirmContribution, id=C)
    assert alliance.do(ConfirmContribution, id=C).result == "unchanged"
    assert alliance.do(ConfirmContribution, id=C, by="verein").result == "unchanged"
    assert alliance.do(ReportContribution, **OWN).result == "unchanged"
    assert alliance.do(ReportContribution, **REPORT).result == "unchanged"
    alliance.do(DeclineContribution, id=C, reason="nein")
    assert alliance.do(DeclineContribution, id=C, reason="nein").result == "unchanged"


def test_who_did_it_is_kept_and_never_told(alliance: Alliance) -> None:
    person = alliance.person(7, "haus")
    alliance.published.clear()

    alliance.do(ReportContribution, **OWN, person=person)
    alliance.do(ConfirmContribution, id=C)

    assert it(alliance).person == person
    assert [topic for topic, _ in alliance.said()] == ["members.facts"] * 2
    assert not [body for _, body in alliance.said() if person in body]


REFUSED: dict[str, tuple[type[Contract], dict[str, Any], tuple[int, str, str]]] = {
    "of somebody unknown": (
        ReportContribution,
        OWN | {"organisation": "fremd", "by": "fremd"},
        (404, "organisation", "not-found"),
    ),
    "of an applicant": (
        ReportContribution,
        OWN | {"id": id_of(2), "organisation": "bewerber", "by": "bewerber"},
        (403, "organisation", "not-a-member"),
    ),
    "for another one": (ReportContribution, REPORT | {"by": "verein"}, (422, "by", "owner-differs")),
    "of tomorrow": (ReportContribution, OWN | {"on": "2026-11-26"}, (422, "on", "in-future")),
    "by nobody": (ReportContribution, OWN | {"person": id_of(99)}, (404, "person", "not-found")),
    "under another one's id": (
        ReportContribution,
        OWN | {"organisation": "verein", "by": "verein"},
        (422, "organisation", "owner-differs"),
    ),
    "confirming none": (ConfirmContribution, {"id": id_of(99)}, (404, "id", "not-found")),
    "confirming one's own": (ConfirmContribution, {"id": C, "by": "haus"}, (403, "by", "own-contribution")),
    "confirming as no member": (ConfirmContribution, {"id": C, "by": "bewerber"}, (403, "by", "not-a-member")),
    "confirming what was changed": (
        ConfirmContribution,
        {"id": C, "version": 9},
        (409, "version", "changed-meanwhile"),
    ),
    "declining none": (DeclineContribution, {"id": id_of(99), "reason": "x"}, (404, "id", "not-found")),
    "declining what was changed": (
        DeclineContribution,
        {"id": C, "version": 9, "reason": "x"},
        (409, "version", "changed-meanwhile"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_with_its_field_and_reason(alliance: Alliance, case: str) -> None:
    model, fields, expected = REFUSED[case]
    alliance.do(ReportContribution, **OWN)
    before = it(alliance)

    assert refusal(alliance.do(model, **fields)) == expected
    assert it(alliance) == before


def test_the_office_enters_for_those_who_are_no_members_yet(alliance: Alliance) -> None:
    assert alliance.do(ReportContribution, **REPORT | {"organisation": "bewerber"}).result == "created"


@pytest.mark.parametrize("by", ["verein", "office"])
def test_nobody_confirms_what_is_their_own_whoever_entered_it(alliance: Alliance, by: str) -> None:
    alliance.do(ReportContribution, **REPORT)
    alliance.do(DeclineContribution, id=C, reason="Irrtum")

    assert refusal(alliance.do(ConfirmContribution, id=C, by="haus")) == (403, "by", "own-contribution")
    assert alliance.do(ConfirmContribution, id=C, by=by).result == "changed"
