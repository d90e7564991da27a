"""A member's year: what it brought to the alliance, collected from the views."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from services.gateway.common.documents import Document
from services.gateway.common.views import store
from services.gateway.members import year_store
from shared.db import Connection
from shared.discretion import SHOWN_FROM
from shared.places import Places, places
from shared.vocabulary import vocabulary

FIRST, LAST = 2000, 2200
"""The years that can be asked for."""


async def year_of(
    connection: Connection, organisation: str, year: int, now: datetime, *, is_own: bool = False
) -> Document | None:
    """The year of a member as ``GET /v1/members/{id}/years/{year}`` shows it; None where there is no such member.

    Events count up to ``now``. ``is_own``: as the member itself and the office see it, also where the public directory
    does not show it.
    """
    read = store.read_fact if is_own else store.read_public
    text = await read(connection, "organisation", organisation)
    fact = orjson.loads(text) if text else {}
    if fact.get("status") not in ("active", "passive") or not FIRST <= year <= LAST:
        return None
    zone = ZoneInfo(vocabulary().time_zone)
    begin, end = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    meetings = await year_store.meetings(connection, organisation, begin, end)
    contributions = await year_store.contributions(connection, organisation, begin, end)
    events = await year_store.events(connection, organisation, begin, min(end, max(begin, now)))
    return {
        "organisation": {"id": organisation, "name": fact["name"]},
        "year": year,
        "meetings": [
            {**{name: row[name] for name in ("id", "title", "kind")}, "on": row["starts_at"][:10]}
            | {"presence": row["presence"]}
            for row in meetings
        ],
        "contributions": [dict(row) for row in contributions],
        "events": _events(events, zone, places()),
        "referrals": _referrals(fact, year, is_own=is_own),
        "thanks": next((thanks["text"] for thanks in fact["thanks"] if thanks["year"] == year), None),
    }


def _events(rows: Sequence[Any], zone: ZoneInfo, known: Places) -> Document:
    towns = {_town(ags, name, known) for row in rows for ags, name in orjson.loads(row["towns"])}
    return {
        "events": len(rows),
        "times": sum(row["times"] for row in rows),
        "municipalities": sorted(town for town in towns if town),
        "topics": sorted({topic for row in rows for topic in orjson.loads(row["topics"])}),
        "items": [
            {
                "id": row["id"],
                "title": row["title"],
                "first": row["first"].astimezone(zone).isoformat(),
                "times": row["times"],
            }
            for row in rows
        ],
    }


def _referrals(fact: Document, year: int, *, is_own: bool) -> Document:
    """How many requests the member answered; everyone else hears no number that could tell of single people."""
    # Facts from before they were counted do not have it.
    found: Document = next((one for one in fact.get("referrals", ()) if one["year"] == year), {})
    numbers = {name: found.get(name, 0) for name in ("accepted", "in_time")}
    return {name: number if is_own or not 0 < number < SHOWN_FROM else None for name, number in numbers.items()}


def _town(ags: str | None, name: str | None, known: Places) -> str | None:
    """What a municipality is called, the same however it was written; None online."""
    place = known.by_ags(ags) if ags else None
    return place.name if place else name
