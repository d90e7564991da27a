"""What the import of people promises: nobody without consent, nobody twice, ids that tell nothing."""

from collections.abc import Iterator
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.members.importing.known import Known
from services.members.importing.people import plan_people
from services.members.importing.plan import Planned
from shared.contracts.members.people import PersonFact
from tests.unit.members.offices_tables import Office, results, told

HEAD = "Vorname;Nachname;E-Mail;Telefon;Organisation;Funktion;Einwilligung\n"


def office() -> Office:
    found = Office()
    found.members("Name;Mitglied seit\nChor;1.2.2020\nBuntes Haus e. V.;1.2.2020\n")
    return found


def with_yes(data: bytes, name: str, known: Known) -> Iterator[Planned]:
    return plan_people(data, name, known, consent="2026-11")


def test_a_row_becomes_a_person_with_a_role_and_a_random_id() -> None:
    here = office()

    [row] = here.people(HEAD + "Anna;Beispiel;anna@example.org;0375 123;Chor;Vorsitzende;2026-11\n")

    [fact] = here.state.all(PersonFact)
    assert (fact.name, fact.email, fact.phone, fact.consent) == (
        "Anna Beispiel",
        "anna@example.org",
        "0375 123",
        "2026-11",
    )
    assert [(one.organisation, one.role) for one in fact.roles] == [("chor", "representative")]
    assert (row.result, UUID(fact.id).version) == ("new", 4)
    [again] = office().people(HEAD + "Anna;Beispiel;anna@example.org;0375 123;Chor;Vorsitzende;2026-11\n")
    assert again.id != row.id


def test_a_person_in_two_organisations_has_two_rows_and_one_id() -> None:
    here = office()

    first, second = here.people(
        HEAD
        + "Anna;Beispiel;anna@example.org;;Chor;Stellv.;2026-11\n"
        "Anna;Beispiel;ANNA@example.org;;Buntes Haus;Mitarbeiter:in;2026-11\n".replace("ANNA", "anna")
    )

    [fact] = here.state.all(PersonFact)
    assert (first.id, first.result, second.id, second.result) == (fact.id, "new", fact.id, "changed")
    assert {one.organisation: one.role for one in fact.roles} == {"chor": "deputy", "buntes-haus-e-v": "member"}


def test_importing_again_finds_the_same_people_by_e_mail_or_by_name_and_organisation() -> None:
    here = office()
    table = (
        HEAD
        + "Anna;Beispiel;anna@example.org;;Chor;Kontakt;2026-11\nBert;Muster;;;Chor;;2026-11\nCleo;Frei;;;;;2026-11\n"
    )
    before = here.people(table)

    again = here.plan(plan_people, table)

    assert results(again) == ["unchanged"] * 3
    assert [row.id for row in again] == [row.id for row in before]


def test_what_is_empty_stays_and_what_differs_is_named() -> None:
    here = office()
    here.people(HEAD + "Anna;Beispiel;anna@example.org;0375 123;Chor;Kontakt;2026-11\n")

    [row] = here.people(HEAD + "Anna;Muster;anna@example.org;;Chor;Vorsitz;\n")

    [fact] = here.state.all(PersonFact)
    assert told([row]) == "changed: name, roles"
    assert (fact.name, fact.phone, fact.roles[0].role) == ("Anna Muster", "0375 123", "representative")


def test_nobody_is_kept_without_consent() -> None:
    here = office()
    rows = HEAD + "A;Ohne;;;;;\nB;Nein;;;;;nein\nC;Ja;;;;;ja\nD;Text;;;;;2026-11\n"

    assert results(here.plan(plan_people, rows)) == ["refused", "refused", "refused", "new"]
    assert results(here.plan(with_yes, rows)) == ["refused", "refused", "new", "new"]
    assert "--consent" in told(here.plan(plan_people, rows))


def test_an_unknown_organisation_or_role_is_refused() -> None:
    planned = office().plan(plan_people, HEAD + "A;B;;;Fremd;;2026-11\nC;D;;;Chor;Kaiser;2026-11\n")

    assert results(planned) == ["refused", "refused"]
    assert "there is no organisation of this name" in told(planned)
    assert "known are Vertretung, Stellvertretung, Kontakt, Mitglied" in told(planned)


def test_errors_of_the_contract_name_the_column_and_not_the_value() -> None:
    [row] = office().plan(plan_people, HEAD + "A;B;keine-adresse;;;;2026-11\n")

    assert row.result == "refused"
    assert "column E-Mail" in told([row])
    assert "keine-adresse" not in told([row])


names = st.text(st.characters(codec="cp1252", categories=("Lu", "Ll")), min_size=1, max_size=10)


@given(st.lists(st.tuples(names, st.integers(0, 4), st.sampled_from(("", "Chor", "Buntes Haus"))), max_size=8))
def test_importing_any_table_twice_makes_nobody_anew(rows: list[tuple[str, int, str]]) -> None:
    """An address is one person's: a table that gives it two names renames that person, each time anew."""
    here = office()
    lines = [
        f"X;{name};{f'{name.encode().hex()}-{number}@example.org' if number else ''};;{org};;2026-11\n"
        for name, number, org in rows
    ]
    here.people(HEAD + "".join(lines))

    again = here.people(HEAD + "".join(lines))

    assert "new" not in results(again)


def test_another_address_under_the_same_name_is_asked_back() -> None:
    here = office()
    here.people(HEAD + "Anna;Beispiel;anna@example.org;;Chor;Kontakt;2026-11\n")

    [row] = here.plan(plan_people, HEAD + "Anna;Beispiel;neu@example.org;;Chor;Kontakt;2026-11\n")

    assert row.result == "refused"
    assert "members people keep" in told([row])
