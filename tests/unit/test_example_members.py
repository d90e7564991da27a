"""The demo's example members: what the data promise on whichever day the demo is started."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from deploy.local import example_commands, example_goals
from deploy.local.example_commands import Known, day_of, meeting_days
from deploy.local.example_ids import example_id
from deploy.local.example_members import read_data, steps
from shared.contracts.members import organisations as contract
from shared.contracts.members.contributions import ReportContribution
from shared.contracts.members.organisations import ApplyOrganisation, LeaveOrganisation
from shared.places import places
from shared.vocabulary import vocabulary

DATA = read_data()
ORGANISATIONS = DATA["members"]["organisation"]
PEOPLE = DATA["members"]["person"]
DAYS = st.dates(date(2026, 1, 1), date(2060, 1, 1))


@given(today=DAYS)
@example(today=date(2028, 2, 29))
@example(today=date(2027, 12, 31))
def test_on_every_day_all_commands_fit_their_contracts(today: date) -> None:
    assert [bool(step) for step in steps(DATA, Known(), today)] == [True] * 4
    assert len(list(example_commands.confirmations(DATA, Known()))) == 2


@given(today=DAYS)
def test_on_every_day_meetings_lie_in_the_order_in_which_attendance_is_kept(today: date) -> None:
    days = meeting_days(DATA, today)
    held = [days[key] for key in DATA["meetings"]["attendance"]["held"]]
    planned = [day for key, day in days.items() if key not in DATA["meetings"]["attendance"]["held"]]
    assert held == sorted(held)
    assert day_of(today, -366) < held[0]
    assert held[-1] < today.isoformat() < min(planned)
    assert (len(held), len(planned)) == (17, 3)


@given(today=DAYS, days=st.integers(1, 6))
def test_within_a_week_meetings_stay_where_they_are(today: date, days: int) -> None:
    monday = today - timedelta(days=today.weekday())
    assert meeting_days(DATA, monday) == meeting_days(DATA, monday + timedelta(days=days))


def test_places_and_topics_are_those_of_the_alliance() -> None:
    for one in ORGANISATIONS:
        named = [*one.get("municipalities", ()), *(circle["ags"] for circle in one.get("around", ()))]
        assert all(places().by_ags(key) for key in named), one["id"]
        assert named or one["districts"], one["id"]
        assert set(one.get("topics", ())) <= vocabulary().topics.keys(), one["id"]


def test_whatever_could_be_mistaken_for_real_says_that_it_is_invented() -> None:
    assert all("(Beispiel" in one["name"] for one in ORGANISATIONS)
    assert all(one["email"].endswith("@example.org") for one in PEOPLE if "email" in one)
    inventions = ("Beispiel", "Muster", "Erfunden", "Platzhalter")
    assert all(one["name"].split()[-1].startswith(inventions) for one in PEOPLE)
    assert all("(Beispiel" in edition["title"] for one in DATA["charters"]["charter"] for edition in one["edition"])


def test_the_partners_of_the_example_events_are_members_under_the_same_slug() -> None:
    assert {"buntes-zwickau", "lesecafe-pleissetal", "koordinierungsbuero", "nachbarschaft-limbach"} <= {
        one["id"] for one in ORGANISATIONS
    }


def test_ids_are_the_same_each_time_and_belong_to_one_thing_alone() -> None:
    first, later = (list(steps(DATA, Known(), today)) for today in (date(2026, 11, 25), date(2027, 6, 1)))
    assert [[one.key for one in step] for step in first] == [[one.key for one in step] for step in later]
    named = [example_id(what, "alma") for what in ("person", "multiplier", "meeting")]
    assert len(set(named)) == 3


def test_whoever_was_erased_is_named_nowhere_any_more() -> None:
    alma = example_id("person", "alma")
    sent = "".join(
        one.data.model_dump_json()
        for step in steps(DATA, Known(erased=frozenset({alma})), date(2026, 11, 25))
        for one in step
    )
    assert alma not in sent
    assert alma in "".join(
        one.data.model_dump_json() for step in steps(DATA, Known(), date(2026, 11, 25)) for one in step
    )


def test_whoever_is_a_member_does_not_apply_again_and_whoever_left_is_not_admitted_again() -> None:
    statuses = {"buntes-zwickau": "active", "theaterverein-waldenburg": "left"}
    sent = [one for step in steps(DATA, Known(organisations=statuses), date(2026, 11, 25)) for one in step]
    kinds = {(one.kind, one.key) for one in sent}
    assert {(contract.CHANGE, "buntes-zwickau"), (contract.ADMIT, "buntes-zwickau")} <= kinds
    assert not {(contract.CHANGE, "theaterverein-waldenburg"), (contract.ADMIT, "theaterverein-waldenburg")} & kinds
    assert not any(isinstance(one.data, ApplyOrganisation) and one.key in statuses for one in sent)


def test_nothing_that_has_happened_lies_in_the_future() -> None:
    today = date(2026, 11, 25)
    days = [
        one.data.on
        for step in steps(DATA, Known(), today)
        for one in step
        if isinstance(one.data, ReportContribution | LeaveOrganisation)
    ]
    assert days
    assert all(day is not None and day <= today.isoformat() for day in days)


def test_values_are_entered_for_the_ends_of_the_last_twelve_months() -> None:
    ends = example_goals.month_ends(date(2028, 3, 31))
    assert ends == [*[f"2027-{end}" for end in ("03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30",
                      "10-31", "11-30", "12-31")], "2028-01-31", "2028-02-29"]  # fmt: skip
