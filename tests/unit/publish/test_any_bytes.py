"""No reader ever fails in another way than the one it announces."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.events.publishing.csv_reader import read_csv
from services.events.publishing.entries import Reader, read_file
from services.events.publishing.json_reader import read_json, read_json_lines
from shared.calendars.entries import Entry, UnreadableFileError
from shared.calendars.ics_reader import submissions
from shared.calendars.ics_text import KEPT
from tests.support.laws import examples

JSON_WORDS = [
    b"{",
    b"}",
    b"[",
    b"]",
    b'"uid":',
    b'"title":',
    b'"items":',
    b'"withdraw":',
    b"true",
    b"1e999",
    b",",
    b'"\\ud800"',
]
CSV_WORDS = [
    b"Titel",
    b"Datum",
    b"Uhrzeit",
    b";",
    b",",
    b"\t",
    b'"',
    b"\n",
    b"\r",
    b"03.12.2026",
    b"16:00 - 18:00",
    b"\xff",
]
ICS_WORDS = [f"\n{name}:".encode() for name in sorted(KEPT)]
ICS_WORDS += [b"\nBEGIN:VEVENT", b"\nEND:VEVENT", b"\nBEGIN:VCALENDAR", b"\nBEGIN:VTIMEZONE", b"\nEND:VTIMEZONE"]
ICS_WORDS += [
    b";TZID=",
    b"Europe",
    b"../..",
    b"Europe/Berlin:",
    b"20261203T160000",
    b"99991231",
    b"P1D",
    b"FREQ=DAILY",
    b"\n ",
]


def soup(words: list[bytes]) -> st.SearchStrategy[bytes]:
    """Bytes that look enough like the format to get past its first line."""
    return st.lists(st.one_of(st.sampled_from(words), st.binary(max_size=6)), max_size=40).map(b"".join)


def check(reader: Reader, data: bytes) -> None:
    try:
        entries = list(reader(data, "f"))
    except UnreadableFileError:
        return
    for entry in entries:
        assert isinstance(entry, Entry)
        assert entry.sendable or entry.problems or entry.kind == "note", entry


@given(st.one_of(st.binary(), soup(JSON_WORDS)))
def test_the_json_readers_survive_any_bytes(data: bytes) -> None:
    check(read_json, data)
    check(read_json_lines, data)


@examples(300)
@given(st.one_of(st.binary(), soup(CSV_WORDS), soup(CSV_WORDS).map(b"Titel;Datum;Uhrzeit\n".__add__)))
@example(b"Titel;Datum\n" + b'"a;' * 50_000)
def test_the_csv_reader_survives_any_bytes(data: bytes) -> None:
    check(read_csv, data)


@examples(300)
@given(
    st.one_of(st.binary(), soup(ICS_WORDS), soup(ICS_WORDS).map(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A".__add__))
)
@example(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=Europe:20261203T160000\nSUMMARY:A\nEND:VEVENT")
@example(
    b"BEGIN:VCALENDAR\nX-WR-TIMEZONE:../../etc\nBEGIN:VEVENT\nDTSTART:99981231T235959\nDURATION:P9W\nSUMMARY:A\nEND:VEVENT"
)
def test_the_calendar_reader_survives_any_bytes(data: bytes) -> None:
    check(submissions, data)


@pytest.mark.parametrize("name", ["missing.json", "folder.csv", "what.xlsx", "noending"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UnreadableFileError, match=name):
        list(read_file(tmp_path / name))


def test_the_ending_chooses_the_reader_in_any_case(tmp_path: Path) -> None:
    file = tmp_path / "Termine.CSV"
    file.write_text("Titel;Datum\nA;03.12.2026\n", encoding="cp1252")
    (entry,) = read_file(file)
    assert entry.source == "Termine.CSV, row 2"


def test_a_uid_that_comes_twice_is_told(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("UID;Titel;Datum\na;A;03.12.2026\na;B;03.12.2026\n")
    _, second = read_file(file)
    assert second.sendable
    assert second.note == "same uid as t.csv, row 2, replaces it"
