"""What the office types becomes what it means, and what is there can be typed again without losing anything."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.common.forms import Typed
from services.web.meetings import form as meeting_form
from services.web.members import form as member_form
from shared.contracts.members.meetings import PlanMeeting, RecordMinutes
from shared.contracts.members.organisations import ChangeOrganisation
from shared.places import Place, Places, places
from tests.support.laws import examples
from tests.unit.web import samples_office as samples

ZONE = "Europe/Berlin"
TWINS = Places(
    [
        (Place("14524330", "Zwickau", ("08056",), 50.7, 12.5), ()),
        (Place("14524280", "Schönberg", ("08393",), 50.8, 12.4), ()),
        (Place("14523350", "Schönberg", ("08648",), 50.2, 12.2), ()),
    ]
)
lines = st.text("abcäöü ,.-/0123456789", min_size=1, max_size=20).map(str.strip).filter(bool)


def taken(contract: type, body: dict[str, Any]) -> dict[str, Any]:
    """What the contract reads."""
    read: dict[str, Any] = contract.model_validate_json(orjson.dumps(body)).model_dump(mode="json")  # type: ignore[attr-defined]
    return read


@pytest.mark.parametrize(
    "said",
    [{}, {"takes": ["support"], "paused_until": "2027-01-31"}, {"takes": []}, {"takes": ["offer-help", "support"]}],
)
def test_an_entry_typed_again_is_the_same_entry(said: dict[str, Any]) -> None:
    fact = samples.fact(**said)
    fields, errors = member_form.entry(member_form.typed_from(fact, places()), places(), fact)
    assert errors == []
    read = taken(ChangeOrganisation, {"id": fact["id"], **fields})
    assert {name: read[name] for name in fields} == {name: fact[name] for name in fields}


def test_municipalities_are_named_as_people_write_them_and_told_apart() -> None:
    def entry(text: str) -> tuple[Any, list[tuple[str, dict[str, Any]]]]:
        fields, errors = member_form.entry(Typed({"name": "x", "municipalities": text}), TWINS)
        return fields["areas"]["municipalities"], [(error.code, error.values) for error in errors]

    assert entry("Zwickau, 08393 Schönberg\nzwickau\n14999999") == (["14524330", "14524280", "14999999"], [])
    assert entry("Schönberg") == ([], [("municipality-unclear", {"name": "Schönberg"})])
    assert entry("Nirgends") == ([], [("municipality-unknown", {"name": "Nirgends"})])
    assert member_form.written("14524280", TWINS) == "08393 Schönberg"
    assert member_form.written("14524330", TWINS) == "Zwickau"


@pytest.mark.parametrize("text", ["drei", "-1", "1.5", "9" * 12, "²"])
def test_what_is_no_number_is_said_beside_its_field(text: str) -> None:
    _, errors = member_form.entry(Typed({"name": "x", "capacity": text}), TWINS)
    assert [(error.field, error.code) for error in errors] == [("capacity", "int-parsing")]


def test_errors_of_the_contract_find_their_field() -> None:
    assert member_form.typed_at("areas.municipalities.3") == "municipalities"
    assert member_form.typed_at("kinds.0") == "kinds"
    assert member_form.typed_at("id") == "name"
    assert member_form.typed_at("version") == ""
    assert meeting_form.typed_at("place.online_url") == "online_url"
    assert meeting_form.typed_at("agenda.2.papers.0.url") == "agenda"
    assert meeting_form.typed_at("tasks.1.due") == "tasks"
    assert meeting_form.typed_at("starts_at") == "date"
    assert meeting_form.typed_at("id") == ""


@pytest.mark.parametrize(
    "fact",
    [
        samples.meeting(),
        samples.planned(place=None, agenda=[], ends_at=None, working_group="Zeitung", kind="working-group"),
        samples.planned(starts_at="2027-01-30", ends_at="2027-02-01"),
    ],
)
def test_a_plan_typed_again_is_the_same_plan(fact: dict[str, Any]) -> None:
    fields, errors = meeting_form.plan(meeting_form.plan_from(fact), ZONE, fact)
    assert errors == []
    read = taken(PlanMeeting, {"id": fact["id"], **fields})
    same = ("kind", "title", "working_group", "agenda", "public")
    assert {name: read[name] for name in same} == {name: fact[name] for name in same}
    assert (read["place"] or {}) == (fact["place"] or {})
    assert [(read[name] or "")[:16] for name in ("starts_at", "ends_at")] == [
        (fact[name] or "")[:16] for name in ("starts_at", "ends_at")
    ]


def test_a_place_that_is_typed_anew_loses_what_belonged_to_the_old_one() -> None:
    fact = samples.meeting()
    form = meeting_form.plan_from(fact)
    moved = Typed({**form.values, "place_name": "Rathaus"}, form.several)
    fields, _ = meeting_form.plan(moved, ZONE, fact)
    assert fields["place"]["name"] == "Rathaus"
    assert "latitude" not in fields["place"]
    assert fields["place"]["visibility"] == "exact"


def test_an_item_of_the_agenda_may_name_papers_which_keep_their_titles() -> None:
    text = "Haushalt | https://example.org/haushalt.pdf\n\nNeues | https://example.org/neu"
    form = Typed({"title": "x", "date": "2027-03-05", "starts": "18:00", "agenda": text})
    fields, errors = meeting_form.plan(form, ZONE, samples.meeting())
    assert errors == []
    assert fields["agenda"] == [
        {"title": "Haushalt", "papers": [{"title": "Entwurf", "url": "https://example.org/haushalt.pdf"}]},
        {"title": "Neues", "papers": [{"title": "Neues", "url": "https://example.org/neu"}]},
    ]


def test_a_plan_without_title_or_time_is_refused_by_field() -> None:
    _, errors = meeting_form.plan(Typed({"date": "2027-03-05"}), ZONE)
    assert {error.field for error in errors} == {"title", "starts"}


def test_who_came_for_an_organisation_stays_known_while_it_took_part() -> None:
    before = samples.seen(samples.meeting())
    sent = {"presence-treff": ["present"], "presence-chor": ["absent"], "csrf": ["x"]}
    person = before["attendance"][1]["person"]
    assert meeting_form.attendance(sent, ["treff", "chor", "fehlt"], before) == [
        {"organisation": "treff", "presence": "present", "person": person},
        {"organisation": "chor", "presence": "absent"},
    ]
    away = meeting_form.attendance({"presence-treff": ["excused"]}, ["treff"], before)
    assert away == [{"organisation": "treff", "presence": "excused"}]


def test_votes_and_item_of_a_decision_stand_at_the_end_of_its_line() -> None:
    text = "Fest; TOP 2; 12/1/0\nKauf von Stühlen; Tischen\nNur so; 3/4"
    decisions = meeting_form.minutes(Typed({"text": "x", "decisions": text}))["decisions"]
    assert decisions == [
        {"text": "Fest", "item": 2, "votes_for": 12, "votes_against": 1, "abstentions": 0},
        {"text": "Kauf von Stühlen; Tischen"},
        {"text": "Nur so", "votes_for": 3, "votes_against": 4},
    ]


@given(
    st.lists(
        st.tuples(lines, st.none() | st.integers(1, 60), st.none() | st.tuples(*[st.integers(0, 999)] * 3)), max_size=4
    ),
    st.lists(
        st.tuples(lines, st.none() | st.just("treff"), st.none() | st.just("2026-12-24"), st.booleans()), max_size=4
    ),
)
@examples(100)
def test_minutes_typed_again_are_the_same_minutes(decided: list[Any], agreed: list[Any]) -> None:
    counts = ("votes_for", "votes_against", "abstentions")
    decisions = [
        {"text": text, "item": item, **dict(zip(counts, votes or (None,) * 3, strict=True))}
        for text, item, votes in decided
    ]
    tasks = [dict(zip(("text", "organisation", "due", "done"), task, strict=True)) for task in agreed]
    fact = samples.meeting(decisions=decisions, tasks=tasks)
    form = meeting_form.minutes_from(samples.minutes(fact, "Worte"))
    read = taken(RecordMinutes, {"id": fact["id"], **meeting_form.minutes(form)})
    assert (read["text"], read["decisions"], read["tasks"]) == ("Worte", decisions, tasks)
    assert meeting_form.rows(form) == len(tasks) + meeting_form.EMPTY_TASKS
