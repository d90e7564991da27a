"""What the demo's example members ask for: data and what is there already in, commands out. No clock, no I/O.

Repeated on another day the same commands move dates and nothing else; what cannot be moved, as people hold
qualifications by it or as it is history, is left as it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import orjson

from deploy.local.example_ids import example_id
from shared.commands.ask import Command
from shared.contracts.base import Contract
from shared.contracts.members import contributions, meetings, organisations, people
from shared.contracts.members.goals import GoalFact

CONSENT: Final = "2026-11-beispiel"
_ENTRY: Final = ("name", "description", "url", "topics", "kinds", "languages", "capacity", "response_days")
_AREA: Final = ("municipalities", "districts", "around")
_PRESENCE: Final = {"p": "present", "o": "online", "e": "excused", "a": "absent"}
_IN_PERSON: Final = ("present", "online")
Data = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """What is there already. ``organisations``: status by id; ``held``: ids of meetings and trainings that took place;
    ``declined``: ids of contributions; ``editions``: how many there are of each kind of paper; ``erased``: ids."""

    organisations: Mapping[str, str] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    multipliers: frozenset[str] = frozenset()
    goals: Mapping[str, GoalFact] = field(default_factory=dict)
    editions: Mapping[str, int] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()

    def has_left(self, organisation: str | None) -> bool:
        """Whether an organisation is a member no more."""
        return organisation is not None and self.organisations.get(organisation) == "left"


def command(kind: str, model: type[Contract], /, **fields: Any) -> Command:
    """A command with these fields; its ``id`` is its key.

    Raises:
        pydantic.ValidationError: the data do not fit the contract.
    """
    return Command(kind, fields["id"], model.model_validate_json(orjson.dumps(fields)))


def day_of(today: date, in_days: int) -> str:
    """The day so many days from today."""
    return (today + timedelta(days=in_days)).isoformat()


def meeting_days(data: Data, today: date) -> dict[str, str]:
    """On which day each meeting of ``data`` is, by key: always on the weekday of its kind."""
    days = {}
    for one in data["meetings"]["meeting"]:
        about = today + timedelta(days=one["in_days"])
        monday = about - timedelta(days=about.weekday())
        days[one["key"]] = (monday + timedelta(days=data["meetings"]["weekdays"][one["kind"]])).isoformat()
    return days


def entries(data: Data, known: Known, today: date) -> Iterator[Command]:
    """Organisations as they describe themselves: those that are new apply."""
    for one in data["members"]["organisation"]:
        entry = {name: one[name] for name in _ENTRY if name in one}
        entry |= {"id": one["id"], "areas": _area(one)}
        status = known.organisations.get(one["id"])
        if status in (None, "applied"):
            on = day_of(today, one["applied_days"]) if "applied_days" in one else None
            yield command(organisations.APPLY, organisations.ApplyOrganisation, **entry, on=on)
        elif status not in ("left", "declined"):
            yield command(organisations.CHANGE, organisations.ChangeOrganisation, **entry)
        if "declined" in one and status in (None, "applied", "declined"):
            yield command(
                organisations.DECLINE, organisations.DeclineOrganisation, id=one["id"], reason=one["declined"]
            )


def admissions(data: Data, known: Known, today: date) -> Iterator[Command]:
    """Who was admitted, by whom, and who left; needs the meetings. Whoever has left does not come back."""
    days = meeting_days(data, today)
    for one in data["members"]["organisation"]:
        if not known.has_left(one["id"]):
            admitted = {"id": one["id"]}
            if "admitted_by" in one:
                meeting = {"meeting": example_id("meeting", one["admitted_by"]), "decision": one["decision"]}
                admitted |= {"on": days[one["admitted_by"]], **meeting}
                yield command(organisations.ADMIT, organisations.AdmitOrganisation, **admitted)
            elif "admitted_days" in one:
                admitted |= {"on": day_of(today, one["admitted_days"])}
                yield command(organisations.ADMIT, organisations.AdmitOrganisation, **admitted)
        if "left_days" in one:
            left = {"id": one["id"], "on": day_of(today, one["left_days"])}
            yield command(organisations.LEAVE, organisations.LeaveOrganisation, **left)


def thanks(data: Data, today: date) -> Iterator[Command]:
    """What the office thanks members for; needs them to be admitted."""
    for one in data["members"]["organisation"]:
        for words in one.get("thanks", ()):
            thanked = {"id": one["id"], "year": today.year - words["years_ago"], "text": words["text"]}
            yield command(organisations.THANK, organisations.ThankOrganisation, **thanked)


def confirmations(data: Data, known: Known) -> Iterator[Command]:
    """What the office decided about members' status; needs the log, which its decision is about."""
    for one in data["members"]["organisation"]:
        if "confirm" in one and not known.has_left(one["id"]):
            yield command(organisations.CONFIRM, organisations.ConfirmStatus, id=one["id"], **one["confirm"])


def persons(data: Data, known: Known) -> Iterator[Command]:
    """People with their roles; needs the organisations. Whoever was erased stays so."""
    for one in data["members"]["person"]:
        id_ = example_id("person", one["key"])
        if id_ in known.erased:
            continue
        content = {name: one[name] for name in ("name", "email", "phone", "language") if name in one}
        roles = [{"organisation": organisation, "role": role} for organisation, role in one["roles"].items()]
        yield command(people.KEEP_PERSON, people.KeepPerson, id=id_, **content, roles=roles, consent=CONSENT)


