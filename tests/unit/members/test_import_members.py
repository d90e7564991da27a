"""What the import of members promises."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.importing import organisations
from services.members.importing.organisations import plan_organisations
from shared.calendars.entries import UnreadableFileError
from shared.contracts.members.organisations import APPLY, Area, ChangeOrganisation, OrganisationFact
from tests.unit.members.offices_tables import Office, results, told

FULL = (
    "Kennung;Name;Ort(e);Landkreis;Umkreis;Themen;Angebote;Sprachen;Kapazität;Antwortfrist;Website;Status;"
    "Aufgenommen am\n"
    "buntes-haus;Buntes Haus e. V.;Werdau, 08056;14524;15 km;Integration, Flucht und Asyl;Beratung|Begleitung;"
    "Deutsch, Arabisch;5;3 Werktage;www.example.org;aktiv;12.03.2024\n"
)


def test_a_row_becomes_a_member_with_its_entry_and_the_day_of_its_admission() -> None:
    office = Office()

    [row] = office.members(FULL)

    fact = office.organisation("buntes-haus")
    assert (row.result, row.id, row.name) == ("new", "buntes-haus", "Buntes Haus e. V.")
    assert (fact.status, fact.admission and fact.admission.on) == ("active", "2024-03-12")
    assert fact.areas.municipalities == ("14524300", "14524330")
    assert fact.areas.districts == ("14524",)
    assert [(one.ags, one.radius_km) for one in fact.areas.around] == [("14524300", 15.0), ("14524330", 15.0)]
    assert (fact.topics, fact.kinds) == (("integration", "flucht-und-asyl"), ("beratung", "begleitung"))
    assert (fact.languages, fact.capacity, fact.response_days) == (("de", "ar"), 5, 3)
    assert fact.url == "https://www.example.org"


def test_importing_again_changes_nothing() -> None:
    office = Office()
    office.members(FULL)

    [row] = office.plan(plan_organisations, FULL)

    assert (row.result, row.commands) == ("unchanged", ())


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_delimiter_and_encoding_are_found_out(delimiter: str, encoding: str) -> None:
    text = "Mitglieder 2026;\nName;Themen\nBürger für Zwickau e. V.;Bürgerbeteiligung\n".replace(";", delimiter)

    [row] = Office().plan(plan_organisations, text, encoding)

    assert (row.result, row.id, row.name) == ("new", "buerger-fuer-zwickau-e-v", "Bürger für Zwickau e. V.")


@pytest.mark.parametrize(
    "header",
    ["name,status,member since", "MITGLIED, Stand ,Aufnahme am", "Verein,Mitgliedschaft,Mitglied seit"],
)
def test_headings_are_understood_in_both_languages_and_any_case(header: str) -> None:
    office = Office()

    office.members(f"{header}\nChor,aktiv,2020-02-01\n")

    assert office.organisation("chor").status == "active"


def test_a_table_without_names_is_told_with_what_is_understood() -> None:
    with pytest.raises(UnreadableFileError, match=r"headings for a name.*Found: A, B.*Understood: Kennung, Name"):
        Office().plan(plan_organisations, "A;B\n1;2\n")


def test_columns_that_nobody_understands_are_named() -> None:
    note, row = Office().plan(plan_organisations, "Name;Kassenwart\nChor;x\n")

    assert (note.result, note.name, row.result) == ("note", "columns not understood: Kassenwart", "new")


def test_a_bad_row_stops_no_other_and_says_which_column() -> None:
    planned = Office().plan(
        plan_organisations,
        "Name;Orte;Aufgenommen am;Status;Kapazität\n"
        "A-Verein;Nirgendwo;;;\nB-Verein;;gestern;;\nC-Verein;;;Ehrenmitglied;\nD-Verein;;1.1.2099;;\nE-Verein;;;;viele\n"
        "F-Verein;;1.1.2020;aktiv;\n",
    )

    assert results(planned) == ["refused"] * 5 + ["new"]
    said = told(planned).splitlines()
    assert said[0].startswith("column Orte: there is no municipality “Nirgendwo”")
    assert said[1].startswith("column Aufgenommen am: “gestern” is no date")
    assert said[2] == "column Status: known are aktiv, passiv, Antrag, ausgetreten"
    assert said[3] == "column Aufgenommen am: lies in the future"
    assert said[4] == "column Kapazität: holds no number"


def test_an_ambiguous_place_is_told_with_its_choices(monkeypatch: pytest.MonkeyPatch) -> None:

    from shared.places import Place, Places

    two = [
        Place(ags, f"Schönberg{end}", ("08393",), 50.0, 12.0) for ags, end in (("14524270", ""), ("16077041", "/Th."))
    ]
    monkeypatch.setattr(organisations, "places", lambda: Places((place, ()) for place in two))

    [row] = Office().plan(plan_organisations, "Name;Ort\nChor;08393\n")

    assert row.result == "refused"
    assert "14524270 Schönberg, 16077041 Schönberg/Th." in told([row])


def test_how_a_member_stands_follows_from_its_row() -> None:
    office = Office()

    planned = office.members(
        "Name;Status;Mitglied seit;Ausgetreten am\n"
        "Aktiver;aktiv;1.2.2020;\nPassiver;passiv;1.2.2020;\nBewerber;Antrag;;\nGegangener;ausgetreten;1.2.2020;31.12.2025\n"
        "Ohne Tag;aktiv;;\nNur Tag;;1.2.2020;\nNichts;;;\n"
    )

    assert set(results(planned)) == {"new"}
    stands = {fact.id: fact.status for fact in office.state.all(OrganisationFact)}
    assert stands == {
        "aktiver": "active",
        "passiver": "passive",
        "bewerber": "applied",
        "gegangener": "left",
        "ohne-tag": "applied",
        "nur-tag": "active",
        "nichts": "applied",
    }
    assert "members admit ohne-tag" in told(planned)


def test_what_an_old_list_says_of_the_status_changes_no_member() -> None:
    office = Office()
    office.members("Name;Status;Mitglied seit\nChor;passiv;1.2.2020\n")

    [row] = office.plan(plan_organisations, "Name;Status;Mitglied seit\nChor;aktiv;3.2.2020\n")

    assert (row.result, row.commands) == ("unchanged", ())
    assert "is passive here and stays so" in told([row])
    assert "was admitted on 2020-02-01 here" in told([row])


def test_an_applicant_is_admitted_by_a_later_table() -> None:
    office = Office()
    office.members("Name;Status\nChor;Antrag\n")

    [row] = office.members("Name;Status;Mitglied seit\nChor;aktiv;1.2.2026\n")

    assert (row.result, told([row])) == ("changed", "changed: admission")
    assert office.organisation("chor").status == "active"


def test_an_import_that_broke_off_before_the_admission_is_made_up_for() -> None:
    office = Office()
    planned = office.plan(plan_organisations, FULL)
    assert planned[0].commands[0].kind == APPLY
    office.carry_out([replace(planned[0], commands=planned[0].commands[:1])])

    [row] = office.members(FULL)

    assert row.result == "changed"
    assert office.organisation("buntes-haus").status == "active"
    assert results(office.plan(plan_organisations, FULL)) == ["unchanged"]


def test_only_what_a_row_says_is_changed() -> None:
    office = Office()
    office.members(FULL)

    [row] = office.members("Kennung;Name;Kapazität;Themen\nbuntes-haus;Buntes Haus;7;\n")

    fact = office.organisation("buntes-haus")
    assert told([row]) == "changed: name, capacity"
    assert isinstance(row.commands[0].data, ChangeOrganisation)
    assert (fact.name, fact.capacity, fact.topics) == ("Buntes Haus", 7, ("integration", "flucht-und-asyl"))


def test_an_organisation_has_the_id_that_it_has_as_a_partner() -> None:
    office = Office()
    office.partners = [("bz-1", "Buntes Zwickau"), ("chor", "Ein ganz anderer Chor")]

    planned = office.plan(plan_organisations, "Name\nBuntes Zwickau\nChor\n")

    assert [row.id for row in planned] == ["bz-1", "chor-2"]


def test_the_same_organisation_twice_in_a_table_is_refused() -> None:
    planned = Office().plan(plan_organisations, "Name\nChor\nChor\n")

    assert results(planned) == ["new", "refused"]
    assert "already in t.csv, row 2" in told(planned)


words = st.text(st.characters(codec="cp1252", categories=("Lu", "Ll", "Nd")), min_size=1, max_size=12)
areas = st.builds(
    Area,
    municipalities=st.lists(st.sampled_from(("14524330", "14524300", "14524080")), unique=True, max_size=3).map(tuple),
    districts=st.just(()),
    around=st.just(()),
)
facts = st.builds(
    OrganisationFact,
    id=st.from_regex(r"[a-z][a-z0-9]{3,20}", fullmatch=True),
    version=st.just(3),
    name=words.map(lambda word: f"Verein {word}"),
    description=st.none() | words,
    url=st.none() | st.just("https://example.org/a"),
    areas=areas,
    topics=st.lists(st.sampled_from(("integration", "demokratie")), unique=True).map(tuple),
    kinds=st.lists(st.sampled_from(("beratung", "begleitung")), unique=True).map(tuple),
    languages=st.lists(st.sampled_from(("de", "ar", "uk")), unique=True).map(tuple),
    capacity=st.none() | st.integers(0, 1_000),
    response_days=st.none() | st.integers(1, 60),
    listed=st.booleans(),
    status=st.sampled_from(("applied", "active", "passive", "left", "declined")),
    applied_on=st.just("2020-01-01"),
    updated_at=st.just("2026-01-01T00:00:00.000Z"),
)


def exported(found: list[OrganisationFact]) -> str:
    """A table as an export would write it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    heads = "Kennung;Name;Beschreibung;Website;Orte;Themen;Angebote;Sprachen;Kapazität;Antwortfrist;Verzeichnis;Status"
    writer.writerow(heads.split(";"))
    status = {"applied": "Antrag", "active": "aktiv", "passive": "passiv", "left": "ausgetreten", "declined": ""}
    for one in found:
        lists = [", ".join(values) for values in (one.areas.municipalities, one.topics, one.kinds, one.languages)]
        numbers = ["" if value is None else value for value in (one.capacity, one.response_days)]
        shown = [one.id, one.name, one.description, one.url, *lists, *numbers, "ja" if one.listed else "nein"]
        writer.writerow([*shown, status[one.status]])
    return out.getvalue()


@given(st.lists(facts, unique_by=lambda fact: fact.id, max_size=5))
def test_importing_what_an_export_wrote_changes_nothing(found: list[OrganisationFact]) -> None:
    office = Office()
    for fact in found:
        office.keep(fact)

    planned = office.plan(plan_organisations, exported(found))

    assert results(planned) == ["unchanged"] * len(found)
