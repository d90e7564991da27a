"""Places are found by postal code and name, unclear ones are asked back, and events are found around them."""

from typing import Any

import pytest

from shared.contracts.partner import event_id
from tests.support.bus import Bus, Partner, eventually, submission


@pytest.fixture(scope="module")
async def partner(bus: Bus) -> Partner:
    """A partner whose events of 2033 say in different ways where they are."""
    partner = await bus.partner()
    places: dict[str, dict[str, Any] | None] = {
        "zwickau-by-name": {"municipality": "Zwickau"},
        "zwickau-by-code": {"postal_code": "08058"},
        "werdau-retired-code": {"postal_code": "08432"},
        "meerane-exact": {"name": "Markt", "ags": "14524190", "latitude": 50.8475, "longitude": 12.4646},
        "schoenberg-both": {"postal_code": "08393", "municipality": "Schönberg"},
        "unclear": {"postal_code": "08393"},
        "area": {"municipality": "Muelsen", "latitude": 50.7, "longitude": 12.6, "visibility": "area"},
        "elsewhere": {"municipality": "Entenhausen"},
        "flensburg": {"latitude": 54.7937, "longitude": 9.4470, "municipality": "Flensburg"},
        "nowhere": None,
    }
    await partner.send(
        *(
            submission(uid, starts_at=f"2033-05-{day:02}T10:00:00+02:00", place=place)
            for day, (uid, place) in enumerate(places.items(), 1)
        )
    )

    async def all_there() -> bool:
        return len(await bus.events(organiser=partner.id)) == len(places)

    await eventually(all_there)
    return partner


async def found(bus: Bus, partner: Partner, **filters: Any) -> set[str]:
    return {item["uid"] for item in await bus.events(organiser=partner.id, **filters)}


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("08056", ["Zwickau"]),
        ("zwick", ["Zwickau"]),
        ("Muelsen", ["Mülsen"]),
        ("mülsen", ["Mülsen"]),
        ("08393", ["Dennheritz", "Meerane", "Schönberg"]),
        ("09337", ["Bernsdorf", "Callenberg", "Hohenstein-Ernstthal"]),
        ("08439", ["Werdau"]),
        ("14524330", ["Zwickau"]),
        ("ernstthal", ["Hohenstein-Ernstthal"]),
        ("Atlantis", []),
    ],
)
async def test_a_place_is_found_by_postal_code_name_or_the_beginning_of_a_name(
    bus: Bus, q: str, names: list[str]
) -> None:
    response = await bus.http.get("/v1/places", params={"q": q})

    assert [item["name"] for item in response.json()["items"]] == names
    assert response.json()["next"] is None
    assert "max-age" in response.headers["cache-control"]
    repeated = await bus.http.get("/v1/places", params={"q": q}, headers={"If-None-Match": response.headers["etag"]})
    assert repeated.status_code == 304


async def test_a_place_has_key_name_postal_codes_in_use_and_a_point(bus: Bus) -> None:
    (werdau,) = (await bus.http.get("/v1/places", params={"q": "08432"})).json()["items"]

    assert werdau == {
        "ags": "14524300",
        "name": "Werdau",
        "postal_codes": ["08412"],
        "latitude": 50.736,
        "longitude": 12.379,
    }


