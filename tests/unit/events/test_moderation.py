"""What the office decides about events holds, and is only decided about what it has seen."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events import moderation
from services.events.domain import Decision, Event, submit, withdraw
from services.events.domain import publish as publish_trusted
from services.events.partnership import Partner
from shared.contracts.events import EnterEvent, PublishEvent, RefuseEvent
from shared.contracts.partner import EventWithdrawal, event_id
from tests.support.laws import examples
from tests.unit.events.decided import stored, told
from tests.unit.events.submissions import NOW, RULES, TRUSTED, UNTRUSTED, submission

ID = str(event_id(UNTRUSTED.id, "cafe"))
WITHDRAWAL = EventWithdrawal(uid="cafe")
BECAUSE = "Bitte den Ort angeben."
LATER = NOW + timedelta(days=1)


def waiting(**fields: Any) -> Event:
    return stored(submit(None, UNTRUSTED, submission(**fields), NOW, RULES).event)


def publish(event: Event | None, version: int | None = None, partner: Partner = UNTRUSTED) -> Decision:
    return moderation.publish(event, partner, PublishEvent(id=ID, version=version), LATER, RULES)


def refuse(event: Event | None, version: int | None = None, reason: str = BECAUSE) -> Decision:
    return moderation.refuse(event, UNTRUSTED, RefuseEvent(id=ID, version=version, reason=reason), LATER, RULES)


def entered(**fields: Any) -> EnterEvent:
    return EnterEvent.model_validate({**submission(**fields).model_dump(), "partner": UNTRUSTED.id})


def problem_of(decision: Decision) -> tuple[int, str, str]:
    assert decision.problem is not None
    assert decision.result == "refused"
    return decision.problem.status, decision.problem.type, decision.problem.errors[0].code


def test_what_waits_is_published_with_the_next_version() -> None:
    fact = told(publish(waiting(), version=1))
    assert (fact["visibility"], fact["version"], fact["changed"]) == ("public", 2, ("visibility",))


def test_what_waits_or_is_public_is_refused_and_its_organisation_is_told_why() -> None:
    for event in (waiting(), stored(publish(waiting()).event)):
        fact = told(refuse(event, version=event.version))
        assert (fact["visibility"], fact["refused_because"]) == ("refused", BECAUSE)
        assert fact["version"] == event.version + 1
        assert set(fact["changed"]) == {"visibility", "refused_because"}


def test_refusing_again_tells_only_another_reason() -> None:
    refused = stored(refuse(waiting()).event)
    assert refuse(refused) == Decision("unchanged")
    again = told(refuse(refused, reason="Das liegt außerhalb der Region."))
    assert (again["changed"], again["refused_because"]) == (("refused_because",), "Das liegt außerhalb der Region.")


def test_what_was_stored_before_a_field_was_known_is_the_same_event_and_stays_refused() -> None:
    refused = stored(refuse(waiting()).event)
    older = replace(refused, content={k: value for k, value in refused.content.items() if k != "low_threshold"})
    assert submit(older, UNTRUSTED, submission(), LATER, RULES).result == "unchanged"
    changed = told(submit(older, UNTRUSTED, submission(low_threshold=True), LATER, RULES))
    assert (changed["visibility"], changed["low_threshold"]) == ("waiting", True)
    assert "low_threshold" in changed["changed"]


def test_publishing_what_was_refused_forgets_the_refusal() -> None:
    public = publish(stored(refuse(waiting()).event))
    assert (told(public)["visibility"], told(public)["refused_because"]) == ("public", None)
    assert submit(stored(public.event), UNTRUSTED, submission(), LATER, RULES) == Decision("unchanged")


def test_publishing_what_is_public_changes_nothing() -> None:
    assert publish(stored(publish(waiting()).event)) == Decision("unchanged")


def test_nothing_is_decided_about_a_version_that_was_not_seen() -> None:
    event = stored(submit(waiting(), UNTRUSTED, submission(title="Anders"), NOW, RULES).event)
    for decision in (publish(event, version=1), refuse(event, version=1), publish(event, version=3)):
        assert problem_of(decision) == (409, "/problems/changed-meanwhile", "changed-meanwhile")
        assert decision.event is None


def test_nothing_is_decided_about_an_event_that_was_withdrawn_or_never_was() -> None:
    gone = stored(withdraw(waiting(), UNTRUSTED, WITHDRAWAL, NOW, RULES).event)
    for decide in (publish, refuse):
        assert problem_of(decide(gone)) == (409, "/problems/withdrawn", "gone")
        assert problem_of(decide(None)) == (404, "/problems/not-found", "not-found")


@examples(60)
@given(
    st.lists(st.sampled_from(("submit", "trusted", "withdraw", "refuse")), max_size=8),
    st.sampled_from((TRUSTED, UNTRUSTED)),
)
def test_content_that_was_refused_stays_out_of_sight_whatever_its_organisation_repeats(
    steps: list[str], last: Partner
) -> None:
    event = stored(refuse(waiting()).event)
    for step in steps:
        match step:
            case "withdraw":
                decision = withdraw(event, UNTRUSTED, WITHDRAWAL, LATER, RULES)
            case "refuse" if event.visibility != "withdrawn":
                decision = refuse(event, reason="Noch immer nicht.")
            case _:
                decision = submit(event, TRUSTED if step == "trusted" else UNTRUSTED, submission(), LATER, RULES)
        event = stored(decision.event) if decision.event else event
        assert event.visibility in ("refused", "withdrawn")
    repeated = submit(event, last, submission(), LATER, RULES)
    assert (repeated.event or event).visibility == "refused"
    changed = submit(event, last, submission(title="Nun mit Ort"), LATER, RULES)
    assert told(changed)["visibility"] == ("public" if last.trusted else "waiting")
    assert told(changed)["refused_because"] is None


def test_trust_does_not_publish_what_was_refused() -> None:
    event = stored(refuse(waiting()).event)
    assert submit(event, TRUSTED, submission(), LATER, RULES) == Decision("unchanged")
    assert told(publish_trusted(waiting(), TRUSTED, LATER, RULES))["visibility"] == "public"


@pytest.mark.parametrize("partner", [TRUSTED, UNTRUSTED])
def test_what_the_office_enters_is_public_at_once(partner: Partner) -> None:
    for event in (None, waiting(), stored(refuse(waiting()).event)):
        decision = moderation.enter(event, partner, entered(), LATER, RULES)
        fact = told(decision)
        assert (fact["visibility"], fact["partner"], fact["id"]) == ("public", UNTRUSTED.id, ID)
        assert "partner" not in stored(decision.event).content
        assert moderation.enter(stored(decision.event), partner, entered(), LATER, RULES) == Decision("unchanged")
        assert submit(stored(decision.event), partner, submission(), LATER, RULES) == Decision("unchanged")


def test_the_office_enters_under_the_same_rules_as_an_organisation_sends() -> None:
    event = stored(moderation.enter(None, UNTRUSTED, entered(sequence=4), LATER, RULES).event)
    assert problem_of(moderation.enter(event, UNTRUSTED, entered(sequence=3), LATER, RULES))[2] == "stale"
    wrong = moderation.enter(None, UNTRUSTED, entered(ends_at="2026-12-03T15:00:00+01:00"), LATER, RULES)
    assert problem_of(wrong) == (422, "/problems/invalid", "end-before-start")


@pytest.mark.parametrize("partner", [None, replace(UNTRUSTED, active=False)])
def test_the_office_enters_only_for_an_organisation_that_is_registered(partner: Partner | None) -> None:
    decision = moderation.enter(None, partner, entered(), LATER, RULES)
    assert decision.problem is not None
    assert decision.problem.type == "/problems/partner-unknown"
