"""What the office's commands about members share: reading their database, finding what is meant there."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterable, Mapping
from functools import partial
from typing import Annotated, Any, TypeVar

import typer

from services.members.cli import list_meetings, list_organisations, list_people
from services.members.settings import Settings
from shared.commands import office
from shared.commands.office import day, find, municipality, only
from shared.commands.show import fail
from shared.contracts.base import Explanation
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.members.people import PersonFact

T = TypeVar("T")

Organisation = Annotated[str, typer.Argument(help="Id of the organisation: its slug.", metavar="ORGANISATION")]
MeetingId = Annotated[
    str, typer.Argument(help="Id of the meeting, the beginning of it, or its date: 2026-12-03.", metavar="MEETING")
]
PersonId = Annotated[
    str, typer.Argument(help="Id of the person, the beginning of it, or the e-mail address.", metavar="PERSON")
]
OnDay = Annotated[str | None, typer.Option("--on", help="Day, such as 2026-12-03 or 3.12.2026; default today.")]

send = partial(office.send, "members")
"""Send the service members a command; see ``office.send``."""


def read(reader: Callable[[Settings], Coroutine[Any, Any, T]]) -> T:
    """What ``reader`` finds in the members' database."""
    return asyncio.run(reader(Settings()))


def find_organisation(organisation: str) -> OrganisationFact:
    """The organisation with this slug.

    Raises:
        typer.Exit: there is none.
    """
    wanted = organisation.strip().lower()
    found = [one for one in read(list_organisations) if one.id == wanted]
    return only(found, "organisation", "buendnisbus members list")


def find_meeting(text: str) -> MeetingFact:
    """The meeting that somebody means by an id, the beginning of one, or a date.

    Raises:
        typer.Exit: there is none, or there are several.
    """
    meetings, see = read(list_meetings), "buendnisbus members meetings list"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}|\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}", text.strip()):
        wanted = day(text, "MEETING") or ""
        return only([one for one in meetings if one.starts_at[:10] == wanted], "meeting", see)
    return find(meetings, text, "meeting", see)


def find_person(text: str) -> PersonFact:
    """The person that somebody means by an id, the beginning of one, or an e-mail address.

    Raises:
        typer.Exit: there is nobody, or there are several.
    """
    people, see = read(list_people), "buendnisbus members people list"
    if "@" in text:
        wanted = text.strip().casefold()
        return only([one for one in people if (one.email or "").casefold() == wanted], "person", see)
    return find(people, text, "person", see)


def person_id(text: str | None) -> str | None:
    """The id of the person that is meant; None stays so; errors as ``find_person``."""
    return find_person(text).id if text else None


def meeting_id(text: str | None) -> str | None:
    """The id of the meeting that is meant; None stays so; errors as ``find_meeting``."""
    return find_meeting(text).id if text else None


def area(
    municipalities: list[str] | None, districts: list[str] | None, around: list[str] | None, old: Mapping[str, Any]
) -> dict[str, object] | None:
    """The area that the options describe, the rest of it as it was; None: none of them was given."""
    if municipalities is None and districts is None and around is None:
        return None
    new: dict[str, object] = dict(old)
    if municipalities is not None:
        new["municipalities"] = [municipality(text) for text in municipalities if text]
    if districts is not None:
        new["districts"] = [text for text in districts if text]
    if around is not None:
        new["around"] = [_circle(text) for text in around if text]
    return new


def _circle(text: str) -> dict[str, object]:
    found = re.fullmatch(r"(.+?)[\s:]+(\d{1,3}(?:[.,]\d+)?)\s*(?:km)?", text.strip())
    if found is None:
        raise fail("--around: a place and kilometres, such as 08056:15 or “Zwickau 15 km”", 2)
    return {"ags": municipality(found[1], "--around"), "radius_km": float(found[2].replace(",", "."))}


def sentences(explanations: Iterable[Explanation]) -> list[str]:
    """The sentences of explanations."""
    return [one.detail for one in explanations]
