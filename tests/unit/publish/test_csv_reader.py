"""What the CSV reader promises."""

import csv
import io
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events.publishing.csv_reader import read_csv
from shared.calendars.entries import Entry, UnreadableFileError

HEAD = "Kennung;Titel;Datum;Uhrzeit;Ende;Ort;Themen\n"


def read(text: str, encoding: str = "utf-8") -> list[Entry]:
    return list(read_csv(text.encode(encoding), "t.csv"))


def body(entry: Entry) -> dict[str, Any]:
    assert entry.sendable, entry
    document = orjson.loads(entry.body or b"")
    assert isinstance(document, dict)
    return document


def one(text: str) -> dict[str, Any]:
    (entry,) = read(text)
    return body(entry)


def test_a_row_becomes_a_submission() -> None:
    assert one(
        HEAD + "cafe;Interkulturelles Café;03.12.2026;16:00;18:00;Alter Gasometer;Integration, Flucht und Asyl\n"
    ) == {
        "uid": "cafe",
        "title": "Interkulturelles Café",
        "starts_at": "2026-12-03T16:00:00",
        "ends_at": "2026-12-03T18:00:00",
        "time_zone": "Europe/Berlin",
        "place": {"name": "Alter Gasometer"},
        "topics": ["integration", "flucht-und-asyl"],
    }


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_delimiter_and_encoding_are_found_out(delimiter: str, encoding: str) -> None:
    text = "UID;Veranstaltung;Datum;Straße\na;Größe – heute;03.12.2026;Äußere Straße 1\n".replace(";", delimiter)
    (entry,) = read(text, encoding)
    assert body(entry)["title"] == "Größe – heute"
    assert body(entry)["place"] == {"street": "Äußere Straße 1"}


@pytest.mark.parametrize(
    "header",
    ["uid,title,date,start time,end time", "ID,Event,Start Date,Begin,Until", "KENNUNG, TITEL ,beginn-datum,von,bis"],
)
def test_headings_are_understood_in_both_languages_and_any_case(header: str) -> None:
    document = one(f"{header}\na,B,2026-12-03,16:00,18:00\n")
    assert (document["starts_at"], document["ends_at"]) == ("2026-12-03T16:00:00", "2026-12-03T18:00:00")


def test_headings_may_stand_below_a_title_line() -> None:
    assert one("sep=;\nVeranstaltungen 2026;;\n;;\nTitel;Datum;Uhrzeit\nA;3.12.26;9 Uhr\n")["title"] == "A"


def test_all_other_columns_find_their_field() -> None:
    head = (
        "UID;Titel;Datum;Beschreibung;Veranstaltungsort;Straße;PLZ;Ort;AGS;Zielgruppen;Sprachen;Kosten;"
        "Barrierefreiheit;Link;Anmeldung;Status;Breite;Länge;Online-Link;Reihe;Bild"
    )
    row = (
        'a;A;3.12.26;"Zeile 1\nZeile 2";Gasometer;Biergasse 3;8056;Zwickau;14524330;Familien|Jugend;Deutsch, Arabisch;'
        "frei;stufenlos;www.example.org;https://example.org/an;fällt aus;50,72;12.49;https://example.org/live;R;"
        "https://example.org/b.png"
    )
    (entry,) = read(f"{head}\n{row}\n")
    assert body(entry) == {
        "uid": "a",
        "title": "A",
        "all_day": True,
        "starts_at": "2026-12-03",
        "ends_at": "2026-12-04",
        "description": "Zeile 1\nZeile 2",
        "place": {
            "name": "Gasometer",
            "street": "Biergasse 3",
            "postal_code": "08056",
            "municipality": "Zwickau",
            "ags": "14524330",
            "latitude": 50.72,
            "longitude": 12.49,
            "online_url": "https://example.org/live",
        },
        "target_groups": ["familien", "jugend"],
        "languages": ["de", "ar"],
        "cost": "frei",
        "accessibility": ["stufenlos"],
        "url": "https://www.example.org",
        "registration_url": "https://example.org/an",
        "status": "cancelled",
        "series": "R",
        "image_url": "https://example.org/b.png",
    }
    assert entry.note == "postal code 8056 read as 08056"


@pytest.mark.parametrize(
    ("status", "slug"),
    [
        ("geplant", "scheduled"),
        ("Abgesagt", "cancelled"),
        ("fällt aus", "cancelled"),
        ("verschoben", "postponed"),
        ("neuer Termin", "rescheduled"),
        ("online", "moved-online"),
    ],
)
def test_german_states_are_understood(status: str, slug: str) -> None:
    assert one(f"Titel;Datum;Status\nA;3.12.26;{status}\n")["status"] == slug


