"""``buendnisbus members meetings …``: planned, invited to, replied to, held, recorded."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import uuid4

import typer

from services.members.cli import list_meetings, read_minutes
from services.members.commands import common
from services.members.commands.common import MeetingId, Organisation, find_meeting, read, send
from services.members.commands.minutes_text import read_minutes_text, write_minutes
from services.members.settings import Settings
from shared.calendars.text import place_of
from shared.commands import office
from shared.commands.office import Yes, build, given
from shared.commands.show import Json, console, fail, show
from shared.contracts.members import meetings as contract
from shared.contracts.members.meetings import MeetingFact, PlanMeeting
from shared.vocabulary import vocabulary

app = typer.Typer(no_args_is_help=True, help="Meetings: plan, invite, attendance, minutes.")
minutes = typer.Typer(no_args_is_help=True, help="Minutes as Markdown: write, show.")
app.add_typer(minutes, name="minutes")
_COLUMNS = ["id", "starts", "kind", "title", "status", "invited", "yes", "attended", "minutes"]
_Kind = Literal["session", "retreat", "working-group"]
_PLAN = tuple(PlanMeeting.model_fields)


@app.command("list")
def list_(
    upcoming: Annotated[bool, typer.Option("--upcoming", help="Those to come alone.")] = False,
    kind: Annotated[_Kind | None, typer.Option(help="Of this kind alone.")] = None,
    as_json: Json = False,
) -> None:
    """Show meetings, the oldest first."""
    today = office.today().isoformat()
    found = [
        one
        for one in read(list_meetings)
        if kind in (None, one.kind) and (not upcoming or (one.starts_at[:10] >= today and one.status == "planned"))
    ]
    rows = [one.model_dump(mode="json") for one in found] if as_json else [_row(one) for one in found]
    show(rows, _COLUMNS, as_json=as_json, empty="No meetings: buendnisbus members meetings plan, or members import")


@app.command("show")
def show_(meeting: MeetingId, as_json: Json = False) -> None:
    """Show one meeting: agenda, replies, attendance, decisions, tasks."""
    fact = find_meeting(meeting)
    if as_json:
        show([fact.model_dump(mode="json")], [], as_json=True, empty="")
        return
    show([_row(fact)], _COLUMNS, as_json=False, empty="")
    if fact.place:
        place = [value for value in fact.place.model_dump(exclude={"visibility"}).values() if value]
        console.print(f"  place: {', '.join(map(str, place))}", markup=False, soft_wrap=True)
    _list("agenda", (f"{number}. {item.title}" for number, item in enumerate(fact.agenda, 1)))
    _list("replies", (f"{one.organisation}: {one.reply}" for one in fact.replies))
    _list("attendance", (f"{one.organisation}: {one.presence}" for one in fact.attendance))
    _list("decisions", (one.text for one in fact.decisions))
    _list("tasks", (f"[{'x' if one.done else ' '}] {one.text}" for one in fact.tasks))


@app.command()
def plan(
    meeting: Annotated[str | None, typer.Argument(help="Id or date of one that is planned; none: a new one.")] = None,
    starts: Annotated[str | None, typer.Option(help="Date and time: “3.12.2026 18:00”, or a date alone.")] = None,
    ends: Annotated[str | None, typer.Option(help="Date and time of the end.")] = None,
    kind: Annotated[_Kind | None, typer.Option(help="Sitzung (at first), Klausur, working group.")] = None,
    title: Annotated[str | None, typer.Option(help="What it is called.")] = None,
    working_group: Annotated[str | None, typer.Option(help="Which one.")] = None,
    place: Annotated[str | None, typer.Option(help="“Gasometer, Kleine Biergasse 3, 08056 Zwickau”.")] = None,
    online: Annotated[str | None, typer.Option(help="Link to take part online.")] = None,
    item: Annotated[
        list[str] | None,
        typer.Option(help="Item of the agenda, “Title” or “Title | https://paper”; repeated in order."),
    ] = None,
    public: Annotated[bool | None, typer.Option("--public/--for-members", help="Who may see it.")] = None,
    as_json: Json = False,
) -> None:
    """Plan a meeting, or change what is given of one that is planned. "" clears a field or the agenda."""
    before: dict[str, Any] = {"id": str(uuid4()), "kind": "session"}
    if meeting is not None:
        fact = find_meeting(meeting).model_dump(mode="json")
        before = {name: fact[name] for name in _PLAN}
    elif starts is None or title is None:
        raise fail("a new meeting needs --starts and --title", 2)
    new = given(kind=kind, title=title, working_group=working_group, public=public)
    if starts is not None:
        new |= {"starts_at": office.moment(starts, "--starts"), "time_zone": vocabulary().time_zone, "ends_at": None}
    if ends is not None:
        new["ends_at"] = office.moment(ends, "--ends") if ends else None
    if place is not None or online is not None:
        found: dict[str, object] = dict(place_of(place) if place is not None else before.get("place") or {})
        found |= {"online_url": online or None} if online is not None else {}
        new["place"] = found if any(found.values()) else None
    if item is not None:
        new["agenda"] = [_item(text) for text in item if text]
    data = build(contract.PlanMeeting, {**before, **new})
    send(contract.PLAN, data, f"Planned as {data.id}", as_json=as_json)


@app.command()
def cancel(
    meeting: MeetingId,
    reason: Annotated[str, typer.Option(help="For those invited; no names of persons.")],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Say that a meeting does not take place; those invited hear of it."""
    fact = find_meeting(meeting)
    office.confirm(f"Cancel “{fact.title}” of {fact.starts_at[:10]}?", yes=yes)
    data = build(contract.CancelMeeting, {"id": fact.id, "version": fact.version, "reason": reason})
    send(contract.CANCEL, data, f"“{fact.title}” is cancelled", as_json=as_json)


