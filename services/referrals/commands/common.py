"""What the office's commands about requests and worries share: reading their database, finding what is meant."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final, TypeVar
from zoneinfo import ZoneInfo

import typer

from services.referrals.cli import list_concerns, list_requests, read_request
from services.referrals.domain.state import AGGREGATES, StoredConcern, StoredReferral
from services.referrals.settings import Settings
from shared.commands import office
from shared.commands.office import find
from shared.commands.show import console, fail
from shared.contracts.base import Contract
from shared.places import places
from shared.vocabulary import vocabulary

T = TypeVar("T")

RequestId = Annotated[str, typer.Argument(help="Id of the request, or the beginning of it.", metavar="REQUEST")]
ConcernId = Annotated[str, typer.Argument(help="Id of the worry, or the beginning of it.", metavar="WORRY")]
LIST: Final = "buendnisbus referrals list --all"

send = partial(office.send, "referrals")
"""Send the service referrals a command; see ``office.send``."""


def read(reader: Callable[[Settings], Coroutine[Any, Any, T]]) -> T:
    """What ``reader`` finds in the database of referrals."""
    return asyncio.run(reader(Settings()))


def find_request(text: str) -> StoredReferral:
    """The request that somebody means by an id, or the beginning of one.

    Raises:
        typer.Exit: there is none, or there are several.
    """
    return find(read(list_requests), text, "request", LIST)


def find_concern(text: str) -> StoredConcern:
    """The worry that somebody means by an id, or the beginning of one.

    Raises:
        typer.Exit: there is none, or there are several.
    """
    return find(read(list_concerns), text, "worry", "buendnisbus referrals concerns list")


def send_about(kind: str, data: Contract, sentence: str, *, as_json: bool) -> None:
    """Send a command about one request, and tell what was done and how that stands now."""
    outcome = send(kind, data, sentence, as_json=as_json)
    now = None if as_json else read(partial(read_request, id_=outcome.aggregate or ""))
    if now is not None:
        console.print(f"  {standing(now.fact)}", soft_wrap=True, markup=False)


def standing(fact: StoredReferral) -> str:
    """How a request stands, in one line."""
    who = f", {fact.network}" if fact.network else ""
    until = f", promised until {local(fact.due)}" if fact.due else ""
    return f"{fact.id}: {fact.state}{who}{until}"


def public(fact: StoredReferral | StoredConcern) -> dict[str, Any]:
    """What readers of facts get of it, too: nothing of what is kept beside it, such as who counts as one sender."""
    return fact.model_dump(mode="json", include=set(AGGREGATES[type(fact)].public.model_fields))


def local(moment: str | None) -> str:
    """A moment of a fact as people where the alliance lives write it, to the minute; nothing where there is none."""
    if moment is None:
        return ""
    return f"{datetime.fromisoformat(moment).astimezone(ZoneInfo(vocabulary().time_zone)):%Y-%m-%d %H:%M}"


def place_name(ags: str) -> str:
    """What a municipality is called; its key where it is not known any more."""
    place = places().by_ags(ags)
    return place.name if place else ags


def topics(texts: list[str] | None) -> list[str]:
    """Topics of the vocabulary as they are given by slug or by label.

    Raises:
        typer.Exit: 2, one of them is none.
    """
    known = vocabulary().topics
    by_name = {name.casefold(): slug for slug, labels in known.items() for name in (slug, *labels.values())}
    found = [by_name.get(text.strip().casefold(), "") for text in texts or ()]
    if not all(found):
        raise fail(f"--topic: one of {', '.join(known)}", 2)
    return found
