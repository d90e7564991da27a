"""Meetings: planned, invited to, replied to, held or cancelled, recorded; their facts say what a mail needs."""

from typing import Any

import pytest

from shared.contracts.base import Contract
from shared.contracts.members import meetings
from shared.contracts.members.meetings import (
    ATTENDED,
    CANCELLED,
    INVITED,
    MINUTED,
    PLANNED,
    REPLIED,
    CancelMeeting,
    InviteToMeeting,
    MeetingFact,
    PlanMeeting,
    RecordAttendance,
    RecordMinutes,
    ReplyToMeeting,
)
from shared.contracts.members.organisations import ApplyOrganisation
from shared.contracts.members.people import MINUTES_KEPT, KeepPerson, MinutesFact
from tests.unit.members.alliance import Alliance, id_of, refusal

M = id_of(1)
PLAN = {"id": M, "kind": "session", "title": "Sitzung", "starts_at": "2026-12-08T17:00:00+01:00"}
HELD = {"id": M, "attendance": [{"organisation": "haus", "presence": "present"}]}


@pytest.fixture
def alliance() -> Alliance:
    found = Alliance()
    found.member("haus")
    found.member("verein")
    found.do(ApplyOrganisation, id="bewerber", name="Bewerber")
    return found


def it(alliance: Alliance) -> MeetingFact:
    return alliance.has(MeetingFact, M)


def test_a_meeting_from_its_plan_to_its_minutes(alliance: Alliance) -> None:
    person = alliance.person(7, "haus")
    alliance.published.clear()

    planned = alliance.do(PlanMeeting, **PLAN, agenda=[{"title": "Haushalt"}], working_group=None, public=True)
    alliance.do(InviteToMeeting, id=M)
    alliance.do(ReplyToMeeting, id=M, organisation="haus", reply="yes", person=person)
    alliance.wait(days=14)
    attendance = [{"organisation": "haus", "presence": "online", "person": person}]
    alliance.do(RecordAttendance, id=M, attendance=attendance)
    alliance.do(
        RecordMinutes,
        id=M,
        text="Frau Muster berichtet.",
        decisions=[{"text": "angenommen", "item": 1, "votes_for": 2}],
        tasks=[{"text": "Flyer", "organisation": "haus", "due": "2026-12-20"}],
    )

    assert (planned.result, planned.about) == ("created", (MeetingFact, M))
    assert alliance.kinds == [PLANNED, INVITED, REPLIED, ATTENDED, MINUTED, MINUTES_KEPT]
    found = it(alliance)
    assert (found.version, found.status, found.sequence, found.public) == (5, "held", 1, True)
    assert (found.starts_at, found.time_zone) == ("2026-12-08T17:00:00+01:00", "Europe/Berlin")
    assert [(one.organisation, one.people) for one in found.invited] == [("haus", (person,)), ("verein", ())]
    assert [(one.organisation, one.reply, one.person) for one in found.replies] == [("haus", "yes", person)]
    assert [(one.organisation, one.presence, one.person) for one in found.attendance] == [("haus", "online", person)]
    assert (found.decisions[0].votes_for, found.tasks[0].organisation, found.has_minutes) == (2, "haus", True)
    assert alliance.has(MinutesFact, M).text == "Frau Muster berichtet."


def test_the_words_of_minutes_go_nowhere_but_to_the_private_topic(alliance: Alliance) -> None:
    alliance.do(PlanMeeting, **PLAN)
    alliance.do(RecordMinutes, id=M, text="Frau Muster berichtet.")

    assert {topic for topic, body in alliance.said() if "Muster" in body} == {"members.private"}


def test_corrected_minutes_raise_the_version_of_the_meeting_though_its_fact_says_the_same(alliance: Alliance) -> None:
    alliance.do(PlanMeeting, **PLAN)
    alliance.do(RecordMinutes, id=M, text="eins")
    before = it(alliance)

    alliance.do(RecordMinutes, id=M, text="zwei")

    assert it(alliance).version == before.version + 1
    assert it(alliance).changed == ("minutes",)
    assert alliance.has(MinutesFact, M).version == 2
    assert alliance.do(RecordMinutes, id=M, text="zwei").result == "unchanged"


