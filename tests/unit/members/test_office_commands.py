"""``buendnisbus members`` makes the right command of its options, and says what is wrong before it asks anybody."""

from collections.abc import Callable
from functools import partial
from typing import Any

import orjson
import pytest

from deploy.member_commands import app
from services.members.domain.state import State
from services.members.rules import read_rules
from shared.contracts.base import Contract
from shared.contracts.members import contributions, meetings, organisations, people
from shared.contracts.members.organisations import Activity, OrganisationFact, Period
from shared.contracts.members.people import PersonFact, Role
from shared.contracts.requests import Outcome
from tests.support.command import invoke
from tests.unit.members.offices_tables import NOW, ZONE, Office

Sent = list[tuple[str, str, Any]]
ANNA = "9447d4c1-a515-4609-8727-b6d353a15598"


@pytest.fixture
def office() -> Office:
    here = Office()
    here.state = State(NOW, read_rules(None, ZONE), {})
    here.members("Name;Kapazität;Orte;Mitglied seit\nChor;3;Zwickau;1.2.2020\n")
    here.members("Name;Status\nBewerber;Antrag\n")
    here.meetings("Datum;Uhrzeit;Titel;Ort\n3.12.2026;18:00;Sitzung;Gasometer\n5.2.2026;18:00;A;\n5.2.2026;20:00;B;\n")
    here.meetings("Datum;Art\n20.11.2026;Klausur\n")
    here.attendance("Verein;20.11.2026\nChor;x\n")
    here.contributions("Datum;Verein;Titel\n3.10.2026;Chor;Konzert\n")
    here.keep(
        PersonFact(
            id=ANNA, version=2, name="Anna Beispiel", email="anna@example.org", phone="0375 1", language="de",
            roles=(Role(organisation="chor", role="deputy"),), consent="2026-11", consented_at="x", updated_at="x",
        )
    )  # fmt: skip
    return here


