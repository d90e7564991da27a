"""The laws of the calendar: what follows from a submission, a withdrawal and the office's trust."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from services.events import schedule as times
from services.events.domain import (
    FACT_TYPES,
    Decision,
    Event,
    extend,
    publish,
    stored_schedule,
    submit,
    withdraw,
)
from services.events.partnership import register, remove, trust
from shared.contracts.events import EventFact, RegisterPartner
from shared.contracts.partner import EventSubmission, EventWithdrawal, event_id
from shared.contracts.released.revisions import schema_of
from tests.support.laws import examples
from tests.unit.events.decided import stored, taken, told
from tests.unit.events.submissions import NOW, RULES, TRUSTED, UNTRUSTED, Document, submission, submissions

LATER = NOW + timedelta(days=3)
SCHEMA = Draft202012Validator(schema_of(EventFact))
WITHDRAWAL = EventWithdrawal(uid="cafe")
calm = examples(40)


def accepted(fields: EventSubmission, before: Event | None = None) -> tuple[Event, Document]:
    decision = submit(before, TRUSTED, fields, NOW, RULES)
    assume(decision.result != "refused")
    assert decision.event is not None
    assert decision.fact is not None
    return stored(decision.event), decision.fact


@calm
@given(submissions())
def test_every_fact_keeps_the_contract(fields: EventSubmission) -> None:
    event, fact = accepted(fields)
    facts = [
        fact,
        told(withdraw(event, TRUSTED, WITHDRAWAL, LATER, RULES)),
        told(publish(replace(event, visibility="waiting"), TRUSTED, LATER, RULES)),
        told(extend(event, TRUSTED, LATER, RULES)),
    ]
    for document in facts:
        data = orjson.dumps(document)
        read = EventFact.model_validate_json(data)
        assert orjson.loads(read.model_dump_json()) == orjson.loads(data), "a fact holds what the contract knows"
    SCHEMA.validate(orjson.loads(orjson.dumps(fact)))


@calm
@given(submissions(), st.integers(0, 30))
def test_the_same_submission_twice_changes_nothing(fields: EventSubmission, days: int) -> None:
    event, _ = accepted(fields)
    assert submit(event, TRUSTED, fields, NOW + timedelta(days), RULES) == Decision("unchanged")


@calm
@given(submissions())
def test_content_that_was_taken_can_be_read_back_and_says_the_same(fields: EventSubmission) -> None:
    event, fact = accepted(fields)
    again = times.occurrences(stored_schedule(event, RULES), str(event.id), event.content["status"], _until(event))
    for name in ("occurrence_id", "recurrence_id", "starts_at", "ends_at", "status", "title"):
        assert [occurrence[name] for occurrence in again] == [occurrence[name] for occurrence in fact["occurrences"]]


@calm
@given(submissions())
def test_normalised_content_is_normal(fields: EventSubmission) -> None:
    event, _ = accepted(fields)
    assert times.normalise(event.content, stored_schedule(event, RULES)) == event.content


@calm
@given(submissions())
def test_occurrences_have_names_of_their_own_and_are_sorted_by_original_start(fields: EventSubmission) -> None:
    _, fact = accepted(fields)
    names = [occurrence["occurrence_id"] for occurrence in fact["occurrences"]]
    assert len(set(names)) == len(names) > 0
    assert names == sorted(names)


@calm
@given(st.lists(st.none() | submissions(), min_size=2, max_size=6))
def test_the_version_grows_by_one_with_each_fact_and_never_else(changes: list[EventSubmission | None]) -> None:
    event: Event | None = None
    version = 0
    for number, change in enumerate(changes):
        now = NOW + timedelta(hours=number)
        if change:
            decision = submit(event, TRUSTED, change, now, RULES)
        else:
            decision = withdraw(event, TRUSTED, WITHDRAWAL, now, RULES)
        if decision.event is not None:
            event = stored(decision.event)
        version += decision.fact is not None
        assert (event.version if event else 0) == version
        assert decision.fact is None or decision.fact["version"] == version
        assert (decision.problem is not None) == (decision.result == "refused")
        if decision.result in ("refused", "unchanged"):
            assert decision.fact is None


@calm
@given(submissions(visibilities=("area",)), submissions())
def test_a_place_that_is_held_back_is_told_nowhere(fields: EventSubmission, before: EventSubmission) -> None:
    assume(fields.place is not None)
    known, _ = accepted(before)
    for previous in (None, known):
        event, fact = accepted(fields.model_copy(update={"sequence": None, "cost": "neu"}), previous)
        withdrawn = told(withdraw(event, TRUSTED, WITHDRAWAL, LATER, RULES))
        for document in (fact, withdrawn):
            assert b"Geheim" not in orjson.dumps(document)
            assert b"4711" not in orjson.dumps(document)


def test_a_place_that_is_held_back_keeps_postal_code_and_municipality() -> None:
    place = {"name": "Haus", "street": "Weg 1", "postal_code": "08056", "municipality": "Zwickau", "visibility": "area"}
    fact = told(submit(None, TRUSTED, submission(place=place), NOW, RULES))
    assert {name: value for name, value in fact["place"].items() if value} == {
        "postal_code": "08056",
        "municipality": "Zwickau",
        "visibility": "area",
        "resolved": {
            "ags": "14524330",
            "name": "Zwickau",
            "latitude": 50.719,
            "longitude": 12.496,
            "by": "postal-code-and-name",
        },
    }


def test_an_address_that_was_known_is_not_told_again_once_it_is_held_back() -> None:
    place = {"name": "Haus", "street": "Weg 1", "postal_code": "08056"}
    event = taken(place=place)
    fact = told(submit(event, TRUSTED, submission(place=place | {"visibility": "area"}), LATER, RULES))
    assert fact["changed"] == ("place",)
    assert b"Weg 1" not in orjson.dumps(fact)


def test_an_event_is_created_under_the_id_that_anyone_can_compute() -> None:
    decision = submit(None, TRUSTED, submission(uid="lesung"), NOW, RULES)
    assert (decision.result, decision.fact and decision.fact["visibility"]) == ("created", "public")
    assert told(decision)["id"] == str(event_id("buntes-zwickau", "lesung"))
    assert told(decision)["organisers"] == [{"id": "buntes-zwickau", "name": "Buntes Zwickau e. V."}]
    assert (told(decision)["changed"], told(decision)["previous"]) == ((), None)


def test_a_change_names_what_changed_and_what_was_known_before() -> None:
    event = taken(place={"municipality": "Zwickau"})
    decision = submit(event, TRUSTED, submission(starts_at="2026-12-04T16:00:00+01:00"), LATER, RULES)
    assert decision.result == "changed"
    assert set(told(decision)["changed"]) == {"starts_at", "place"}
    previous = told(decision)["previous"]
    assert (previous["starts_at"], previous["status"]) == ("2026-12-03T16:00:00+01:00", "scheduled")
    assert previous["place"]["municipality"] == "Zwickau"
    assert told(decision)["created_at"] == "2026-11-01T12:00:00.000Z"
    assert told(decision)["updated_at"] == "2026-11-04T12:00:00.000Z"


def test_a_lower_sequence_is_refused_as_stale_and_an_equal_or_missing_one_is_not() -> None:
    event = taken(sequence=4)
    refused = submit(event, TRUSTED, submission(sequence=3, title="Alt"), LATER, RULES)
    assert refused.problem is not None
    assert (refused.problem.type, refused.problem.status) == ("/problems/stale", 409)
    assert [(error.field, error.code, error.values) for error in refused.problem.errors] == [
        ("sequence", "stale", {"stored": 4})
    ]
    for sequence in (4, 5, None):
        assert submit(event, TRUSTED, submission(sequence=sequence, title="Neu"), LATER, RULES).result == "changed"


def test_a_higher_sequence_with_the_same_content_is_kept_and_not_told() -> None:
    decision = submit(taken(sequence=1), TRUSTED, submission(sequence=5), LATER, RULES)
    assert (decision.result, decision.fact) == ("unchanged", None)
    assert decision.event is not None
    assert (decision.event.sequence, decision.event.version) == (5, 1)


def test_a_withdrawal_wins_over_any_sequence_and_a_second_one_changes_nothing() -> None:
    event = taken(sequence=7)
    decision = withdraw(event, TRUSTED, WITHDRAWAL, LATER, RULES)
    assert decision.event is not None
    assert (decision.result, told(decision)["visibility"], told(decision)["version"]) == ("withdrawn", "withdrawn", 2)
    assert (told(decision)["changed"], told(decision)["previous"]["status"]) == (("visibility",), "scheduled")
    assert withdraw(decision.event, TRUSTED, WITHDRAWAL, LATER, RULES) == Decision("unchanged")


@pytest.mark.parametrize(("partner", "visibility"), [(TRUSTED, "public"), (UNTRUSTED, "waiting")])
def test_a_submission_revives_what_was_withdrawn(partner: Any, visibility: str) -> None:
    gone = withdraw(taken(), TRUSTED, WITHDRAWAL, NOW, RULES).event
    decision = submit(gone, partner, submission(), LATER, RULES)
    assert (decision.result, told(decision)["visibility"]) == ("changed", visibility)
    assert (told(decision)["version"], told(decision)["changed"]) == (3, ("visibility",))


def test_an_event_that_is_not_there_cannot_be_withdrawn() -> None:
    decision = withdraw(None, TRUSTED, WITHDRAWAL, NOW, RULES)
    assert decision.problem is not None
    assert (decision.problem.status, decision.problem.errors[0].code) == (404, "event-unknown")


def test_what_a_partner_sends_who_is_not_trusted_waits_until_it_is() -> None:
    waiting = submit(None, UNTRUSTED, submission(), NOW, RULES)
    assert told(waiting)["visibility"] == "waiting"
    assert waiting.event is not None
    decision = publish(stored(waiting.event), TRUSTED, LATER, RULES)
    assert (told(decision)["visibility"], told(decision)["version"]) == ("public", 2)
    assert told(decision)["changed"] == ("visibility",)


@pytest.mark.parametrize("visibility", ["public", "refused", "waiting"])
def test_what_the_office_decided_holds_until_the_content_changes(visibility: str) -> None:
    event = replace(taken(), visibility=visibility)
    assert submit(event, UNTRUSTED, submission(), LATER, RULES) == Decision("unchanged")
    changed = submit(event, UNTRUSTED, submission(title="Anderes"), LATER, RULES)
    assert told(changed)["visibility"] == "waiting"


@pytest.mark.parametrize("partner", [None, replace(TRUSTED, active=False)])
def test_nobody_publishes_or_withdraws_for_an_organisation_that_may_not(partner: Any) -> None:
    for decision in (
        submit(None, partner, submission(), NOW, RULES),
        withdraw(taken(), partner, WITHDRAWAL, NOW, RULES),
    ):
        assert decision.problem is not None
        assert (decision.result, decision.problem.type) == ("refused", "/problems/partner-unknown")


def test_time_that_passes_brings_further_occurrences_into_view() -> None:
    event = taken(recurrence={"rrule": "FREQ=MONTHLY"})
    first = times.occurrences(stored_schedule(event, RULES), str(event.id), "scheduled", _until(event))
    decision = extend(event, TRUSTED, NOW + timedelta(days=100), RULES)
    assert len(told(decision)["occurrences"]) > len(first)
    assert (told(decision)["changed"], told(decision)["version"]) == (("occurrences",), 2)
    assert told(decision)["updated_at"] == "2026-11-01T12:00:00.000Z"
    assert decision.event is not None
    assert decision.event.expanded_until is not None
    assert event.expanded_until is not None
    assert decision.event.expanded_until > event.expanded_until


def test_topics_outside_the_vocabulary_are_kept_and_marked() -> None:
    fact = told(submit(None, TRUSTED, submission(topics=["kuchen", "integration"]), NOW, RULES))
    assert (fact["topics"], fact["topics_outside_vocabulary"]) == (["kuchen", "integration"], ["kuchen"])


@pytest.mark.parametrize("visibility", FACT_TYPES)
def test_the_type_of_a_fact_says_what_the_event_has_become(visibility: str) -> None:
    verb = {"public": "published", "waiting": "submitted"}.get(visibility, visibility)
    assert FACT_TYPES[visibility] == f"events.event.{verb}.v1"


_QUOTED = "MUSTERMANN"


@pytest.mark.parametrize(
    "fields",
    [
        {"time_zone": f"Europe/{_QUOTED}"},
        {"recurrence": {"rrule": _QUOTED}},
        {"recurrence": {"rrule": f"FREQ=DAILY;{_QUOTED}=1"}},
        {"recurrence": {"rrule": f"FREQ=DAILY;UNTIL={_QUOTED}"}},
        {"recurrence": {"rrule": f"FREQ=DAILY;BYDAY={_QUOTED}"}},
    ],
)
def test_a_refusal_names_field_and_reason_and_never_quotes_what_was_sent(fields: Document) -> None:
    decision = submit(None, TRUSTED, submission(**fields), NOW, RULES)
    assert decision.problem is not None
    assert _QUOTED not in decision.problem.model_dump_json()


@calm
@given(submissions())
def test_every_refusal_names_a_field_of_the_submission_and_a_stable_reason(fields: EventSubmission) -> None:
    problem = submit(None, TRUSTED, fields, NOW, RULES).problem
    assume(problem is not None)
    assert problem is not None
    assert problem.errors
    for error in problem.errors:
        assert error.field.split(".")[0] in EventSubmission.model_fields
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.code)
        assert "{" not in error.detail


def test_a_partner_is_registered_renewed_trusted_and_removed_with_a_version_for_each_change() -> None:
    result, partner = register(None, RegisterPartner(id="verein", name="Verein"))
    assert (result, partner.version, partner.trusted, partner.active) == ("created", 1, False, True)
    assert register(partner, RegisterPartner(id="verein", name="Verein")) == ("unchanged", partner)
    result, partner = register(partner, RegisterPartner(id="verein", name="Verein e. V."))
    assert (result, partner.version, partner.name) == ("changed", 2, "Verein e. V.")
    result, partner = trust(partner, trusted=True)
    assert (result, partner.version, partner.trusted) == ("changed", 3, True)
    assert trust(partner, trusted=True) == ("unchanged", partner)
    result, partner = remove(partner)
    assert (result, partner.version, partner.trusted, partner.active) == ("changed", 4, False, False)
    assert remove(partner) == ("unchanged", partner)
    result, partner = register(partner, RegisterPartner(id="verein", name="Verein e. V."))
    assert (result, partner.version, partner.active) == ("changed", 5, True)


def _until(event: Event) -> Any:
    return times.horizon(stored_schedule(event, RULES), NOW)