def test_what_changed_and_how_it_was_before_is_told(alliance: Alliance) -> None:
    alliance.do(PlanMeeting, **PLAN, place={"name": "Rathaus"})
    assert (it(alliance).changed, it(alliance).previous, it(alliance).sequence) == ((), None, 0)

    alliance.do(PlanMeeting, **PLAN | {"starts_at": "2026-12-09T18:00:00+01:00"}, place={"name": "Rathaus"})
    moved = it(alliance)
    assert (moved.changed, moved.sequence) == (("starts_at",), 1)
    assert moved.previous is not None
    assert (moved.previous.starts_at, moved.previous.status) == ("2026-12-08T17:00:00+01:00", "planned")

    alliance.do(PlanMeeting, **PLAN | {"title": "Sitzung!", "starts_at": moved.starts_at}, place={"name": "Rathaus"})
    assert (it(alliance).changed, it(alliance).sequence, it(alliance).previous) == (("title",), 1, None)

    alliance.do(PlanMeeting, **PLAN | {"title": "Sitzung!", "starts_at": moved.starts_at}, place={"name": "Schule"})
    assert it(alliance).changed == ("place",)
    before = it(alliance).previous
    assert before is not None
    assert before.place is not None
    assert before.place.name == "Rathaus"

    alliance.do(CancelMeeting, id=M, reason="Sturm")
    gone = it(alliance)
    assert (gone.status, gone.cancelled_because, gone.sequence) == ("cancelled", "Sturm", 3)
    assert gone.changed == ("status", "cancelled_because")
    assert alliance.kinds[-1] == CANCELLED

    alliance.do(PlanMeeting, **PLAN | {"title": "Sitzung!", "starts_at": moved.starts_at}, place={"name": "Schule"})
    assert (it(alliance).status, it(alliance).cancelled_because, it(alliance).sequence) == ("planned", None, 4)


def test_a_meeting_that_was_held_stays_so_whatever_is_corrected_in_its_plan(alliance: Alliance) -> None:
    alliance.wait(days=14)
    alliance.do(PlanMeeting, **PLAN)
    alliance.do(RecordAttendance, **HELD)

    alliance.do(PlanMeeting, **PLAN | {"title": "Jahressitzung"})

    assert (it(alliance).status, it(alliance).title) == ("held", "Jahressitzung")


def test_all_members_are_invited_and_nobody_else(alliance: Alliance) -> None:
    alliance.do(PlanMeeting, **PLAN)

    alliance.do(InviteToMeeting, id=M)

    assert [one.organisation for one in it(alliance).invited] == ["haus", "verein"]


def test_more_are_invited_besides_those_who_are(alliance: Alliance) -> None:
    first = alliance.person(7, "haus")
    alliance.do(PlanMeeting, **PLAN)
    alliance.do(InviteToMeeting, id=M, organisations=["haus"])
    second = alliance.person(8, "haus", "deputy")

    alliance.do(InviteToMeeting, id=M, organisations=["bewerber"])
    assert [(one.organisation, one.people) for one in it(alliance).invited] == [("bewerber", ()), ("haus", (first,))]

    alliance.do(InviteToMeeting, id=M, organisations=["haus"])
    assert it(alliance).invited[1].people == (first, second)


def test_no_more_are_invited_than_a_meeting_can_hold(alliance: Alliance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meetings, "MOST_ORGANISATIONS", 1)
    alliance.do(PlanMeeting, **PLAN)

    assert refusal(alliance.do(InviteToMeeting, id=M)) == (422, "organisations", "too-many")


def test_contacts_are_invited_only_where_nobody_represents(alliance: Alliance) -> None:
    contact = alliance.person(7, "haus", "contact")
    alliance.person(8, "haus", "member")
    alliance.person(9, "verein", "contact")
    representative = alliance.person(10, "verein", "representative")
    alliance.do(PlanMeeting, **PLAN)

    alliance.do(InviteToMeeting, id=M)

    people = {one.organisation: one.people for one in it(alliance).invited}
    assert people == {"haus": (contact,), "verein": (representative,)}


