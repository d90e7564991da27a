"""``buendnisbus members list|show|apply|…``: organisations from application to leaving, and their activity."""

from datetime import date
from typing import Annotated, Any, Final, Literal

import typer
from rich.markup import escape

from services.members.cli import list_organisations
from services.members.commands import common
from services.members.commands.common import OnDay, Organisation, find_organisation, read, send
from services.members.domain.activity import activity_on
from shared.calendars.text import partner_id
from shared.commands import office
from shared.commands.office import Yes, build, given
from shared.commands.show import Json, console, fail, show
from shared.contracts.members import organisations as contract
from shared.contracts.members.organisations import OrganisationFact, Profile

app = typer.Typer()

Name = Annotated[str | None, typer.Option(help="How people know it.")]
Description = Annotated[str | None, typer.Option(help="What it does, for the directory.")]
Url = Annotated[str | None, typer.Option(help="Its web site.")]
PlaceName = Annotated[
    list[str] | None, typer.Option("--place", help="Municipality: name, postal code or key; may be repeated.")
]
District = Annotated[list[str] | None, typer.Option(help="Key of a whole district, 5 digits; may be repeated.")]
Around = Annotated[list[str] | None, typer.Option(help="Place and km, such as 08056:15; may be repeated.")]
Topic = Annotated[list[str] | None, typer.Option(help="Topic; may be repeated.")]
Kind = Annotated[list[str] | None, typer.Option(help="Kind of help that it gives; may be repeated.")]
LanguageTag = Annotated[list[str] | None, typer.Option("--language", help="Such as de or ar; may be repeated.")]
Capacity = Annotated[int | None, typer.Option(min=0, help="Referrals that it can care for at a time.")]
Takes = Annotated[
    list[str] | None,
    typer.Option("--takes", help="What it can be asked: offer-help, seek-help, question, support; several times."),
]
PausedUntil = Annotated[str | None, typer.Option(help='Last day on which it is not asked; "" ends the break.')]
ResponseDays = Annotated[int | None, typer.Option(min=1, help="Working days within which it promises to answer.")]
Listed = Annotated[bool | None, typer.Option("--listed/--not-listed", help="Whether the directory shows it.")]
_PROFILE: Final = tuple(Profile.model_fields)
_COLUMNS: Final = ["id", "name", "status", "proposed", "since", "active until"]


