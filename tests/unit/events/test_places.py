"""A fact says in which municipality its event takes place, and nothing is guessed where it is unclear."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events import places
from services.events.domain import resolve_again, submit
from shared.clock import rfc3339
from shared.contracts.events import EventFact, EventPlace
from shared.contracts.partner import Place
from shared.places import Place as Municipality
from shared.places import Places
from tests.support.laws import examples
from tests.unit.events.decided import taken, told
from tests.unit.events.submissions import NOW, RULES, TRUSTED, submission

REGION = RULES.places
LATER = NOW + timedelta(days=3)
WITHOUT_ZWICKAU = Places([(place, ()) for place in REGION.items if place.name != "Zwickau"], digest="other")


def resolved(place: dict[str, Any], known: Places = REGION) -> tuple[str, str] | None:
    """The key of the municipality, and by what it was found."""
    found = places.resolved(Place(**place).model_dump(), known)
    return (found["ags"], found["by"]) if found else None


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ({"ags": "14524330", "postal_code": "08412"}, ("14524330", "ags")),
        ({"ags": "01001000", "municipality": "Zwickau"}, None),
        ({"postal_code": "08056", "municipality": "Zwickau"}, ("14524330", "postal-code-and-name")),
        ({"postal_code": "08393", "municipality": "meerane"}, ("14524190", "postal-code-and-name")),
        ({"postal_code": "08056", "municipality": "Werdau"}, ("14524330", "postal-code")),
        ({"postal_code": "08439"}, ("14524300", "postal-code")),
        ({"postal_code": "08393"}, None),
        ({"postal_code": "08393", "municipality": "Zwickau"}, None),
        ({"postal_code": "08393", "municipality": "Atlantis"}, None),
        ({"municipality": "Zwickau"}, ("14524330", "name")),
        ({"postal_code": "24937", "municipality": "Flensburg"}, None),
        ({"postal_code": "09221", "municipality": "Neukirchen"}, None),
        ({"online_url": "https://example.org"}, None),
        ({}, None),
    ],
)
def test_a_place_lies_where_its_key_says_else_its_postal_code_with_its_name_else_one_of_them(
    place: dict[str, str], found: tuple[str, str] | None
) -> None:
    assert resolved(place) == found


def test_a_name_that_several_municipalities_have_needs_a_postal_code() -> None:
    north, south = (
        Municipality("01057073", "Schönberg", ("24217",), 54.39, 10.37),
        Municipality("14524270", "Schönberg", ("08393",), 50.86, 12.49),
    )
    two = Places([(north, ()), (south, ())])
    assert resolved({"municipality": "Schönberg"}, two) is None
    found = resolved({"municipality": "Schönberg", "postal_code": "24217"}, two)
    assert found == ("01057073", "postal-code-and-name")


@examples(200)
@given(
    st.none() | st.sampled_from([place.ags for place in REGION.items]),
    st.none() | st.sampled_from(sorted({code for place in REGION.items for code in place.postal_codes})),
    st.none() | st.sampled_from([place.name for place in REGION.items]),
)
def test_a_place_is_resolved_or_noted_or_unknown_and_never_two_of_these(
    ags: str | None, code: str | None, name: str | None
) -> None:
    sent = submission(place={"ags": ags, "postal_code": code, "municipality": name})
    fact = told(submit(None, TRUSTED, sent, NOW, RULES))["place"]
    noted = places.notes(sent, REGION)
    assert (fact["resolved"] is not None) == (not noted and bool(ags or code or name))
    if fact["resolved"]:
        # Whatever was written fits what was found, read the way it was found.
        found = REGION.by_ags(fact["resolved"]["ags"])
        assert found
        by = {"ags": found.ags == ags, "name": found.name == name}
        by["postal-code"] = found in REGION.by_postal_code(code or "")
        by["postal-code-and-name"] = by["postal-code"] and by["name"]
        assert by[fact["resolved"]["by"]]


def test_a_fact_has_the_municipality_beside_what_its_partner_wrote_for_changed_occurrences_and_before_too() -> None:
    event = taken(place={"municipality": "Werdau"})
    sent = submission(
        place={"postal_code": "08056", "municipality": "Zwickau"},
        recurrence={"rrule": "FREQ=WEEKLY;COUNT=2"},
        overrides=[{"recurrence_id": "2026-12-10T16:00:00+01:00", "place": {"municipality": "Meerane"}}],
    )
    fact = EventFact.model_validate_json(orjson.dumps(told(submit(event, TRUSTED, sent, LATER, RULES))))
    assert fact.place
    assert (fact.place.ags, _name(fact.place)) == (None, "Zwickau")
    assert [_name(occurrence.place) for occurrence in fact.occurrences] == [None, "Meerane"]
    assert fact.previous
    assert _name(fact.previous.place) == "Werdau"


def test_what_is_held_back_says_no_more_than_the_municipality() -> None:
    place = {"street": "Weg 1", "latitude": 50.71111, "longitude": 12.41111, "postal_code": "08056"}
    fact = told(submit(None, TRUSTED, submission(place=place | {"visibility": "area"}), NOW, RULES))
    assert fact["place"]["resolved"]["latitude"] == 50.719
    assert "1111" not in str(fact["place"])


def test_a_partner_is_told_which_of_its_places_may_be_several_and_what_they_are() -> None:
    sent = submission(
        place={"municipality": "Zwickau"},
        recurrence={"rrule": "FREQ=WEEKLY;COUNT=3"},
        overrides=[
            {"recurrence_id": "2026-12-10T16:00:00+01:00", "place": {"postal_code": "08393", "street": "Geheimweg 1"}},
            {"recurrence_id": "2026-12-03T16:00:00+01:00", "title": "Anders"},
        ],
    )
    (note,) = submit(None, TRUSTED, sent, NOW, RULES).notes
    assert (note.field, note.code) == ("overrides.0.place", "municipality-ambiguous")
    assert note.values == {
        "number": 3,
        "municipalities": "Dennheritz (14524050), Meerane (14524190), Schönberg (14524270)",
    }
    assert "Geheimweg" not in note.model_dump_json()


def test_a_note_is_told_again_when_the_same_is_sent_again_and_not_when_it_is_refused() -> None:
    event = taken(place={"postal_code": "08393"})
    same = submit(event, TRUSTED, submission(place={"postal_code": "08393"}), LATER, RULES)
    assert (same.result, len(same.notes)) == ("unchanged", 1)
    wrong = submission(place={"postal_code": "08393"}, starts_at="2026-02-30T10:00:00+01:00")
    assert submit(event, TRUSTED, wrong, LATER, RULES).notes == ()


def test_with_other_places_an_event_is_published_anew_with_nothing_else_changed() -> None:
    event = taken(place={"municipality": "Zwickau"})
    decision = resolve_again(event, TRUSTED, LATER, replace(RULES, places=WITHOUT_ZWICKAU))
    fact = told(decision)
    assert (fact["place"]["municipality"], fact["place"]["resolved"]) == ("Zwickau", None)
    assert (fact["version"], fact["changed"]) == (event.version + 1, ("place.resolved",))
    assert fact["updated_at"] == rfc3339(event.updated_at)
    assert decision.event == replace(event, version=event.version + 1)


def test_an_event_without_a_place_has_nothing_to_publish_anew() -> None:
    event = taken()
    decision = resolve_again(event, TRUSTED, LATER, replace(RULES, places=WITHOUT_ZWICKAU))
    assert (decision.fact, decision.event) == (None, replace(event, places_digest="other"))


def _name(place: EventPlace | None) -> str | None:
    return place.resolved.name if place and place.resolved else None