def test_somebody_with_two_roles_in_an_organisation_is_invited_once(alliance: Alliance) -> None:
    roles = [{"organisation": "haus", "role": role} for role in ("representative", "deputy")]
    alliance.do(KeepPerson, id=id_of(7), name="Person", roles=roles, consent="2026-11")
    alliance.do(PlanMeeting, **PLAN)

    alliance.do(InviteToMeeting, id=M)

    assert it(alliance).invited[0].people == (id_of(7),)


def test_the_latest_reply_of_each_counts(alliance: Alliance) -> None:
    alliance.do(PlanMeeting, **PLAN)
    alliance.do(InviteToMeeting, id=M)

    for organisation, reply in (("verein", "yes"), ("haus", "maybe"), ("verein", "no")):
        alliance.do(ReplyToMeeting, id=M, organisation=organisation, reply=reply)

    assert [(one.organisation, one.reply) for one in it(alliance).replies] == [("haus", "maybe"), ("verein", "no")]
    alliance.wait(hours=1)
    assert alliance.do(ReplyToMeeting, id=M, organisation="verein", reply="no").result == "unchanged"


def test_attendance_is_all_there_is_unless_it_only_adds(alliance: Alliance) -> None:
    alliance.wait(days=14)
    alliance.do(PlanMeeting, **PLAN)
    both = [{"organisation": name, "presence": "present"} for name in ("verein", "haus")]
    alliance.do(RecordAttendance, id=M, attendance=both)

    alliance.do(RecordAttendance, id=M, attendance=[{"organisation": "haus", "presence": "excused"}], complete=False)
    assert {one.organisation: one.presence for one in it(alliance).attendance} == {
        "haus": "excused",
        "verein": "present",
    }
    alliance.do(RecordAttendance, id=M, attendance=[{"organisation": "haus", "presence": "online"}])
    assert [(one.organisation, one.presence) for one in it(alliance).attendance] == [("haus", "online")]


def test_a_meeting_of_today_can_be_held_in_the_alliance_s_own_day(alliance: Alliance) -> None:
    alliance.wait(hours=13.5)  # half past midnight of the 26th in Berlin
    alliance.do(PlanMeeting, **PLAN | {"starts_at": "2026-11-26T00:15:00+01:00"})

    assert alliance.do(RecordAttendance, **HELD).result == "changed"


REPEATED: dict[str, tuple[type[Contract], dict[str, Any]]] = {
    "plan": (PlanMeeting, PLAN),
    "invite": (InviteToMeeting, {"id": M}),
    "cancel": (CancelMeeting, {"id": M, "reason": "Sturm"}),
    "minute": (RecordMinutes, {"id": M, "text": "eins", "tasks": [{"text": "Flyer"}]}),
}


@pytest.mark.parametrize("case", REPEATED)
def test_a_repeated_command_changes_nothing(alliance: Alliance, case: str) -> None:
    model, fields = REPEATED[case]
    alliance.do(PlanMeeting, **PLAN)
    alliance.do(model, **fields)
    before = it(alliance)

    again = alliance.do(model, **fields)

    assert (again.result, again.facts, it(alliance)) == ("unchanged", (), before)


def test_attendance_that_is_recorded_again_changes_nothing(alliance: Alliance) -> None:
    alliance.held(1, "2026-11-20", haus="present")

    assert alliance.do(RecordAttendance, **HELD).result == "unchanged"