@app.command("list")
def list_(
    status: Annotated[
        Literal["applied", "declined", "active", "passive", "left"] | None, typer.Option(help="Of this status alone.")
    ] = None,
    proposed: Annotated[
        bool, typer.Option("--proposed", help="Those on whose status the office is to decide.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show organisations with their status and until when they are active."""
    found = [
        one
        for one in read(list_organisations)
        if status in (None, one.status) and (one.proposed is not None or not proposed)
    ]
    rows = [one.model_dump(mode="json") for one in found] if as_json else [_row(one) for one in found]
    show(rows, _COLUMNS, as_json=as_json, empty="No organisations: buendnisbus members apply, or members import")


@app.command("show")
def show_(organisation: Organisation, as_json: Json = False) -> None:
    """Show one organisation: its entry, how it stands, and why."""
    fact = find_organisation(organisation)
    if as_json:
        show([fact.model_dump(mode="json")], [], as_json=True, empty="")
        return
    show([_row(fact)], _COLUMNS, as_json=False, empty="")
    entry = fact.model_dump(mode="json")
    for name in (*_PROFILE[1:], "applied_on", "admission", "declined_because", "left_on", "confirmation"):
        if entry[name] not in (None, [], "", {}):
            console.print(f"  {name.replace('_', ' ')}: {_shown(entry[name])}", soft_wrap=True, markup=False)
    for thanks in fact.thanks:
        console.print(f"  thanks for {thanks.year}: {thanks.text}", soft_wrap=True, markup=False)
    if fact.activity:
        console.print()
        _explain(fact, activity_of(fact, None), is_now=True)


@app.command()
def apply(
    name: Annotated[str, typer.Option(help="How people know it.")],
    organisation: Annotated[
        str | None, typer.Argument(help="Id: a slug, that of the partner if it is one; default: from its name.")
    ] = None,
    description: Description = None,
    url: Url = None,
    place: PlaceName = None,
    district: District = None,
    around: Around = None,
    topic: Topic = None,
    kind: Kind = None,
    language: LanguageTag = None,
    capacity: Capacity = None,
    response_days: ResponseDays = None,
    takes: Takes = None,
    paused_until: PausedUntil = None,
    listed: Listed = None,
    on: OnDay = None,
    as_json: Json = False,
) -> None:
    """Note that an organisation asks to become a member."""
    organisation = organisation or partner_id(name, {one.id: one.name for one in read(list_organisations)})
    entry = given(
        name=name, description=description, url=url, topics=topic, kinds=kind, languages=language, capacity=capacity,
        response_days=response_days, takes=takes, paused_until=_pause(paused_until), listed=listed,
        areas=common.area(place, district, around, {}),
    )  # fmt: skip
    data = build(contract.ApplyOrganisation, {**entry, "id": organisation, "on": office.day(on)})
    sentence = f"{organisation} has applied. To admit it: buendnisbus members admit {organisation}"
    send(contract.APPLY, data, sentence, as_json=as_json)


@app.command()
def change(
    organisation: Organisation,
    name: Name = None,
    description: Description = None,
    url: Url = None,
    place: PlaceName = None,
    district: District = None,
    around: Around = None,
    topic: Topic = None,
    kind: Kind = None,
    language: LanguageTag = None,
    capacity: Capacity = None,
    response_days: ResponseDays = None,
    takes: Takes = None,
    paused_until: PausedUntil = None,
    listed: Listed = None,
    as_json: Json = False,
) -> None:
    """Change the entry of an organisation: what is given; the rest stays. "" clears a field or a list."""
    fact = find_organisation(organisation)
    before = {field: value for field, value in fact.model_dump(mode="json").items() if field in _PROFILE}
    entry = given(
        name=name, description=description, url=url, topics=topic, kinds=kind, languages=language, capacity=capacity,
        response_days=response_days, takes=takes, paused_until=_pause(paused_until), listed=listed,
        areas=common.area(place, district, around, before["areas"]),
    )  # fmt: skip
    if not entry:
        raise fail("say what is to be changed; see --help", 2)
    data = build(contract.ChangeOrganisation, {**before, **entry, "id": fact.id, "version": fact.version})
    send(contract.CHANGE, data, f"The entry of {fact.id} is changed", as_json=as_json)


@app.command()
def admit(
    organisation: Organisation,
    meeting: Annotated[
        str | None, typer.Option(help="The meeting that decided: id or date; default: the office.")
    ] = None,
    on: OnDay = None,
    decision: Annotated[str | None, typer.Option(help="As it stands in the minutes; no names of persons.")] = None,
    as_json: Json = False,
) -> None:
    """Make an organisation a member, or correct since when it is one."""
    document = {"id": organisation, "meeting": common.meeting_id(meeting), "on": office.day(on), "decision": decision}
    data = build(contract.AdmitOrganisation, document)
    send(contract.ADMIT, data, f"{organisation} is a member", as_json=as_json)


@app.command()
def decline(
    organisation: Organisation,
    reason: Annotated[str, typer.Option(help="For the organisation; no names of persons.")],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Do not admit an organisation that has applied; it may apply again."""
    office.confirm(f"Decline the application of {organisation}?", yes=yes)
    data = build(contract.DeclineOrganisation, {"id": organisation, "reason": reason})
    send(contract.DECLINE, data, f"The application of {organisation} is declined", as_json=as_json)


@app.command()
def confirm(
    organisation: Organisation,
    status: Annotated[Literal["active", "passive"], typer.Argument(help="How it counts from now on.")],
    reason: Annotated[str | None, typer.Option(help="Needed where the activity says otherwise.")] = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Decide whether a member counts as active or passive: as its activity says, or otherwise with a reason."""
    if status == "passive":
        office.confirm(f"Let {organisation} count as passive?", yes=yes)
    data = build(contract.ConfirmStatus, {"id": organisation, "status": status, "reason": reason})
    send(contract.CONFIRM, data, f"{organisation} counts as {status}", as_json=as_json)


@app.command()
def leave(organisation: Organisation, on: OnDay = None, yes: Yes = False, as_json: Json = False) -> None:
    """End a membership; its history stays."""
    office.confirm(f"End the membership of {organisation}?", yes=yes)
    data = build(contract.LeaveOrganisation, {"id": organisation, "on": office.day(on)})
    send(contract.LEAVE, data, f"{organisation} is no member any more", as_json=as_json)


@app.command()
def thank(
    organisation: Organisation,
    year: Annotated[int, typer.Argument(help="The year that it is thanked for.", min=2000, max=2200)],
    text: Annotated[str, typer.Argument(help="Public; no names of persons.")],
    as_json: Json = False,
) -> None:
    """Thank a member for a year; the same year again replaces the words."""
    data = build(contract.ThankOrganisation, {"id": organisation, "year": year, "text": text})
    send(contract.THANK, data, f"{organisation} is thanked for {year}", as_json=as_json)


@app.command()
def activity(
    organisation: Organisation,
    on: Annotated[str | None, typer.Option(help="Any past day, such as 2026-12-03; default: now.")] = None,
    as_json: Json = False,
) -> None:
    """Explain how active a member is, or was on a day: its status, because of what, until when, unless what."""
    fact = find_organisation(organisation)
    asked = office.day(on)
    today = office.today()
    if asked and date.fromisoformat(asked) > today:
        raise fail("--on: lies in the future; without it, it is told until when a member is active", 2)
    is_now = asked in (None, today.isoformat())
    found = activity_of(fact, None if is_now else asked)
    if as_json:
        show([found], [], as_json=True, empty="")
    else:
        _explain(fact, found, is_now=is_now)


def activity_of(fact: OrganisationFact, on: str | None) -> dict[str, Any]:
    """What the log says: ``status`` (null: no member), ``because``, ``until``, ``unless``; beside it ``standing``, how
    the organisation stands today, and ``proposed``, on what the office is to decide. ``on`` None: now."""
    found: dict[str, Any] = {"id": fact.id, "on": on, "status": None, "because": [], "until": None, "unless": []}
    found |= {"standing": fact.status, "proposed": fact.proposed}
    if on is None:
        if fact.activity and fact.status in ("active", "passive"):
            now = fact.activity
            because, unless = common.sentences(now.because), common.sentences(now.unless)
            found |= {"on": now.as_of, "status": now.status, "because": because, "until": now.until, "unless": unless}
        return found
    has_left = fact.left_on is not None and on > fact.left_on
    if period := None if has_left else activity_on(fact.periods, date.fromisoformat(on)):
        found |= {"status": period.status, "because": common.sentences(period.because)}
    return found


def _explain(fact: OrganisationFact, found: dict[str, Any], *, is_now: bool) -> None:
    if found["status"] is None:
        when = f"on {found['on']}" if found["on"] else "now"
        console.print(
            f"{escape(fact.name)} ({fact.id}) is no member {when}; it stands as: {fact.status}.", soft_wrap=True
        )
        return
    console.print(f"{escape(fact.name)} ({fact.id}), {found['on']}: [bold]{found['status']}[/]", soft_wrap=True)
    for why in found["because"]:
        console.print(f"  because: {why}", soft_wrap=True, markup=False)
    if found["until"]:
        console.print(f"  until: {found['until']}")
    for what in found["unless"]:
        console.print(f"  unless: {what}", soft_wrap=True, markup=False)
    if is_now and fact.proposed:
        console.print(
            f"  It counts as {fact.status} until the office decides: buendnisbus members confirm {fact.id} passive",
            soft_wrap=True,
        )
    elif found["status"] != fact.status:
        console.print(f"  It counts as {fact.status} today.")


def _pause(text: str | None) -> str | None:
    """The end of a break as a contract takes it; an empty text ends the break."""
    return office.day(text, "--paused-until") if text else text


def _row(fact: OrganisationFact) -> dict[str, Any]:
    activity = fact.activity if fact.status in ("active", "passive") else None
    return {
        "id": fact.id,
        "name": fact.name,
        "status": fact.status,
        "proposed": fact.proposed,
        "since": fact.admission.on if fact.admission else fact.applied_on,
        "active until": activity.until if activity else None,
    }


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return "; ".join(f"{name} {_shown(one)}" for name, one in value.items() if one not in (None, [], ""))
    return str(value)
