"""Which networks could be asked instead, by the same rules as the service's, and which coming events may suit."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import orjson

from services.gateway.common.context import Context
from services.gateway.common.documents import Document
from services.gateway.common.times import today
from services.gateway.referrals import event_store
from services.gateway.referrals.coming import RADIUS_KM, best
from shared import db
from shared.circle import Circle
from shared.clock import utc_now
from shared.contracts.referrals.facts import ReferralFact
from shared.places import places
from shared.routing.directory import Candidate
from shared.routing.network import Wanted
from shared.routing.referrals import wanted_of

_MOST: Final = 5
_MOST_OTHERS: Final = 20
_MOST_EVENTS: Final = 200
_AHEAD: Final = timedelta(days=90)


async def candidates(parts: Context, fact: Document) -> list[Candidate]:
    """Who would be asked next, the best first."""
    directory = await parts.networks.current(parts.pool)
    return directory.candidates(_wanted(fact), parts.networks.loads, today(), most=_MOST)


async def alternatives(parts: Context, fact: Document) -> list[Candidate]:
    """The nearest networks elsewhere, where nobody fits; none where somebody is asked."""
    if fact["state"] not in ("waiting", "escalated"):
        return []
    directory = await parts.networks.current(parts.pool)
    return directory.elsewhere(_wanted(fact), today(), most=_MOST)


async def others(parts: Context, fact: Document) -> list[Document]:
    """To whom a request can be handed on: id and name, the best first. Of multipliers nobody knows the others."""
    if fact["kind"] == "moderator":
        return []
    wanted = _wanted(fact)
    directory = await parts.networks.current(parts.pool)
    found = [
        *directory.candidates(wanted, parts.networks.loads, today(), most=_MOST_OTHERS),
        *directory.elsewhere(wanted, today(), most=_MOST_OTHERS),
    ]
    names = {one.network.id: one.network.name for one in found if one.network.id != fact["network"]}
    return [{"id": id_, "name": name} for id_, name in names.items()][:_MOST_OTHERS]


async def coming_events(parts: Context, ags: str, topics: Sequence[str]) -> list[Document]:
    """Events around a municipality within three months, the best first; none where it is not known here."""
    place = places().by_ags(ags)
    if place is None:
        return []
    around, now = Circle(place.latitude, place.longitude, RADIUS_KM), utc_now()
    async with db.reading(parts.pool) as connection:
        rows = await event_store.list_coming(
            connection, within=around, topics=topics, since=now, before=now + _AHEAD, most=_MOST_EVENTS
        )
    return best(rows, around, topics)


def _wanted(fact: Document) -> Wanted:
    """What is looked for instead of the network that is asked."""
    return wanted_of(ReferralFact.model_validate_json(orjson.dumps(fact)), fact["network"])