UNKNOWN, OTHER = id_of(99), {"version": 9}
REFUSED: dict[str, tuple[str, type[Contract], dict[str, Any], tuple[int, str, str]]] = {
    "a plan without a zone that is": (
        "planned",
        PlanMeeting,
        PLAN | {"time_zone": "Mars/Olympus"},
        (422, "time_zone", "time-zone-unknown"),
    ),
    "an end before the start": (
        "planned",
        PlanMeeting,
        PLAN | {"ends_at": "2026-12-08T16:00:00+01:00"},
        (422, "ends_at", "end-before-start"),
    ),
    "a plan of what was changed": ("planned", PlanMeeting, PLAN | OTHER, (409, "version", "changed-meanwhile")),
    "cancelling none": ("planned", CancelMeeting, {"id": UNKNOWN, "reason": "x"}, (404, "id", "not-found")),
    "cancelling what was held": ("held", CancelMeeting, {"id": M, "reason": "x"}, (409, "id", "wrong-status")),
    "cancelling what was changed": (
        "planned",
        CancelMeeting,
        {"id": M, "reason": "x"} | OTHER,
        (409, "version", "changed-meanwhile"),
    ),
    "inviting to none": ("planned", InviteToMeeting, {"id": UNKNOWN}, (404, "id", "not-found")),
    "inviting to a cancelled one": ("cancelled", InviteToMeeting, {"id": M}, (409, "id", "wrong-status")),
    "inviting somebody unknown": (
        "planned",
        InviteToMeeting,
        {"id": M, "organisations": ["haus", "fremd"]},
        (404, "organisations.1", "not-found"),
    ),
    "replying to none": (
        "planned",
        ReplyToMeeting,
        {"id": UNKNOWN, "organisation": "haus", "reply": "yes"},
        (404, "id", "not-found"),
    ),
    "replying after it was held": (
        "held",
        ReplyToMeeting,
        {"id": M, "organisation": "haus", "reply": "yes"},
        (409, "id", "wrong-status"),
    ),
    "replying without an invitation": (
        "planned",
        ReplyToMeeting,
        {"id": M, "organisation": "bewerber", "reply": "yes"},
        (422, "organisation", "not-invited"),
    ),
    "replying for nobody": (
        "planned",
        ReplyToMeeting,
        {"id": M, "organisation": "haus", "reply": "yes", "person": UNKNOWN},
        (404, "person", "not-found"),
    ),
    "attending none": ("planned", RecordAttendance, HELD | {"id": UNKNOWN}, (404, "id", "not-found")),
    "attending what is to come": ("planned", RecordAttendance, HELD, (422, "id", "not-held-yet")),
    "attending a cancelled one": ("cancelled", RecordAttendance, HELD, (409, "id", "wrong-status")),
    "attending what was changed": ("held", RecordAttendance, HELD | OTHER, (409, "version", "changed-meanwhile")),
    "attendance of somebody unknown": (
        "held",
        RecordAttendance,
        {"id": M, "attendance": [{"organisation": "fremd", "presence": "present"}]},
        (404, "attendance.0.organisation", "not-found"),
    ),
    "attendance by nobody": (
        "held",
        RecordAttendance,
        {"id": M, "attendance": [{"organisation": "haus", "presence": "present", "person": UNKNOWN}]},
        (404, "attendance.0.person", "not-found"),
    ),
    "attendance said twice": (
        "held",
        RecordAttendance,
        {"id": M, "attendance": [{"organisation": "haus", "presence": how} for how in ("present", "absent")]},
        (422, "attendance.1.organisation", "named-twice"),
    ),
    "minutes of none": ("planned", RecordMinutes, {"id": UNKNOWN, "text": "x"}, (404, "id", "not-found")),
    "minutes of a cancelled one": ("cancelled", RecordMinutes, {"id": M, "text": "x"}, (409, "id", "wrong-status")),
    "minutes of what was changed": (
        "held",
        RecordMinutes,
        {"id": M, "text": "x"} | OTHER,
        (409, "version", "changed-meanwhile"),
    ),
    "a decision on no item": (
        "held",
        RecordMinutes,
        {"id": M, "text": "x", "decisions": [{"text": "ja", "item": 1}]},
        (422, "decisions.0.item", "no-such-item"),
    ),
    "a task for somebody unknown": (
        "held",
        RecordMinutes,
        {"id": M, "text": "x", "tasks": [{"text": "ja"}, {"text": "ja", "organisation": "fremd"}]},
        (404, "tasks.1.organisation", "not-found"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_with_its_field_and_reason(alliance: Alliance, case: str) -> None:
    status, model, fields, expected = REFUSED[case]
    if status == "held":
        alliance.held(1, "2026-11-20", verein="present")
    else:
        alliance.do(PlanMeeting, **PLAN)
        alliance.do(InviteToMeeting, id=M)
    if status == "cancelled":
        alliance.do(CancelMeeting, id=M, reason="Sturm")
    before = it(alliance)

    assert refusal(alliance.do(model, **fields)) == expected
    assert it(alliance) == before