def test_an_unknown_state_is_reported_with_its_column() -> None:
    (entry,) = read("Titel;Datum;Status\nA;3.12.26;vielleicht\n")
    assert entry.problems[0].startswith("column Status: known are geplant")


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("Ort;PLZ;Gemeinde|Saal;08056;Zwickau", {"name": "Saal", "postal_code": "08056", "municipality": "Zwickau"}),
        ("PLZ;Ort|08056;Zwickau", {"postal_code": "08056", "municipality": "Zwickau"}),
        ("PLZ Ort|08056 Zwickau", {"postal_code": "08056", "municipality": "Zwickau"}),
        ("Veranstaltungsort;Ort|Saal;Zwickau", {"name": "Saal", "municipality": "Zwickau"}),
        ("Ort|Saal, 08056 Zwickau", {"name": "Saal", "postal_code": "08056", "municipality": "Zwickau"}),
        ("Stadt|08056 Zwickau", {"postal_code": "08056", "municipality": "Zwickau"}),
    ],
)  # fmt: skip
def test_the_many_ways_to_write_a_place(row: str, place: dict[str, str]) -> None:
    head, cells = row.split("|")
    assert one(f"Titel;Datum;{head}\nA;3.12.26;{cells}\n")["place"] == place


@pytest.mark.parametrize(
    ("head", "cells", "starts_at", "ends_at"),
    [
        ("Datum", "3.12.26", "2026-12-03", "2026-12-04"),
        ("Datum;Datum bis", "3.12.26;5.12.26", "2026-12-03", "2026-12-06"),
        ("Datum", "3.-5.12.2026", "2026-12-03", "2026-12-06"),
        ("Datum;Uhrzeit", "3.12.26;ganztägig", "2026-12-03", "2026-12-04"),
        ("Datum;Uhrzeit;ganztägig", "3.12.26;09:00;ja", "2026-12-03", "2026-12-04"),
        ("Datum;Uhrzeit", "3.12.26;16:00", "2026-12-03T16:00:00", None),
        ("Datum;Uhrzeit", "3.12.26;16:00 - 18:00", "2026-12-03T16:00:00", "2026-12-03T18:00:00"),
        ("Datum;von;bis", "3.12.26;16 Uhr;18 Uhr", "2026-12-03T16:00:00", "2026-12-03T18:00:00"),
        ("Beginn;Ende", "3.12.26 16:00;4.12.26 12:00", "2026-12-03T16:00:00", "2026-12-04T12:00:00"),
        ("Datum;Uhrzeit;Ende-Datum", "3.12.26;16:00;3.12.26", "2026-12-03T16:00:00", None),
        ("Datum;Uhrzeit;Ende-Datum", "3.12.26;16:00;4.12.26", "2026-12-03T16:00:00", "2026-12-05T00:00:00"),
        ("Datum;Uhrzeit", "3.12.26;20:00 - 01:00", "2026-12-03T20:00:00", "2026-12-04T01:00:00"),
        ("Datum;Uhrzeit", "3.12.26;16:00 - 14:00", "2026-12-03T16:00:00", "2026-12-03T14:00:00"),
    ],
)
def test_the_many_ways_to_write_a_time(head: str, cells: str, starts_at: str, ends_at: str | None) -> None:
    document = one(f"Titel;{head}\nA;{cells}\n")
    assert (document["starts_at"], document.get("ends_at")) == (starts_at, ends_at)
    assert document.get("all_day", False) == ("T" not in starts_at)


def test_a_date_that_no_calendar_has_is_reported_with_row_and_column() -> None:
    good, bad = read("Titel;Datum\nA;3.12.26\nB;30.02.2026\n")
    assert good.sendable
    assert bad.source == "t.csv, row 3"
    assert bad.problems == ("column Datum: “30.02.2026” is not in the calendar",)
    assert bad.uid is None


def test_a_missing_title_or_date_is_reported_once() -> None:
    no_title, no_date = read("Titel;Datum\n;3.12.26\nB;\n")
    assert no_title.problems == ("column Titel: is empty",)
    assert no_date.problems == ("column Datum: holds no date",)


def test_contract_errors_name_the_column() -> None:
    (entry,) = read("Titel;Datum;PLZ;Webseite\nA;3.12.26;123;kein Link\n")
    assert [problem.split(" has")[0] for problem in entry.problems] == [
        "column PLZ: place.postal_code",
        "column Webseite: url",
    ]