def plans(data: Data, known: Known, today: date) -> Iterator[Command]:
    """Meetings, and trainings that were not held yet, with their present dates."""
    given, days, places = data["meetings"], meeting_days(data, today), data["places"]
    for one in given["meeting"]:
        begins, ends = given["times"][one["kind"]]
        agenda = one.get("agenda", given["agenda"][one["kind"]])
        yield command(
            meetings.PLAN,
            meetings.PlanMeeting,
            id=example_id("meeting", one["key"]),
            kind=one["kind"],
            title=one.get("title", "Sitzung des Bündnisses"),
            working_group=one.get("working_group"),
            starts_at=f"{days[one['key']]}T{begins}:00",
            ends_at=f"{days[one['key']]}T{ends}:00",
            time_zone=given["zone"],
            place=places[one["place"]],
            agenda=[item if isinstance(item, dict) else {"title": item} for item in agenda],
            public=one.get("public", False),
        )
    for one in data["contributions"]["training"]:
        id_ = example_id("training", one["key"])
        if id_ in known.held:
            continue
        on = day_of(today, one["in_days"])
        content = {name: one[name] for name in ("title", "topics", "qualification", "valid_months")}
        times = {"starts_at": f"{on}T{one['hours'][0]}:00", "ends_at": f"{on}T{one['hours'][1]}:00"}
        where = {"time_zone": given["zone"], "place": places[one["place"]]}
        yield command(contributions.PLAN_TRAINING, contributions.PlanTraining, id=id_, **content, **times, **where)


def happenings(data: Data, known: Known, today: date) -> Iterator[Command]:
    """Who was invited, replied, came, and what was written down; needs meetings, members and people."""
    present, speakers = _presence(data), _speakers(data, known)
    for one in data["meetings"]["meeting"]:
        id_ = example_id("meeting", one["key"])
        came = present.get(one["key"])
        invited = sorted(came) if came is not None else one.get("invited")
        if id_ not in known.held:
            yield command(meetings.INVITE, meetings.InviteToMeeting, id=id_, organisations=invited)
            for organisation, reply in one.get("replies", {}).items():
                answer = {"organisation": organisation, "reply": reply, "person": speakers.get(organisation)}
                yield command(meetings.REPLY, meetings.ReplyToMeeting, id=id_, **answer)
        if came is not None:
            attendance = [
                {"organisation": name, "presence": how, "person": speakers.get(name) if how in _IN_PERSON else None}
                for name, how in came.items()
            ]
            yield command(meetings.ATTEND, meetings.RecordAttendance, id=id_, attendance=attendance)
        if "minutes" in one:
            tasks = [
                task | ({"due": day_of(today, task["due_days"])} if "due_days" in task else {})
                for task in one.get("tasks", ())
            ]
            minutes = {"text": one["minutes"], "decisions": one.get("decisions", ()), "tasks": tasks}
            yield command(meetings.MINUTE, meetings.RecordMinutes, id=id_, **minutes)


def brought_in(data: Data, known: Known, today: date) -> Iterator[Command]:
    """Contributions, reported and decided, and who took part in trainings; needs members and people."""
    for one in data["contributions"]["contribution"]:
        id_ = example_id("contribution", one["key"])
        if id_ in known.declined or known.has_left(one["organisation"]) or known.has_left(one.get("confirmed_by")):
            continue  # to report it again would ask for another decision, or nobody is there to take it
        content = {name: one[name] for name in ("organisation", "kind", "title")}
        content |= {"on": day_of(today, one["in_days"]), "by": one.get("by", "office")}
        person = _kept(one.get("person"), known)
        yield command(contributions.REPORT, contributions.ReportContribution, id=id_, **content, person=person)
        if "confirmed_by" in one:
            yield command(contributions.CONFIRM, contributions.ConfirmContribution, id=id_, by=one["confirmed_by"])
        if "declined" in one:
            yield command(contributions.DECLINE, contributions.DeclineContribution, id=id_, reason=one["declined"])
    for one in data["contributions"]["training"]:
        took_part = [
            {"person": person, "qualified": qualified}
            for key, qualified in one.get("participants", {}).items()
            if (person := _kept(key, known))
        ]
        if took_part:
            id_ = example_id("training", one["key"])
            yield command(
                contributions.COMPLETE_TRAINING, contributions.CompleteTraining, id=id_, participants=took_part
            )


def registry(data: Data, known: Known) -> Iterator[Command]:
    """Who can be asked; needs the trainings. Who is registered stays so, also once a qualification has ended."""
    for one in data["contributions"]["multiplier"]:
        id_, person = example_id("multiplier", one["key"]), _kept(one["person"], known)
        if person is None or id_ in known.multipliers:
            continue
        entry = {name: one[name] for name in ("topics", "languages", "availability", "available") if name in one}
        yield command(
            contributions.REGISTER_MULTIPLIER,
            contributions.RegisterMultiplier,
            id=id_,
            person=person,
            area=_area(one),
            **entry,
        )


def _area(one: Data) -> dict[str, Sequence[Any]]:
    return {name: one[name] for name in _AREA if name in one}


def _kept(key: str | None, known: Known) -> str | None:
    """The id of a person; None where there is none, or it was erased."""
    id_ = example_id("person", key) if key else None
    return None if id_ in known.erased else id_


def _speakers(data: Data, known: Known) -> dict[str, str]:
    """By organisation the person who comes for it."""
    found = {}
    for one in data["members"]["person"]:
        for organisation, role in one["roles"].items():
            person = _kept(one["key"], known)
            if role == "representative" and person:
                found[organisation] = person
    return found


def _presence(data: Data) -> dict[str, dict[str, str]]:
    """How organisations took part in each meeting that was held, by key."""
    table = dict(data["meetings"]["attendance"])
    held: Iterable[str] = table.pop("held")
    came: dict[str, dict[str, str]] = {key: {} for key in held}
    for organisation, letters in table.items():
        for key, letter in zip(came, letters.split(), strict=True):
            if letter in _PRESENCE:
                came[key][organisation] = _PRESENCE[letter]
    return came
