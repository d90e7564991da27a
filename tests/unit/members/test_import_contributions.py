"""What the import of contributions promises."""

import pytest

from services.members.domain.state import StoredContribution
from services.members.importing.contributions import plan_contributions
from tests.unit.members.offices_tables import Office, results, told

HEAD = "Datum;Organisation;Art;Titel\n"


def office() -> Office:
    here = Office()
    here.members("Name;Mitglied seit\nChor;1.2.2020\n")
    return here


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("", "content"),
        ("inhaltliche Unterstützung", "content"),
        ("Gemeinsame Veranstaltung", "co-hosted-event"),
        ("AG", "working-group"),
        ("Vortrag", "knowledge"),
    ],
)
def test_a_row_becomes_a_contribution_that_counts(written: str, kind: str) -> None:
    here = office()

    [row] = here.contributions(HEAD + f"3.10.2026;Chor;{written};Fest der Lieder\n")

    [fact] = here.state.all(StoredContribution)
    assert (row.result, row.id, fact.kind, fact.status) == ("new", fact.id, kind, "confirmed")
    assert (fact.on, fact.title, fact.organisation) == ("2026-10-03", "Fest der Lieder", "chor")


def test_importing_again_changes_nothing_but_what_is_corrected() -> None:
    here = office()
    here.contributions(HEAD + "3.10.2026;Chor;Vortrag;A\n3.10.2026;Chor;Vortrag;B\n")
    [one, _] = here.state.all(StoredContribution)
    here.keep(one.model_copy(update={"event": "33333333-3333-4333-8333-333333333333"}))

    again = here.contributions(
        HEAD + f"3.10.2026;Chor;AG;{one.title}\n3.10.2026;Chor;;{'B' if one.title == 'A' else 'A'}\n"
    )

    assert results(again) == ["changed", "unchanged"]
    fact = next(fact for fact in here.state.all(StoredContribution) if fact.id == one.id)
    assert (fact.kind, fact.event) == ("working-group", "33333333-3333-4333-8333-333333333333")


def test_what_was_declined_stays_so() -> None:
    here = office()
    here.contributions(HEAD + "3.10.2026;Chor;Vortrag;A\n")
    [one] = here.state.all(StoredContribution)
    here.keep(one.model_copy(update={"status": "declined"}))

    [row] = here.plan(plan_contributions, HEAD + "3.10.2026;Chor;Vortrag;A\n")

    assert (row.result, row.commands) == ("unchanged", ())


def test_rows_that_cannot_be_meant_are_refused_and_stop_no_other() -> None:
    planned = office().plan(
        plan_contributions,
        HEAD + "3.10.2099;Chor;;A\n;Chor;;B\n3.10.2026;Fremd;;C\n3.10.2026;Chor;Kuchen;D\n3.10.2026;Chor;;\n"
        "3.10.2026;Chor;;E\n3.10.2026;Chor;;E\n",
    )

    assert results(planned) == ["refused"] * 5 + ["new", "refused"]
    assert "column Datum: lies in the future" in told(planned)
    assert "column Art: known are Inhalt" in told(planned)