async def test_without_a_text_all_places_of_the_region_are_listed(bus: Bus) -> None:
    assert len((await bus.http.get("/v1/places")).json()["items"]) == 33
    assert len((await bus.http.get("/v1/places?q=&limit=5")).json()["items"]) == 5


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"municipality": "14524330"}, {"zwickau-by-name", "zwickau-by-code"}),
        ({"municipality": "zwickau"}, {"zwickau-by-name", "zwickau-by-code"}),
        ({"municipality": "Stadt Zwickau"}, {"zwickau-by-name", "zwickau-by-code"}),
        ({"municipality": "Werdau"}, {"werdau-retired-code"}),
        ({"municipality": "Schoenberg"}, {"schoenberg-both"}),
        ({"municipality": "Entenhausen"}, {"elsewhere"}),
        ({"municipality": "99999999"}, set()),
        ({"near": "08058", "radius_km": 0}, {"zwickau-by-name", "zwickau-by-code"}),
        ({"near": "08056", "radius_km": 5}, {"zwickau-by-name", "zwickau-by-code"}),
        ({"near": "08056"}, {"zwickau-by-name", "zwickau-by-code", "werdau-retired-code", "area"}),
        ({"near": "Meerane", "radius_km": 3}, {"meerane-exact", "schoenberg-both"}),
        ({"near": "14524270", "radius_km": 1}, {"schoenberg-both"}),
        ({"near": "08393 Schönberg", "radius_km": 1}, {"schoenberg-both"}),
        ({"near": "50.8475,12.4646", "radius_km": 0.1}, {"meerane-exact"}),
        ({"near": "54.79,9.45", "radius_km": 200}, {"flensburg"}),
        ({"near": "08412", "radius_km": 5, "municipality": "Zwickau"}, set()),
    ],
)
async def test_events_are_found_by_where_they_are_however_their_partner_said_it(
    bus: Bus, partner: Partner, filters: dict[str, Any], expected: set[str]
) -> None:
    assert await found(bus, partner, **filters) == expected


async def test_what_is_near_says_how_far_it_is_and_stays_ordered_by_start(bus: Bus, partner: Partner) -> None:
    items = await bus.events(organiser=partner.id, near="08056", radius_km=20)

    assert [item["starts_at"] for item in items] == sorted(item["starts_at"] for item in items)
    distances = {item["uid"]: item["distance_km"] for item in items}
    assert distances["zwickau-by-name"] == 0
    assert 8 < distances["werdau-retired-code"] < 9
    assert all("distance_km" not in item for item in await bus.events(organiser=partner.id))


async def test_an_address_that_is_held_back_is_not_betrayed_by_a_distance(bus: Bus, partner: Partner) -> None:
    """The point that the partner gave is 2 km from the middle of the municipality, which is what counts."""
    (item,) = [
        item for item in await bus.events(organiser=partner.id, near="Mülsen", radius_km=5) if item["uid"] == "area"
    ]
    assert item["distance_km"] == 0


async def test_an_event_says_in_which_municipality_it_is_beside_what_its_partner_wrote(
    bus: Bus, partner: Partner
) -> None:
    places = {item["uid"]: item["place"] for item in await bus.events(organiser=partner.id, **{"from": "2033-05-01"})}
    zwickau = {"ags": "14524330", "name": "Zwickau", "latitude": 50.719, "longitude": 12.496}
    assert places["zwickau-by-name"]["resolved"] == zwickau | {"by": "name"}
    assert places["zwickau-by-code"]["resolved"] == zwickau | {"by": "postal-code"}
    assert (places["zwickau-by-code"]["ags"], places["zwickau-by-code"]["municipality"]) == (None, None)
    assert places["meerane-exact"]["resolved"]["name"] == "Meerane"
    assert [places[uid]["resolved"] for uid in ("unclear", "elsewhere", "flensburg")] == [None] * 3
    (fact,) = await bus.facts(str(event_id(partner.id, "zwickau-by-code")))
    assert fact["place"] == places["zwickau-by-code"]


async def test_a_partner_is_told_which_places_may_be_several_by_every_way(bus: Bus, partner: Partner) -> None:
    unclear = submission("unclear-too", place={"postal_code": "08393"})
    answered = await partner.put(unclear, Accept_Language="en")
    state = answered.json()
    assert (answered.status_code, state["result"]) == (201, "created")
    (note,) = state["notes"]
    assert (note["field"], note["code"]) == ("place", "municipality-ambiguous")
    assert "Dennheritz (14524050), Meerane (14524190), Schönberg (14524270)" in note["detail"]

    german = (await bus.http.get(f"/v1/requests/{state['request']}")).json()
    assert german["notes"][0]["detail"].startswith("kann in 3 Gemeinden liegen, zum Beispiel Dennheritz (14524050)")
    (listed,) = await partner.submissions(request=state["request"])
    assert listed["notes"] == german["notes"]
    clear = await partner.put(submission("unclear-too", place={"postal_code": "08393", "ags": "14524190"}))
    assert (clear.json()["result"], clear.json()["notes"]) == ("changed", [])


