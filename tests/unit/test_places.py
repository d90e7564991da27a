"""A place is found as people write it, and nothing is guessed where it is unclear."""

from math import cos, radians
from pathlib import Path
from random import Random
from time import perf_counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.circle import EARTH_KM, Circle
from shared.places import Place, Places, places, read_places
from tests.support.region import germany

HEAD = "ags,name,postal_codes,retired_postal_codes,latitude,longitude\n"
REGION = places()
latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def names(found: list[Place]) -> list[str]:
    return [place.name for place in found]


def gazetteer(*rows: str, folder: Path) -> Places:
    file = folder / "places.csv"
    file.write_text(HEAD + "\n".join(rows), encoding="utf-8")
    return read_places(file)


def test_the_product_carries_the_municipalities_of_the_first_alliance() -> None:
    assert len(REGION.items) == 33
    assert {place.ags[:5] for place in REGION.items} == {"14524"}
    assert all(place.postal_codes for place in REGION.items)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Zwickau", ["Zwickau"]),
        (" zwickau ", ["Zwickau"]),
        ("Stadt Zwickau", ["Zwickau"]),
        ("Zwickau, Stadt", ["Zwickau"]),
        ("Mülsen", ["Mülsen"]),
        ("Mu\u0308lsen", ["Mülsen"]),
        ("MUELSEN", ["Mülsen"]),
        ("mulsen", ["Mülsen"]),
        ("Wilkau-Hasslau", ["Wilkau-Haßlau"]),
        ("Wilkau Haßlau", ["Wilkau-Haßlau"]),
        ("Sankt Egidien", ["St. Egidien"]),
        ("Lichtenstein", ["Lichtenstein/Sa."]),
        ("Lichtenstein/Sa.", ["Lichtenstein/Sa."]),
        ("Kirchberg", ["Kirchberg"]),
        ("Hartmannsdorf", ["Hartmannsdorf b. Kirchberg"]),
        ("Frankfurt (Oder)", []),
        ("Schönberg (Holstein)", []),
        ("08056", ["Zwickau"]),
        ("08432", ["Werdau"]),
        ("8056", []),
        ("08393", ["Dennheritz", "Meerane", "Schönberg"]),
        ("08107", ["Hartmannsdorf b. Kirchberg", "Kirchberg"]),
        ("08393 Schönberg", ["Schönberg"]),
        ("08056 Planitz", ["Zwickau"]),
        ("08393 Planitz", ["Dennheritz", "Meerane", "Schönberg"]),
        ("14524330", ["Zwickau"]),
        ("99999999", []),
        ("", []),
        ("!", []),
    ],
)
def test_what_is_written_means_these_places(text: str, meant: list[str]) -> None:
    assert names(REGION.meant(text)) == meant


def test_retired_postal_codes_lead_to_a_place_and_are_never_among_its_own() -> None:
    for code in ("08432", "08439"):
        (werdau,) = REGION.by_postal_code(code)
        assert werdau.postal_codes == ("08412",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("li", ["Lichtenstein/Sa.", "Lichtentanne", "Limbach-Oberfrohna"]),
        ("neukirch", ["Neukirchen/Pleiße"]),
        ("kirchberg", ["Kirchberg", "Hartmannsdorf b. Kirchberg"]),
        ("0841", ["Werdau"]),
        ("14524", []),
        ("???", []),
    ],
)
def test_the_best_match_of_a_beginning_stands_first(text: str, found: list[str]) -> None:
    assert names(REGION.beginning_with(text, 10)) == found


@given(st.text(max_size=20))
def test_any_text_finds_places_or_none(text: str) -> None:
    assert len(REGION.beginning_with(text, 7)) <= 7
    REGION.meant(text)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("1452433,Zwickau,08056,,50.7,12.4", "ags"),
        ("14524330,,08056,,50.7,12.4", "name"),
        ("14524330,Zwickau,8056,,50.7,12.4", "postal_codes"),
        ("14524330,Zwickau,08056,x,50.7,12.4", "postal_codes"),
        ("14524330,Zwickau,08056,,,12.4", "latitude"),
        ('14524330,Zwickau,08056,,50.7,"12,4"', "longitude"),
        ("14524330,Zwickau", "latitude"),
    ],
)
def test_a_line_that_is_wrong_is_named_with_its_column(row: str, column: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=rf"places\.csv, line 3: .*{column}"):
        gazetteer("14524010,Bernsdorf,09337,,50.769,12.664", row, folder=tmp_path)


def test_another_region_is_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gazetteer("01001000,Flensburg,24937 24939,,54.78,9.44", folder=tmp_path)
    monkeypatch.setenv("PLACES_FILE", str(tmp_path / "places.csv"))
    assert names(places.__wrapped__().items) == ["Flensburg"]


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ((50.719, 12.496), (50.719, 12.496), 0),
        ((52.5200, 13.4050), (48.1374, 11.5755), 504.4),  # Berlin, Munich
        ((54.7937, 9.4470), (47.4095, 10.2797), 823.3),  # Flensburg, Oberstdorf
        ((0, 179.5), (0, -179.5), 111.2),
        ((90, 0), (-90, 0), 20015.1),
    ],
)
def test_distances_are_those_of_a_great_circle(one: tuple[float, float], other: tuple[float, float], km: float) -> None:
    assert Circle(*one, 1).distance_km(*other) == pytest.approx(km, abs=0.5)


@given(latitudes, longitudes, st.floats(0, 200), latitudes, longitudes)
def test_a_box_holds_all_of_its_circle(
    latitude: float, longitude: float, radius: float, north: float, east: float
) -> None:
    circle = Circle(latitude, longitude, radius)
    # Points near by are what matters: far ones are outside of both.
    point = (latitude + north / 90 * 3, longitude + east / 180 * 6)
    assume(abs(point[0]) <= 90 and abs(point[1]) <= 180)
    south, top, west, right = circle.box()
    if circle.holds(*point):
        assert south - 1e-9 <= point[0] <= top + 1e-9
        assert west - 1e-9 <= point[1] <= right + 1e-9


@given(st.floats(47, 55), st.floats(6, 15), st.floats(1, 200))
def test_a_box_is_no_larger_than_it_must_be(latitude: float, longitude: float, radius: float) -> None:
    south, north, west, east = Circle(latitude, longitude, radius).box()
    assert (north - south) * radians(EARTH_KM) == pytest.approx(2 * radius)
    assert (east - west) * radians(EARTH_KM) * cos(radians(latitude)) == pytest.approx(2 * radius, rel=0.01)


def whole_country() -> Places:
    rows: dict[str, tuple[Place, set[str]]] = {}
    for row in germany():
        place = Place(row["ags"], row["municipality"], (), float(row["latitude"]), float(row["longitude"]))
        rows.setdefault(row["ags"], (place, set()))[1].add(row["postal_code"])
    return Places((place, tuple(sorted(codes))) for place, codes in rows.values())


def test_a_whole_country_is_looked_up_as_fast_as_a_district() -> None:
    whole = whole_country()
    assert len(whole.items) == 10_775
    typed = [place.name for place in Random(1).sample(whole.items, 300)]
    assert all(any(place.name == name for place in whole.beginning_with(name, 200)) for name in typed)

    def seconds(there: Places, texts: list[str]) -> float:
        began = perf_counter()
        for text in texts:
            there.meant(text)
        return (perf_counter() - began) / len(texts)

    region = [place.name for place in REGION.items] * 10
    best = min(seconds(whole, typed) / seconds(REGION, region) for _ in range(5))
    assert best < 10, "looking up takes longer the more places there are"
