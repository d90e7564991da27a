"""Golden samples about meetings; all names are invented. See ``samples``."""

from typing import Final

from shared.contracts.base import Contract
from shared.contracts.members import meetings as contract
from shared.contracts.members import people
from shared.contracts.partner import Place
from shared.contracts.released.samples_organisations import DEPUTY, MEETING, ORGANISATION, OTHER, PERSON, THIRD

PLACE: Final = Place(
    name="Alte Färberei, Saal im Erdgeschoss",
    street="Beispielgasse 4",
    postal_code="08412",
    municipality="Werdau",
    ags="14524300",
    latitude=50.736,
    longitude=12.379,
    online_url="https://treff.example.org/sitzung",
    visibility="exact",
)
_BEFORE: Final = Place(name="Rathaus, Zimmer 12", postal_code="08451", municipality="Crimmitschau", ags="14524030")
_TITLE: Final = "Sitzung der Arbeitsgruppe „Ankommen“"
_CANCELLED_BECAUSE: Final = "Wegen Glatteis; ein neuer Termin folgt."
_MINUTES: Final = "## Begrüßung\n\nMila Sonnenbeispiel begrüßt die Runde und stellt das Erzählcafé vor.\n"
_AGENDA: Final = (
    contract.AgendaItem(title="Begrüßung und Protokoll der letzten Sitzung"),
    contract.AgendaItem(
        title="Aufnahme neuer Mitglieder",
        papers=(contract.Paper(title="Antrag", url="https://papiere.example.org/2026/antrag.pdf"),),
    ),
)
_ATTENDANCE: Final = (
    contract.Attendance(organisation=THIRD, presence="excused"),
    contract.Attendance(organisation=OTHER, presence="online"),
    contract.Attendance(organisation=ORGANISATION, presence="present", person=PERSON),
)
_DECISIONS: Final = (
    contract.Decision(
        text="Die Arbeitsgruppe lädt im Frühjahr in jede Gemeinde einmal ein.",
        item=2,
        votes_for=14,
        votes_against=1,
        abstentions=2,
    ),
)
_TASKS: Final = (
    contract.Task(text="Räume in Mülsen und Kirchberg anfragen", organisation=OTHER, due="2026-12-18", done=True),
    contract.Task(text="Einladung an die Rathäuser verschicken"),
)
_PLAN: Final = contract.PlanMeeting(
    id=MEETING,
    version=3,
    kind="working-group",
    title=_TITLE,
    working_group="Ankommen",
    starts_at="2026-11-17T17:00:00+01:00",
    ends_at="2026-11-17T19:00:00+01:00",
    time_zone="Europe/Berlin",
    place=PLACE,
    agenda=_AGENDA,
    public=True,
)
_FACT: Final = contract.MeetingFact(
    **dict(_PLAN.model_copy(update={"version": 8})),
    status="held",
    sequence=1,
    invited=(
        contract.Invitation(organisation=THIRD),
        contract.Invitation(organisation=OTHER, people=(DEPUTY,)),
        contract.Invitation(organisation=ORGANISATION, people=(PERSON,)),
    ),
    replies=(
        contract.Reply(organisation=OTHER, reply="maybe", at="2026-11-05T12:00:00.000Z"),
        contract.Reply(organisation=ORGANISATION, reply="yes", person=PERSON, at="2026-11-04T08:30:00.000Z"),
    ),
    attendance=_ATTENDANCE,
    decisions=_DECISIONS,
    tasks=_TASKS,
    has_minutes=True,
    created_at="2026-10-26T09:00:00.000Z",
    updated_at="2026-11-19T16:40:00.000Z",
    changed=("decisions", "tasks", "has_minutes"),
    previous=contract.Before(
        starts_at="2026-11-16T17:00:00+01:00", ends_at="2026-11-16T19:00:00+01:00", place=_BEFORE, status="planned"
    ),
)
_PLANNED: Final = _FACT.model_copy(
    update={
        "version": 1,
        "status": "planned",
        "sequence": 0,
        "invited": (),
        "replies": (),
        "attendance": (),
        "decisions": (),
        "tasks": (),
        "has_minutes": False,
        "updated_at": "2026-10-26T09:00:00.000Z",
        "changed": (),
        "previous": None,
    }
)
_INVITED: Final = _PLANNED.model_copy(update={"version": 2, "invited": _FACT.invited, "changed": ("invited",)})

SAMPLES: Final[dict[str, Contract]] = {
    contract.PLAN: _PLAN,
    contract.CANCEL: contract.CancelMeeting(id=MEETING, version=4, reason=_CANCELLED_BECAUSE),
    contract.INVITE: contract.InviteToMeeting(id=MEETING, organisations=(ORGANISATION, OTHER, THIRD)),
    contract.REPLY: contract.ReplyToMeeting(id=MEETING, organisation=ORGANISATION, reply="yes", person=PERSON),
    contract.ATTEND: contract.RecordAttendance(id=MEETING, version=6, attendance=_ATTENDANCE, complete=True),
    contract.MINUTE: contract.RecordMinutes(id=MEETING, version=7, text=_MINUTES, decisions=_DECISIONS, tasks=_TASKS),
    contract.PLANNED: _PLANNED,
    contract.INVITED: _INVITED,
    contract.REPLIED: _INVITED.model_copy(update={"version": 4, "replies": _FACT.replies, "changed": ("replies",)}),
    contract.CANCELLED: _INVITED.model_copy(
        update={
            "version": 5,
            "status": "cancelled",
            "sequence": 1,
            "cancelled_because": _CANCELLED_BECAUSE,
            "changed": ("status", "cancelled_because"),
            "previous": contract.Before(
                starts_at=_PLAN.starts_at, ends_at=_PLAN.ends_at, place=PLACE, status="planned"
            ),
        }
    ),
    contract.ATTENDED: _FACT.model_copy(
        update={
            "version": 7,
            "decisions": (),
            "tasks": (),
            "has_minutes": False,
            "changed": ("status", "attendance"),
        }
    ),
    contract.MINUTED: _FACT,
    contract.CHANGED: _INVITED.model_copy(
        update={
            "version": 3,
            "sequence": 1,
            "changed": ("starts_at", "ends_at", "place"),
            "previous": _FACT.previous,
        }
    ),
    people.MINUTES_KEPT: people.MinutesFact(
        id=MEETING, version=2, text=_MINUTES, updated_at="2026-11-19T16:40:00.000Z"
    ),
}
