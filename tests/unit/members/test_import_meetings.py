"""What the import of meetings promises."""

from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.members.domain import meetings
from services.members.importing.meetings import plan_meetings
from shared.contracts.members.meetings import AgendaItem, CancelMeeting, MeetingFact, Paper, PlanMeeting
from tests.unit.members.offices_tables import Office, results, told

HEAD = "Datum;Uhrzeit;Art;Titel;Ort;Tagesordnung\n"


def only(office: Office) -> MeetingFact:
    [fact] = office.state.all(MeetingFact)
    return fact


def test_a_row_becomes_a_meeting() -> None:
    office = Office()

    [row] = office.meetings(
        HEAD + '5.2.2026;18 - 20 Uhr;Klausur;Jahresklausur;"Gasometer, Kleine Biergasse 3, 08056 Zwickau";'
        '"TOP 1: Begrüßung\n2. Haushalt\n- Verschiedenes"\n'
    )

    fact = only(office)
    assert (row.result, fact.kind, fact.title) == ("new", "retreat", "Jahresklausur")
    assert (fact.starts_at, fact.ends_at) == ("2026-02-05T18:00:00+01:00", "2026-02-05T20:00:00+01:00")
    assert fact.place is not None
    assert (fact.place.name, fact.place.postal_code) == ("Gasometer", "08056")
    assert [item.title for item in fact.agenda] == ["Begrüßung", "Haushalt", "Verschiedenes"]


@pytest.mark.parametrize(
    ("written", "kind", "group", "title"),
    [
        ("", "session", None, "Sitzung"),
        ("Bündnissitzung", "session", None, "Sitzung"),
        ("Klausurtagung", "retreat", None, "Klausur"),
        ("AG", "working-group", None, "Arbeitsgruppe"),
        ("AG Öffentlichkeit", "working-group", "Öffentlichkeit", "AG Öffentlichkeit"),
        ("Arbeitsgruppe: Feste", "working-group", "Feste", "AG Feste"),
    ],
)
def test_kinds_are_understood(written: str, kind: str, group: str | None, title: str) -> None:
    office = Office()

    office.meetings(HEAD + f"5.2.2026;18:00;{written};;;\n")

    fact = only(office)
    assert (fact.kind, fact.working_group, fact.title) == (kind, group, title)


@pytest.mark.parametrize(
    ("when", "starts", "ends"),
    [
        ("3.9.26;18 Uhr", "2026-09-03T18:00:00+02:00", None),
        ("03.09.2026, 18:00;", "2026-09-03T18:00:00+02:00", None),
        ("2026-09-03;18:00-20:30", "2026-09-03T18:00:00+02:00", "2026-09-03T20:30:00+02:00"),
        ("20.-21.11.2026;", "2026-11-20", "2026-11-22"),
        ("3. September 2026;22:00 - 1:00", "2026-09-03T22:00:00+02:00", "2026-09-04T01:00:00+02:00"),
    ],
)
def test_dates_are_read_as_people_write_them(when: str, starts: str, ends: str | None) -> None:
    office = Office()

    office.meetings(f"Datum;Uhrzeit;Titel\n{when};A\n")

    assert (only(office).starts_at, only(office).ends_at) == (starts, ends)


def test_ids_follow_from_kind_and_time_so_that_importing_again_changes_nothing() -> None:
    table = HEAD + "5.2.2026;18:00;;;;\n5.2.2026;18:00;AG A;;;\n5.2.2026;18:00;AG B;;;\n5.2.2026;19:00;;;;\n"
    office, other = Office(), Office()
    planned = office.meetings(table)

    assert len({row.id for row in planned}) == 4
    assert [row.id for row in other.plan(plan_meetings, table)] == [row.id for row in planned]
    assert results(office.plan(plan_meetings, table)) == ["unchanged"] * 4


def test_a_meeting_that_was_planned_otherwise_is_found_by_kind_and_time() -> None:
    office = Office()
    plan = PlanMeeting(
        id="11111111-1111-4111-8111-111111111111", kind="session", title="A", starts_at="2026-12-03T18:00:00+01:00"
    )
    office.keep(meetings.plan(office.state, plan).facts[0].fact)

    [row] = office.plan(plan_meetings, HEAD + "3.12.2026;18:00;Sitzung;B;;\n")

    assert (row.id, row.result, told([row])) == (plan.id, "changed", "changed: title")


def test_a_table_changes_only_what_it_says_and_papers_stay() -> None:
    office = Office()
    office.meetings(HEAD + "3.12.2026;18 - 20 Uhr;;Sitzung;Gasometer;A|B\n")
    papers = (AgendaItem(title="A", papers=(Paper(title="P", url="https://example.org/p"),)), AgendaItem(title="B"))
    office.keep(only(office).model_copy(update={"agenda": papers, "public": True}))

    [row] = office.meetings(HEAD + "3.12.2026;18:00;;Sitzung;;B|A|C\n")

    fact = only(office)
    assert told([row]) == "changed: agenda"
    assert [item.title for item in fact.agenda] == ["B", "A", "C"]
    assert fact.agenda[1].papers == papers[0].papers
    assert (fact.ends_at, fact.public, fact.place and fact.place.name) == (
        "2026-12-03T20:00:00+01:00",
        True,
        "Gasometer",
    )


