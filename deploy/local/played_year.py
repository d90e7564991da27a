"""``python -m deploy.local.played_year NOW``: the demo's year of requests and worries, lived through in seconds.

Its decisions are those of the service referrals, in its database, by a clock of its own (``LOCAL_CLOCK_FILE``) that is
moved from one happening to the next: so promises run out, and facts carry the times at which all of it happened.
``NOW``: RFC 3339, where the year ends. All of it is one transaction: nobody sees half a year.
"""

import asyncio
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from deploy.local.clock import move_clock
from deploy.local.example_requests import Data, Happening, ids_of, year_of
from services.referrals import handlers, timers
from services.referrals.domain.state import AGGREGATES, StoredConcern, StoredReferral
from services.referrals.handlers import Alliance
from services.referrals.networks import KnownNetworks
from services.referrals.rules import read_rules
from services.referrals.settings import Settings
from shared import db
from shared.aggregates import store
from shared.contracts.requests import Problem
from shared.places import places
from shared.routing.rules import rules
from shared.vocabulary import vocabulary

_DATA: Final = Path(__file__).parent / "data"
_LOOKS_AT: Final = time(0, 1)


def read_examples() -> Data:
    """The examples as they stand in ``deploy/local/data``."""
    return {
        **tomllib.loads((_DATA / "referrals.toml").read_text(encoding="utf-8")),
        **tomllib.loads((_DATA / "concerns.toml").read_text(encoding="utf-8")),
    }


async def play(settings: Settings, clock: Path, now: datetime) -> list[str]:
    """Let the year happen, unless it has; returns what is to be told of it, line by line."""
    zone = ZoneInfo(vocabulary().time_zone)
    year = year_of(read_examples(), now, zone)
    alliance = Alliance(read_rules(settings.rules_file, vocabulary()), places(), KnownNetworks(rules(), places()))
    async with (
        db.create_pool(settings.database_url, name="examples", size=1) as pool,
        db.transaction(pool) as connection,
    ):
        if await _has_happened(connection, ids_of(year)):
            return ["Requests for help and worries: their year has happened already"]
        problems = []
        for at, happening in _with_nights(year, now, zone):
            move_clock(clock, at)
            if happening is None:
                await _look_at_what_is_due(connection, alliance)
            elif problem := await _decide(connection, alliance, happening):
                problems.append(problem)
        return [*await _summary(connection), *map(_told, problems)]


def _with_nights(
    year: Sequence[Happening], now: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, Happening | None]]:
    """What happens in its order, and None each night and in the end: then it is looked what is due by itself."""
    day = year[0].at.astimezone(zone).date()
    nights: list[datetime] = []
    while (night := datetime.combine(day, _LOOKS_AT, zone)) < now:
        nights.append(night)
        day += timedelta(days=1)
    looks = [(night, None) for night in (*nights, now)]
    # At the same moment it is looked first, as it was due before.
    yield from sorted([*looks, *((one.at, one) for one in year)], key=lambda pair: (pair[0], pair[1] is not None))


async def _decide(connection: db.Connection, alliance: Alliance, happening: Happening) -> Problem | None:
    """Decide on one command as the service does; why it was refused, where it was."""
    command = happening.command
    overview, work = await handlers.load(connection, ids_of([happening]), [command], alliance)
    decision = handlers.decisions(overview)[type(command)](work.state, command)
    work.take_over(decision, None)
    await handlers.save(connection, work, overview)
    return decision.problem


async def _look_at_what_is_due(connection: db.Connection, alliance: Alliance) -> None:
    await timers.keep_promises(connection, alliance)
    await timers.refer_waiting(connection, alliance)
    await timers.count_week(connection, alliance)
    await timers.forget_words(connection, alliance)


async def _has_happened(connection: db.Connection, ids: set[str]) -> bool:
    known = await store.tables_of(connection, AGGREGATES, ids)
    return bool(known or await store.known_erased(connection, ids))


async def _summary(connection: db.Connection) -> list[str]:
    """How many requests there are now, by state, and how many worries."""
    requests = await store.read_all(connection, AGGREGATES, StoredReferral)
    worries = await store.read_all(connection, AGGREGATES, StoredConcern)
    states = ", ".join(f"{number} {state}" for state, number in sorted(Counter(one.state for one in requests).items()))
    return [f"Requests for help of a year: {states}", f"Worries of a year: {len(worries)}"]


def _told(problem: Problem) -> str:
    details = "; ".join(f"{error.field} {error.detail}" for error in problem.errors)
    return f"An example was refused: {problem.title} ({details})"


if __name__ == "__main__":
    for line in asyncio.run(
        play(Settings(), Path(os.environ["LOCAL_CLOCK_FILE"]), datetime.fromisoformat(sys.argv[1]))
    ):
        print(line)