def test_without_a_uid_a_stable_one_is_derived() -> None:
    text = "Titel;Datum;Uhrzeit;Ort\nCafé;3.12.26;16:00;Saal\nCafé;3.12.26;18:00;Saal\n"
    first, second = read(text)
    assert (first.uid or "").startswith("cafe-2026-12-03-")
    assert "uid derived" in (first.note or "")
    assert first.uid != second.uid
    assert [entry.uid for entry in read(text)] == [first.uid, second.uid]


def test_unknown_columns_are_told_once() -> None:
    note, *rows = read("Titel;Datum;Saalmiete;Foo\nA;3.12.26;x;y\nB;3.12.26;x;y\n")
    assert (note.kind, note.note) == ("note", "columns not understood: Saalmiete, Foo")
    assert all(row.sendable for row in rows)


def test_a_contact_for_registration_is_left_out_with_a_note() -> None:
    (entry,) = read("Titel;Datum;Anmeldung\nA;3.12.26;unter 0375 123\n")
    assert "registration_url" not in body(entry)
    assert "Anmeldung is no web address" in (entry.note or "")


@pytest.mark.parametrize("text", ["Titel;Ort\nA;B\n", "Datum;Ort\n3.12.26;B\n", "foo\n"])
def test_missing_headings_are_said_with_those_found_and_understood(text: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"t\.csv: no row has headings.*Found: .*Understood: .*Titel"):
        read(text)


def test_an_empty_file_says_so() -> None:
    with pytest.raises(UnreadableFileError, match="is empty"):
        read("\n \n")


def test_empty_rows_are_skipped() -> None:
    assert len(read("Titel;Datum\n\n;\nA;3.12.26\n ; \n")) == 1


@pytest.mark.parametrize(("cell", "said"), [("ja", True), ("X", True), ("Nein", False), ("", None)])
def test_a_column_says_whether_it_is_easy_to_come(cell: str, said: bool | None) -> None:
    (entry,) = read(f"Titel;Datum;niedrigschwellig\nCafé;3.12.2026;{cell}\n")
    assert body(entry).get("low_threshold") == said


def test_a_column_that_says_neither_yes_nor_no_is_named() -> None:
    (entry,) = read("Titel;Datum;niedrigschwellig\nCafé;3.12.2026;vielleicht\n")
    assert "column niedrigschwellig: known are ja and nein" in str(entry)


def test_a_forgotten_quotation_mark_costs_one_row() -> None:
    entries = read('Titel;Datum;Ort\nA;3.12.26;x\n"B;3.12.26;x\nC;3.12.26;"x"\nD;3.12.26;"x"\n')
    assert [(entry.source, entry.sendable) for entry in entries] == [
        ("t.csv, row 2", True),
        ("t.csv, row 3", False),
        ("t.csv, row 4", True),
        ("t.csv, row 5", True),
    ]
    assert "quotation marks" in entries[1].problems[0]


def test_a_stray_byte_is_reported_with_its_row() -> None:
    data = "Titel;Datum\nGröße;3.12.26\n".encode() + b"Gr\xf6\xdfe;3.12.26\n"
    good, bad = read_csv(data, "t.csv")
    assert good.sendable
    assert bad.source == "t.csv, row 3"
    assert "neither UTF-8 nor Windows-1252" in bad.problems[0]


def test_a_row_with_line_breaks_does_not_shift_the_numbers() -> None:
    entries = read('Titel;Datum;Text\nA;3.12.26;"x\ny"\nB;3.12.26;z\n')
    assert [entry.source for entry in entries] == ["t.csv, row 2", "t.csv, row 4"]


_SAID = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="�"), min_size=1, max_size=100)


@given(st.lists(_SAID.filter(str.strip), min_size=1, max_size=5), st.sampled_from(";,\t"))
def test_any_title_comes_back_as_it_was_written(titles: list[str], delimiter: str) -> None:
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter)
    writer.writerow(["Titel", "Datum", "Kennung"])
    writer.writerows([title, "03.12.2026", f"u{number}"] for number, title in enumerate(titles))
    assert [body(entry)["title"] for entry in read(table.getvalue())] == [" ".join(title.split()) for title in titles]


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"], whitelist_characters="\n\t", blacklist_characters="�")))
def test_any_description_comes_back_as_it_was_written(text: str) -> None:
    table = io.StringIO()
    csv.writer(table).writerows([["Titel", "Datum", "Beschreibung"], ["A", "03.12.2026", text]])
    assert one(table.getvalue()).get("description", "") == text.strip()