@app.command()
def invite(
    meeting: MeetingId,
    organisation: Annotated[
        list[str] | None, typer.Option(help="This one; may be repeated. None: all members.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Invite all members, or single organisations, besides those who are invited."""
    fact = find_meeting(meeting)
    data = build(contract.InviteToMeeting, {"id": fact.id, "organisations": organisation})
    whom = ", ".join(organisation) if organisation else "all members"
    send(contract.INVITE, data, f"Invited to “{fact.title}”: {whom}", as_json=as_json)


@app.command()
def reply(
    meeting: MeetingId,
    organisation: Organisation,
    answer: Annotated[Literal["yes", "no", "maybe"], typer.Argument(help="Whether it will come.")],
    person: Annotated[str | None, typer.Option(help="Who will come: id or e-mail.")] = None,
    as_json: Json = False,
) -> None:
    """Note an organisation's reply to an invitation."""
    fact = find_meeting(meeting)
    document = {"id": fact.id, "organisation": organisation, "reply": answer, "person": common.person_id(person)}
    sentence = f"{organisation} says {answer} to “{fact.title}”"
    send(contract.REPLY, build(contract.ReplyToMeeting, document), sentence, as_json=as_json)


@app.command()
def attend(
    meeting: MeetingId,
    present: Annotated[list[str] | None, typer.Option(help="Organisation that was there; may be repeated.")] = None,
    online: Annotated[list[str] | None, typer.Option(help="That took part online.")] = None,
    excused: Annotated[list[str] | None, typer.Option(help="That sent apologies.")] = None,
    absent: Annotated[list[str] | None, typer.Option(help="That was not there.")] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="These are all: what else is recorded is taken away.")
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Record who took part in a meeting; adds to and corrects what is recorded."""
    fact = find_meeting(meeting)
    lists = {"present": present, "online": online, "excused": excused, "absent": absent}
    known = {one.organisation: one.person for one in fact.attendance}
    attendance = [
        {"organisation": one, "presence": presence, "person": known.get(one)}
        for presence, organisations in lists.items()
        for one in organisations or ()
    ]
    if not attendance:
        raise fail("name organisations with --present, --online, --excused or --absent", 2)
    lost = sorted(known.keys() - {str(one["organisation"]) for one in attendance}) if complete else []
    if lost:
        office.confirm(f"Take away what is recorded of {', '.join(lost)}?", yes=yes)
    document = {"id": fact.id, "attendance": attendance, "complete": complete}
    if complete:
        document["version"] = fact.version
    sentence = f"Recorded for “{fact.title}”; organisations: {len(attendance)}"
    send(contract.ATTEND, build(contract.RecordAttendance, document), sentence, as_json=as_json)


@minutes.command("write")
def write_(
    meeting: MeetingId,
    file: Annotated[Path, typer.Argument(help="Markdown; lists under “Beschlüsse” and “Aufgaben” are understood.")],
    as_json: Json = False,
) -> None:
    """Take over the minutes of a meeting from a Markdown file: all of them each time."""
    fact = find_meeting(meeting)
    try:
        read_ = read_minutes_text(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise fail(f"{file}: cannot be read as UTF-8 ({type(error).__name__})", 2) from None
    document = {
        "id": fact.id,
        "version": fact.version,
        "text": read_.text,
        "decisions": read_.decisions,
        "tasks": read_.tasks,
    }
    sentence = f"Minutes of “{fact.title}” are kept; decisions: {len(read_.decisions)}, tasks: {len(read_.tasks)}"
    send(contract.MINUTE, build(contract.RecordMinutes, document), sentence, as_json=as_json)


@minutes.command("show")
def show_minutes(meeting: MeetingId, as_json: Json = False) -> None:
    """Print the minutes of a meeting as Markdown, as `write` takes them."""
    fact = find_meeting(meeting)
    found = read(lambda settings: _minutes(settings, fact.id))
    if found is None:
        raise fail(
            f"“{fact.title}” has no minutes; to write them: buendnisbus members meetings minutes write {fact.id} FILE"
        )
    markdown = write_minutes(fact, found)
    if as_json:
        show([{"id": fact.id, "markdown": markdown}], [], as_json=True, empty="")
    else:
        typer.echo(markdown, nl=False)


async def _minutes(settings: Settings, meeting: str) -> str | None:
    found = await read_minutes(settings, meeting)
    return found.text if found else None


def _item(text: str) -> dict[str, Any]:
    title, *papers = (part.strip() for part in text.split("|"))
    return {"title": title, "papers": [{"title": title, "url": url} for url in papers]}


def _list(what: str, lines: Iterable[str]) -> None:
    for number, line in enumerate(lines):
        if not number:
            console.print(f"  {what}:")
        console.print(f"    {line}", markup=False, soft_wrap=True)


def _row(fact: MeetingFact) -> dict[str, Any]:
    return {
        "id": fact.id,
        "starts": fact.starts_at[:16].replace("T", " "),
        "kind": f"{fact.kind} {fact.working_group}" if fact.working_group else fact.kind,
        "title": fact.title,
        "status": fact.status,
        "invited": len(fact.invited),
        "yes": sum(one.reply == "yes" for one in fact.replies),
        "attended": sum(one.presence in ("present", "online") for one in fact.attendance),
        "minutes": fact.has_minutes,
    }
