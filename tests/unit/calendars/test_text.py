"""What text.py promises: decoding, slugs, limits, places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendars import text
from shared.contracts.partner import EventSubmission


def test_limits_are_those_of_the_contract() -> None:
    fields = EventSubmission.model_json_schema()["properties"]
    assert fields["title"]["maxLength"] == text.LINE
    assert fields["uid"]["maxLength"] == text.UID
    assert next(kind for kind in fields["description"]["anyOf"] if "maxLength" in kind)["maxLength"] == text.PROSE
    assert next(kind for kind in fields["url"]["anyOf"] if "maxLength" in kind)["maxLength"] == text.WEB_ADDRESS
    assert fields["topics"]["maxItems"] == text.WORDS
    assert fields["topics"]["items"]["maxLength"] == text.WORD


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("Bürgerbeteiligung", "buergerbeteiligung"),
        ("Flucht und Asyl", "flucht-und-asyl"),
        ("flucht-und-asyl", "flucht-und-asyl"),
        ("Spaß & Spiel", "spass-spiel"),
        ("Café", "cafe"),
        ("  !! ", ""),
    ],
)
def test_a_label_becomes_its_slug(label: str, slug: str) -> None:
    assert text.slug(label) == slug


@given(st.text())
def test_the_slug_of_a_slug_is_itself(label: str) -> None:
    assert text.slug(text.slug(label)) == text.slug(label)


@given(st.text())
def test_slugs_fit_the_contract(label: str) -> None:
    assert all(0 < len(word) <= text.WORD for word in text.slugs([label]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_german_text_is_read_in_any_usual_encoding(encoding: str) -> None:
    assert text.decode("Straße – Größe".encode(encoding)) == "Straße – Größe"


def test_a_stray_byte_in_a_utf8_file_spoils_only_its_line() -> None:
    assert text.decode("Größe\n".encode() + b"Gr\xf6\xdfe\n" + "Öl".encode()).split("\n")[::2] == ["Größe", "Öl"]


@pytest.mark.parametrize(
    ("location", "place"),
    [
        (
            "Alter Gasometer, Kleine Biergasse 3, 08056 Zwickau",
            {
                "name": "Alter Gasometer",
                "street": "Kleine Biergasse 3",
                "postal_code": "08056",
                "municipality": "Zwickau",
            },
        ),
        (
            "FabLab @ Walther-Pauer-Straße 5 03044 Cottbus",
            {"name": "FabLab", "street": "Walther-Pauer-Straße 5", "postal_code": "03044", "municipality": "Cottbus"},
        ),
        (
            "Haus 5, Raum 2, Am Kanal 47a, 14467 Potsdam, Deutschland",
            {"name": "Haus 5, Raum 2", "street": "Am Kanal 47a", "postal_code": "14467", "municipality": "Potsdam"},
        ),
        ("Rathaus, 08056 Zwickau", {"name": "Rathaus", "postal_code": "08056", "municipality": "Zwickau"}),
        ("08056 Zwickau", {"postal_code": "08056", "municipality": "Zwickau"}),
        ("Stadtpark am Teich, 2. Eingang", {"name": "Stadtpark am Teich, 2. Eingang"}),
        ("", {}),
    ],
)
def test_an_address_is_taken_apart_only_where_it_clearly_is_one(location: str, place: dict[str, str]) -> None:
    assert text.place_of(location) == place


@given(st.text(max_size=1_000))
def test_any_location_gives_a_place_that_fits(location: str) -> None:
    assert all(0 < len(str(part)) <= text.LINE for part in text.place_of(location).values())


def test_a_derived_uid_is_stable_and_tells_what_it_is() -> None:
    assert text.derived_uid("Interkulturelles Café", "2026-12-03T16:00", "Gasometer").startswith(
        "interkulturelles-cafe-2026-12-03-"
    )
    assert text.derived_uid("A", "2026-12-03") == text.derived_uid("A", "2026-12-03")
    assert text.derived_uid("A", "2026-12-03") != text.derived_uid("A", "2026-12-04")