@pytest.fixture
def sent(office: Office, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What was sent, as (type, key, command); the office's database is what is looked at."""
    found: Sent = []

    def ask(service: str, kind: str, key: str, data: Contract) -> Outcome:
        assert service == "members"
        found.append((kind, key, data))
        return Outcome(request="r", source="s", result="changed", aggregate=key, version=5, at="x")

    models = {
        "list_organisations": OrganisationFact,
        "list_people": PersonFact,
        "list_meetings": meetings.MeetingFact,
        "list_contributions": contributions.ContributionFact,
    }

    def read(reader: Callable[..., Any]) -> Any:
        model = models[reader.__name__]
        return [fact for fact in office.state.facts.values() if isinstance(fact, model)]

    monkeypatch.setattr("shared.commands.office.ask_or_fail", ask)
    monkeypatch.setattr("shared.commands.office.today", lambda: NOW.date())
    for module in ("common", "organisations", "people", "meetings", "contributions"):
        monkeypatch.setattr(f"services.members.commands.{module}.read", read)
    return found


run = partial(invoke, app)


def one(sent: Sent, *arguments: str, answer: str = "") -> Any:
    """The one command that is sent."""
    done = run(*arguments, answer=answer)
    assert done.exit_code == 0, done.output
    [(_, key, data)] = sent
    assert data.id == key
    return data


def test_apply_makes_an_id_of_the_name_and_an_area_of_places(sent: Sent) -> None:
    data = one(
        sent,
        "apply",
        "--name",
        "Frauenzentrum Über",
        "--place",
        "08056",
        "--around",
        "Werdau 10 km",
        "--topic",
        "integration",
    )

    assert isinstance(data, organisations.ApplyOrganisation)
    assert (data.id, data.topics) == ("frauenzentrum-ueber", ("integration",))
    assert data.areas.municipalities == ("14524330",)
    assert [(circle.ags, circle.radius_km) for circle in data.areas.around] == [("14524300", 10.0)]


def test_change_sends_the_whole_entry_with_the_version_that_was_seen(sent: Sent, office: Office) -> None:
    data = one(sent, "change", "chor", "--capacity", "7", "--place", "")

    assert isinstance(data, organisations.ChangeOrganisation)
    assert (data.name, data.capacity, data.areas.municipalities) == ("Chor", 7, ())
    assert data.version == office.organisation("chor").version


def test_admit_takes_a_meeting_by_its_date(sent: Sent) -> None:
    data = one(
        sent, "admit", "bewerber", "--meeting", "20.11.2026", "--on", "20. November 2026", "--decision", "Einstimmig"
    )

    assert isinstance(data, organisations.AdmitOrganisation)
    assert (data.on, data.decision) == ("2026-11-20", "Einstimmig")
    assert data.meeting is not None


@pytest.mark.parametrize(
    "arguments",
    [
        ("decline", "bewerber", "--reason", "x"),
        ("confirm", "chor", "passive", "--reason", "x"),
        ("leave", "chor"),
        ("people", "erase", "anna@example.org"),
        ("meetings", "cancel", "2026-12-03", "--reason", "x"),
        ("contributions", "decline", "CONTRIBUTION", "--reason", "x"),
    ],
)
def test_what_takes_something_away_asks_back(sent: Sent, office: Office, arguments: tuple[str, ...]) -> None:
    [contribution] = [f for f in office.state.facts.values() if isinstance(f, contributions.ContributionFact)]
    arguments = tuple(contribution.id[:8] if argument == "CONTRIBUTION" else argument for argument in arguments)

    assert run(*arguments, answer="n\n").exit_code == 1
    assert run(*arguments).exit_code == 1
    assert sent == []
    assert run(*arguments, answer="y\n").exit_code == 0
    assert run(*arguments, "--yes").exit_code == 0
    assert len(sent) == 2


def test_somebody_new_needs_consent_and_an_address_of_her_own(sent: Sent) -> None:
    assert run("people", "keep", "--name", "Dora").exit_code == 2
    taken = run("people", "keep", "--name", "Dora", "--email", "ANNA@example.org", "--consent", "1")
    assert (taken.exit_code, sent) == (2, [])

    data = one(sent, "people", "keep", "--name", "Dora", "--role", "chor:deputy", "--consent", "2026-11")

    assert isinstance(data, people.KeepPerson)
    assert (data.name, data.consent, data.roles[0].role) == ("Dora", "2026-11", "deputy")


def test_a_person_is_changed_by_what_is_given_and_found_by_e_mail_or_beginning_of_the_id(sent: Sent) -> None:
    data = one(sent, "people", "keep", "anna@example.org", "--phone", "")
    sent.clear()
    again = one(sent, "people", "keep", ANNA[:8], "--language", "en")

    assert (data.id, data.phone, data.name) == (ANNA, None, "Anna Beispiel")
    assert (again.id, again.phone, again.language) == (ANNA, "0375 1", "en")


def test_a_meeting_is_planned_with_agenda_and_place(sent: Sent) -> None:
    data = one(
        sent, "meetings", "plan", "--starts", "3.9.2027 18 Uhr", "--ends", "3.9.2027 20:00", "--title", "S",
        "--kind", "retreat",
        "--place", "Gasometer, Kleine Biergasse 3, 08056 Zwickau", "--item", "A", "--item", "B | https://example.org/b",
    )  # fmt: skip

    assert isinstance(data, meetings.PlanMeeting)
    assert (data.starts_at, data.ends_at, data.time_zone) == (
        "2027-09-03T18:00:00",
        "2027-09-03T20:00:00",
        "Europe/Berlin",
    )
    assert data.place is not None
    assert (data.place.name, data.place.municipality) == ("Gasometer", "Zwickau")
    assert [(item.title, len(item.papers)) for item in data.agenda] == [("A", 0), ("B", 1)]


def test_a_changed_plan_keeps_what_is_not_given(sent: Sent) -> None:
    data = one(sent, "meetings", "plan", "2026-12-03", "--title", "Anders")

    assert (data.title, data.starts_at, data.place and data.place.name) == (
        "Anders",
        "2026-12-03T18:00:00+01:00",
        "Gasometer",
    )
    assert data.version == 1


def test_attendance_adds_unless_it_is_all_of_it(sent: Sent, office: Office) -> None:
    data = one(sent, "meetings", "attend", "2026-11-20", "--online", "bewerber")
    sent.clear()

    assert (data.complete, data.attendance[0].presence) == (False, "online")
    assert run("meetings", "attend", "2026-11-20", "--online", "bewerber", "--complete", answer="n\n").exit_code == 1
    assert one(sent, "meetings", "attend", "2026-11-20", "--online", "bewerber", "--complete", "--yes").complete


def test_a_contribution_is_of_today_unless_a_day_is_given(sent: Sent) -> None:
    data = one(sent, "contributions", "report", "chor", "--title", "Konzert", "--person", "anna@example.org")

    assert (data.on, data.person, data.kind) == ("2026-11-25", ANNA, "content")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("change", "chor"), 2, "say what is to be changed"),
        (("change", "chor", "--url", "kaputt"), 2, "url has a form"),
        (("change", "fremd", "--url", "x"), 1, "there is no such organisation; see: buendnisbus members list"),
        (("apply", "--name", "X", "--place", "Nirgendwo"), 2, "is no municipality"),
        (("apply", "--name", "X", "--around", "weit weg"), 2, "--around"),
        (("admit", "bewerber", "--on", "bald"), 2, "--on"),
        (("admit", "bewerber", "--meeting", "2001-01-01"), 1, "there is no such meeting"),
        (("admit", "bewerber", "--meeting", "2026-02-05"), 2, "several are meant"),
        (("people", "show", "9447"), 2, "6 characters"),
        (("people", "show", "fremd@example.org"), 1, "there is no such person"),
        (("people", "keep", "--name", "A", "--consent", "1", "--email", "keine"), 2, "email has a form"),
        (("meetings", "plan", "--title", "A"), 2, "--starts"),
        (("meetings", "plan", "--title", "A", "--starts", "18 Uhr"), 2, "holds no date"),
        (("meetings", "attend", "2026-12-03"), 2, "--present"),
        (("activity", "chor", "--on", "2030-01-01"), 2, "lies in the future"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anything_is_sent(
    sent: Sent, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = run(*arguments)

    assert (done.exit_code, sent) == (code, [])
    assert said in " ".join(done.output.split())
    assert "Traceback" not in done.output


def test_activity_explains_itself_for_now_and_any_past_day(sent: Sent, office: Office) -> None:
    because = ({"code": "meetings", "detail": "It took part."}, {"code": "nothing", "detail": "It did nothing."})
    fact = office.organisation("chor")
    periods = tuple(
        Period.model_validate({"since": since, "status": status, "because": (why,)})
        for since, status, why in (("2020-02-01", "active", because[0]), ("2021-01-01", "passive", because[1]))
    )
    now = Activity.model_validate(
        {"status": "passive", "as_of": "2026-11-25", "because": (because[1],), "unless": (because[0],)}
    )
    office.keep(fact.model_copy(update={"activity": now, "periods": periods, "proposed": "passive"}))

    def explained(*arguments: str) -> Any:
        [found] = orjson.loads(run("activity", "chor", "--json", *arguments).stdout)
        return found["status"], found["because"], found["unless"]

    assert explained() == ("passive", ["It did nothing."], ["It took part."])
    assert explained("--on", "31.12.2020") == ("active", ["It took part."], [])
    assert explained("--on", "1.1.2021") == ("passive", ["It did nothing."], [])
    assert explained("--on", "31.1.2020") == (None, [], [])
    said = run("activity", "chor").output
    assert "because: It did nothing." in said
    assert "unless: It took part." in said
    assert "until the office decides: buendnisbus members confirm chor passive" in said
