"""What the import of attendance promises, for lists as people keep them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.importing.attendance import plan_attendance
from shared.calendars.entries import UnreadableFileError
from shared.contracts.members.meetings import Attendance, MeetingFact
from tests.unit.members.offices_tables import Office, results, told

PERSON = "22222222-2222-4222-8222-222222222222"


def office() -> Office:
    here = Office()
    here.members("Name;Mitglied seit\nBuntes Haus e. V.;1.2.2020\nChor;1.2.2020\nVerein C;1.2.2020\n")
    here.meetings(
        "Datum;Uhrzeit;Art;Titel\n5.2.2026;18:00;;\n7.5.2026;18:00;;\n7.5.2026;20:00;AG Feste;\n3.12.2026;18:00;;\n"
    )
    return here


def recorded(here: Office) -> dict[str, dict[str, str]]:
    """Who took part, by day and title of each meeting."""
    return {
        f"{fact.starts_at[:10]} {fact.title}": {one.organisation: one.presence for one in fact.attendance}
        for fact in here.state.all(MeetingFact)
        if fact.attendance
    }


def test_a_matrix_has_organisations_down_and_meetings_across() -> None:
    here = office()

    planned = here.attendance(
        "Verein;05.02.2026;Sitzung 7.5.26\nBuntes Haus;x;online\nChor;e;\nVerein C;-;entschuldigt\n"
    )

    assert results(planned) == ["new", "new"]
    assert recorded(here) == {
        "2026-02-05 Sitzung": {"buntes-haus-e-v": "present", "chor": "excused", "verein-c": "absent"},
        "2026-05-07 Sitzung": {"buntes-haus-e-v": "online", "verein-c": "excused"},
    }


@pytest.mark.parametrize("typed", ["02:30", "03:30"])
def test_a_meeting_in_the_hour_that_summer_time_leaves_out_is_found_by_its_hour(typed: str) -> None:
    here = office()
    here.meetings("Datum;Uhrzeit;Art;Titel\n28.3.2021;02:30;;Frühjahr\n28.3.2021;19:00;;Abend\n")

    here.attendance(f"Datum;Organisation;Anwesenheit\n28.03.2021 {typed};chor;x\n")

    assert recorded(here) == {"2021-03-28 Frühjahr": {"chor": "present"}}


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("2025-10-26T02:30:00+02:00", "Erste"),
        ("2025-10-26T02:30:00+01:00", "Zweite"),
        ("2025-10-26T01:30:00Z", "Zweite"),
        ("26.10.2025 2:45", "Dritte"),
    ],
)
def test_meetings_in_two_equal_hours_are_told_apart_by_an_offset(typed: str, title: str) -> None:
    here = office()
    here.meetings(
        "Datum;Titel\n2025-10-26T02:30:00+02:00;Erste\n2025-10-26T02:30:00+01:00;Zweite\n"
        "2025-10-26T02:45:00+01:00;Dritte\n"
    )

    here.attendance(f"Datum;Organisation;Anwesenheit\n{typed};chor;x\n")

    assert recorded(here) == {f"2025-10-26 {title}": {"chor": "present"}}


def test_a_year_that_no_meeting_has_is_refused_and_stops_no_other_row() -> None:
    table = "Datum;Organisation;Anwesenheit\n1.1.0001 0:30;chor;x\n5.2.2026;chor;x\n"

    assert sorted(results(office().attendance(table))) == ["new", "refused"]


def test_a_time_that_two_meetings_have_is_refused() -> None:
    here = office()
    here.meetings("Datum;Titel\n2025-10-26T02:30:00+02:00;Erste\n2025-10-26T02:30:00+01:00;Zweite\n")

    assert results(here.attendance("Datum;Organisation;Anwesenheit\n26.10.2025 2:30;chor;x\n")) == ["refused"]


def test_rows_say_the_same() -> None:
    here = office()

    here.attendance(
        "Datum;Organisation;Anwesenheit\n05.02.2026;Buntes Haus e.V.;anwesend\n5.2.26;chor;E\n"
        "7.5.2026 18:00;Chor;Online\n"
    )

    assert recorded(here) == {
        "2026-02-05 Sitzung": {"buntes-haus-e-v": "present", "chor": "excused"},
        "2026-05-07 Sitzung": {"chor": "online"},
    }


def test_several_meetings_of_a_day_are_told_apart_by_time_or_kind() -> None:
    here = office()

    here.attendance("Verein;7.5.2026 18:00;AG Feste 7.5.2026\nChor;x;e\n")

    assert recorded(here) == {"2026-05-07 AG Feste": {"chor": "excused"}, "2026-05-07 Sitzung": {"chor": "present"}}
    [row] = here.plan(plan_attendance, "Verein;7.5.2026\nChor;x\n")
    assert row.result == "refused"
    assert "18:00 Sitzung, 20:00 AG Feste; add time or kind" in told([row])


@pytest.mark.parametrize(
    ("cell", "presence"),
    [
        *((cell, "present") for cell in ("x", "X", "anwesend", "ja", "1", "✓")),
        *((cell, "online") for cell in ("online", "Online", "o")),
        *((cell, "excused") for cell in ("e", "entschuldigt", "entsch.", "Entschuldigt")),
        *((cell, "absent") for cell in ("-", "–", "fehlt", "unentschuldigt", "0")),
    ],
)
def test_cells_are_understood(cell: str, presence: str) -> None:
    here = office()

    here.attendance(f"Verein;5.2.2026\nChor;{cell}\n")

    assert recorded(here) == {"2026-02-05 Sitzung": {"chor": presence}}


def test_an_empty_cell_says_nothing_and_what_is_recorded_of_others_stays() -> None:
    here = office()
    here.attendance("Verein;5.2.2026\nChor;x\nBuntes Haus;x\n")
    [held] = [fact for fact in here.state.all(MeetingFact) if fact.attendance]
    who = Attendance(organisation="chor", presence="present", person=PERSON)
    here.keep(held.model_copy(update={"attendance": (held.attendance[0], who)}))

    [row] = here.attendance("Verein;5.2.2026\nVerein C;x\nChor;\nBuntes Haus;online\n")

    assert "buntes-haus-e-v: present → online" in told([row])
    [held] = [fact for fact in here.state.all(MeetingFact) if fact.attendance]
    assert who in held.attendance
    assert recorded(here)["2026-02-05 Sitzung"] == {
        "buntes-haus-e-v": "online",
        "chor": "present",
        "verein-c": "present",
    }


def test_what_cannot_be_taken_is_named_by_row_and_column_and_stops_nothing_else() -> None:
    here = office()

    planned = here.attendance(
        "Verein;05.02.2026;01.01.2026;3.12.2026;Summe\nChor;x;x;x;3\nFremde;x;;;1\nVerein C;vielleicht;;;\n"
    )

    said = {row.source: row for row in planned if row.result == "refused"}
    assert said["t.csv, column 01.01.2026"].details == ("there is no meeting on 2026-01-01; import it with --meetings",)
    assert said["t.csv, column 3.12.2026"].details == ("the meeting of 2026-12-03 is still to come",)
    assert "no organisation of this name" in said["t.csv, row 3"].details[0]
    assert said["t.csv, row 4"].details[0].startswith("column 05.02.2026: known are x or anwesend")
    assert planned[0].name == "columns not understood: Summe"
    assert recorded(here) == {"2026-02-05 Sitzung": {"chor": "present"}}


def test_a_contradiction_is_refused() -> None:
    planned = office().plan(plan_attendance, "Datum;Verein;Anwesenheit\n5.2.2026;Chor;x\n5.2.2026;Chor;e\n")

    assert results(planned) == ["refused", "new"]
    assert "chor stands twice for 2026-02-05, and differently" in told(planned)


def test_a_table_without_dates_is_told() -> None:
    with pytest.raises(UnreadableFileError, match="headings for the organisation and dates of meetings"):
        office().plan(plan_attendance, "Verein;Vorsitz\nChor;x\n")


cells = st.sampled_from(("x", "online", "e", "-", ""))


@given(st.tuples(cells, cells, cells), st.tuples(cells, cells, cells))
def test_matrix_and_rows_mean_the_same_and_twice_changes_nothing(
    first: tuple[str, str, str], second: tuple[str, str, str]
) -> None:
    names = ("Buntes Haus e. V.", "Chor", "Verein C")
    matrix = "Verein;5.2.2026;7.5.2026 18:00\n" + "".join(
        f"{name};{one};{two}\n" for name, one, two in zip(names, first, second, strict=True)
    )
    rows = "Datum;Uhrzeit;Verein;Anwesenheit\n" + "".join(
        f"{when};{name};{cell}\n"
        for when, column in (("5.2.2026;18:00", first), ("7.5.2026;18:00", second))
        for name, cell in zip(names, column, strict=True)
    )
    here, there = office(), office()
    here.attendance(matrix)
    there.attendance(rows)

    assert recorded(here) == recorded(there)
    assert set(results(here.plan(plan_attendance, rows))) <= {"unchanged"}