@pytest.mark.parametrize("path", ["/v1/events", "/v1/events.ics"])
async def test_an_unclear_place_is_asked_back_with_choices(bus: Bus, path: str) -> None:
    for query in ("near=08393", "near=08393&radius_km=0"):
        response = await bus.http.get(f"{path}?{query}", headers={"Accept-Language": "en"})

        problem = response.json()
        assert (response.status_code, problem["type"]) == (422, "/problems/place-ambiguous")
        assert [error["field"] for error in problem["errors"]] == ["near"]
        assert [place["name"] for place in problem["choices"]] == ["Dennheritz", "Meerane", "Schönberg"]
        assert {place["ags"] for place in problem["choices"]} == {"14524050", "14524190", "14524270"}


@pytest.mark.parametrize(
    ("query", "kind", "code"),
    [
        ("near=99999", "/problems/place-unknown", "place-unknown"),
        ("near=99999&radius_km=0", "/problems/place-unknown", "place-unknown"),
        ("near=Atlantis", "/problems/place-unknown", "place-unknown"),
        ("near=91,12", "/problems/invalid", "point-invalid"),
        ("near=08056&radius_km=201", "/problems/invalid", "less-than-equal"),
        ("near=08056&radius_km=-1", "/problems/invalid", "greater-than-equal"),
        ("near=08056&radius_km=nan", "/problems/invalid", "finite-number"),
        ("near=08056&radius_km=weit", "/problems/invalid", "float-parsing"),
    ],
)
async def test_a_place_that_cannot_be_looked_around_is_a_problem_that_says_why(
    bus: Bus, query: str, kind: str, code: str
) -> None:
    response = await bus.http.get(f"/v1/events?{query}")

    assert (response.status_code, response.json()["type"]) == (422, kind)
    assert [error["code"] for error in response.json()["errors"]] == [code]


async def test_the_calendar_and_the_page_look_around_too(bus: Bus, partner: Partner) -> None:
    around = {"organiser": partner.id, "near": "08056", "radius_km": "5"}
    calendar = await bus.http.get("/v1/events.ics", params=around)
    page = await bus.http.get(f"{bus.web_url}/", params=around | {"from": "2033-05-01"})

    for text in (calendar.text, page.text):
        assert "Titel zwickau-by-code" in text
        assert "Titel meerane-exact" not in text
    assert 'value="08056"' in page.text
    assert '<option value="5" selected>5 km</option>' in page.text


async def test_the_page_asks_back_and_follows_the_answer(bus: Bus, partner: Partner) -> None:
    asked = await bus.http.get(f"{bus.web_url}/", params={"organiser": partner.id, "near": "08393", "radius_km": "0"})
    answered = await bus.http.get(
        f"{bus.web_url}/",
        params={"organiser": partner.id, "near": "08393 Schönberg", "radius_km": "0", "from": "2033-05-01"},
    )

    assert "Welchen Ort meinen Sie?" in asked.text
    assert "near=08393+Sch%C3%B6nberg&amp;radius_km=0" in asked.text
    assert "Titel schoenberg-both" in answered.text
    assert "Titel unclear" not in answered.text


async def test_a_link_to_a_municipality_from_before_still_works_on_the_page(bus: Bus, partner: Partner) -> None:
    page = await bus.http.get(
        f"{bus.web_url}/", params={"organiser": partner.id, "municipality": "Werdau", "from": "2033-05-01"}
    )

    assert "Titel werdau-retired-code" in page.text
    assert "Titel zwickau-by-name" not in page.text
    assert '<option value="0" selected>nur dieser Ort</option>' in page.text
