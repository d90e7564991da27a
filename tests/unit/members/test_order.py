"""In whatever order messages come in, a member is as active: only those of one aggregate keep theirs (DESIGN 8)."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.base import Contract
from shared.contracts.members.contributions import ConfirmContribution, DeclineContribution, ReportContribution
from shared.contracts.members.meetings import CancelMeeting, PlanMeeting, RecordAttendance
from shared.contracts.members.organisations import OrganisationFact
from tests.support.laws import examples
from tests.unit.members.alliance import Alliance, id_of, made

ORGANISATIONS = ("haus", "verein")
FIRST = date(2025, 1, 1)


@st.composite
def of_a_meeting(draw: st.DrawFn, number: int) -> list[Contract]:
    """Commands about one meeting: planned, recorded, corrected, or cancelled."""
    id_ = id_of(number)
    day = FIRST + timedelta(days=draw(st.integers(0, 720)))
    plan = {"id": id_, "kind": draw(st.sampled_from(("session", "working-group"))), "title": "Sitzung"}
    commands: list[Contract] = [made(PlanMeeting, **plan, starts_at=day.isoformat())]
    for _ in range(draw(st.integers(0, 2))):
        presence = draw(st.dictionaries(st.sampled_from(ORGANISATIONS), st.sampled_from(("present", "excused"))))
        attendance = [{"organisation": name, "presence": how} for name, how in presence.items()]
        commands.append(made(RecordAttendance, id=id_, attendance=attendance, complete=draw(st.booleans())))
    if draw(st.booleans()):
        commands.insert(draw(st.integers(1, len(commands))), made(CancelMeeting, id=id_, reason="Sturm"))
    if draw(st.booleans()):
        moved = (day - timedelta(days=draw(st.integers(1, 90)))).isoformat()
        commands.append(made(PlanMeeting, **plan, starts_at=moved))
    return commands


@st.composite
def of_a_contribution(draw: st.DrawFn, number: int) -> list[Contract]:
    """Commands about one contribution: reported, confirmed, declined, in any order."""
    id_, organisation = id_of(number), draw(st.sampled_from(ORGANISATIONS))
    report: dict[str, Any] = {
        "id": id_,
        "organisation": organisation,
        "kind": "content",
        "title": "Vortrag",
        "on": (FIRST + timedelta(days=draw(st.integers(0, 693)))).isoformat(),
        "by": draw(st.sampled_from((organisation, "office"))),
    }
    others = (
        made(ConfirmContribution, id=id_, by=draw(st.sampled_from((*ORGANISATIONS, "office")))),
        made(DeclineContribution, id=id_, reason="nein"),
        made(ReportContribution, **report),
    )
    return [made(ReportContribution, **report), *draw(st.lists(st.sampled_from(others), max_size=3))]


@st.composite
def histories(draw: st.DrawFn) -> list[list[Contract]]:
    """Several aggregates, each with its commands in their order."""
    meetings = [draw(of_a_meeting(number)) for number in range(1, draw(st.integers(1, 5)))]
    contributions = [draw(of_a_contribution(number)) for number in range(10, draw(st.integers(10, 13)))]
    return [*meetings, *contributions]


@given(st.data(), histories())
def test_the_order_in_which_messages_of_several_aggregates_come_does_not_matter(
    data: st.DataObject, history: list[list[Contract]]
) -> None:
    one_after_the_other = [command for commands in history for command in commands]
    order = data.draw(st.permutations([place for place, commands in enumerate(history) for _ in commands]))
    queues = {place: iter(commands) for place, commands in enumerate(history)}

    assert activity(one_after_the_other) == activity([next(queues[place]) for place in order])


@given(st.data(), histories())
def test_looking_in_between_changes_nothing_of_what_is_said_in_the_end(
    data: st.DataObject, history: list[list[Contract]]
) -> None:
    commands = [command for commands in history for command in commands]
    looks = data.draw(st.sets(st.integers(0, len(commands))))

    def said(found: Alliance) -> list[Any]:
        return [
            (member.activity, member.periods)
            for member in (found.has(OrganisationFact, name) for name in ORGANISATIONS)
        ]

    assert said(decided(commands, looks)) == said(decided(commands, set()))


def activity(commands: list[Contract]) -> dict[str, Any]:
    """What is said of each organisation in the end."""
    found = decided(commands, set())
    return {name: found.assessment(name) for name in ORGANISATIONS}


def decided(commands: list[Contract], looks: set[int]) -> Alliance:
    """The alliance after these commands, its members looked at before some of them, and in the end."""
    found = Alliance()
    for name in ORGANISATIONS:
        found.member(name)
    for place, command in enumerate(commands):
        if place in looks:
            for name in ORGANISATIONS:
                found.look_at(name)
        found.take(command)
    for name in ORGANISATIONS:
        found.look_at(name)
    return found


@examples(40)
@given(histories())
def test_facts_of_each_aggregate_have_one_version_after_the_other(history: list[list[Contract]]) -> None:
    versions: dict[str, list[int]] = defaultdict(list)
    for _, fact in decided([command for commands in history for command in commands], set()).published:
        versions[fact.id].append(fact.version)
        assert orjson.loads(fact.model_dump_json())["version"] == fact.version

    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