def test_what_was_cancelled_stays_so() -> None:
    office = Office()
    office.meetings(HEAD + "3.12.2026;18:00;;;;\n")
    cancelled = meetings.cancel(office.state, CancelMeeting(id=only(office).id, reason="Schnee"))
    office.keep(cancelled.facts[0].fact)

    [row] = office.plan(plan_meetings, HEAD + "3.12.2026;18:00;;Neuer Titel;;\n")

    assert (row.result, row.commands) == ("unchanged", ())
    assert "is cancelled here" in told([row])


def test_rows_that_cannot_be_meant_are_refused_and_stop_no_other() -> None:
    planned = Office().plan(
        plan_meetings, HEAD + ";18:00;;A;;\nirgendwann;;;B;;\n5.2.2026;;Kränzchen;C;;\n5.2.2026;;;D;;\n5.2.2026;;;E;;\n"
    )

    assert results(planned) == ["refused", "refused", "refused", "new", "refused"]
    assert "column Datum: is empty" in told(planned)
    assert "known are Sitzung, Klausur, AG" in told(planned)
    assert "the same meeting stands in t.csv, row 5 already" in told(planned)


titles = st.text(st.characters(codec="cp1252", categories=("Lu", "Ll")), min_size=1, max_size=20)


@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
            st.booleans(),
            st.sampled_from(("Sitzung", "Klausur", "AG Feste")),
            titles,
            st.lists(titles, max_size=4),
        ),
        max_size=6,
        unique_by=lambda row: (row[0].date(), row[2]),
    )
)
@example([(datetime(2020, 3, 29, 2, 0), False, "Sitzung", "Frühjahr", [])])
@example([(datetime(2026, 10, 25, 2, 30), False, "Sitzung", "Herbst", [])])
def test_importing_any_table_twice_changes_nothing(rows: list[tuple[datetime, bool, str, str, list[str]]]) -> None:
    office = Office()
    lines = [
        f"{at:%d.%m.%Y};{'' if all_day else f'{at:%H:%M}'};{kind};{title};;{'|'.join(agenda)}\n"
        for at, all_day, kind, title, agenda in rows
    ]
    first = office.meetings(HEAD + "".join(lines))

    assert results(first) == ["new"] * len(rows)
    assert results(office.plan(plan_meetings, HEAD + "".join(lines))) == ["unchanged"] * len(rows)


def test_a_meeting_may_end_in_the_hour_that_summer_time_leaves_out() -> None:
    office = Office()
    table = "Datum;Beginn;Ende;Art;Titel\n28.3.2020;20:00;02:30;Sitzung;Lange Nacht\n"
    assert results(office.meetings(table)) == ["new"]
    assert results(office.plan(plan_meetings, table)) == ["unchanged"]


@pytest.mark.parametrize(
    ("when", "starts", "ends"),
    [
        ("2026-10-25T02:30:00+01:00;", "2026-10-25T02:30:00+01:00", None),
        ("2026-10-25T02:30:00+02:00;", "2026-10-25T02:30:00+02:00", None),
        ("2026-10-25T01:30:00Z;", "2026-10-25T02:30:00+01:00", None),
        ("2026-10-25T02:30:00;", "2026-10-25T02:30:00+02:00", None),
        ("2026-12-03T23:30:00Z;", "2026-12-04T00:30:00+01:00", None),
        ("2026-10-25T02:30:00+01:00;2:45", "2026-10-25T02:30:00+01:00", "2026-10-25T02:45:00+01:00"),
        ("2026-10-25T02:30:00+01:00;4:00", "2026-10-25T02:30:00+01:00", "2026-10-25T04:00:00+01:00"),
        (
            "2026-10-25T02:30:00+02:00;2026-10-25T02:15:00+01:00",
            "2026-10-25T02:30:00+02:00",
            "2026-10-25T02:15:00+01:00",
        ),
        ("2026-12-03T23:30:00Z;2:00", "2026-12-04T00:30:00+01:00", "2026-12-04T02:00:00+01:00"),
        (
            "2026-10-24T22:00:00+02:00;2026-10-25T02:30:00+01:00",
            "2026-10-24T22:00:00+02:00",
            "2026-10-25T02:30:00+01:00",
        ),
    ],
)
def test_an_offset_in_a_cell_is_kept(when: str, starts: str, ends: str | None) -> None:
    office, table = Office(), f"Datum;Ende;Titel\n{when};A\n"

    office.meetings(table)

    assert (only(office).starts_at, only(office).ends_at) == (starts, ends)
    assert results(office.plan(plan_meetings, table)) == ["unchanged"]


def test_meetings_in_each_of_two_equal_hours_are_two() -> None:
    office = Office()
    table = "Datum;Titel\n2026-10-25T02:30:00+02:00;A\n2026-10-25T02:30:00+01:00;B\n"

    assert results(office.meetings(table)) == ["new", "new"]
    assert results(office.plan(plan_meetings, table)) == ["unchanged", "unchanged"]
    assert results(office.plan(plan_meetings, "Datum;Titel\n2026-10-25T02:30:00;A\n")) == ["unchanged"]


@pytest.mark.parametrize(
    "when", ["1.1.0001;", "1.1.0001 0:30;", "0001-01-01T00:30:00+14:00;", "5.2.2026 18:00;1.1.0001 0:30"]
)
def test_a_year_that_no_meeting_has_is_refused_and_stops_no_other_row(when: str) -> None:
    planned = Office().plan(plan_meetings, f"Datum;Ende;Titel\n{when};A\n5.2.2026;;B\n")

    assert results(planned) == ["refused", "new"]
