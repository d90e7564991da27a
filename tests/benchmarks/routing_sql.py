"""The same decision by one SQL query, over tables with an index for each way of being near.

It is written for the default rules. What equals are dealt out by, a hash, is left out: no two of the networks that are
measured were last asked at the same time, so that nothing is equal.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import asyncpg

from shared.places import Places
from shared.routing.network import Load, Network, Wanted
from shared.routing.rules import Rules
from shared.routing.surroundings import Surroundings

_TABLES = """
    create table network (
        id text primary key, takes text[] not null, topics text[] not null, languages text[] not null,
        capacity int not null, paused_until date, open int not null, last_asked timestamptz
    );
    create table naming (ags text not null, network text not null);
    create table circling (ags text not null, network text not null);
    create table by_district (district text not null, network text not null);
    create table everywhere (network text not null);
    create table neighbour (ags text not null, other text not null, km float8 not null);
"""
_INDEXES = """
    create index on naming (ags) include (network);
    create index on circling (ags) include (network);
    create index on by_district (district) include (network);
    create index on neighbour (ags) include (other, km);
"""
_NEAR = (
    "select network, 0.0 as km from naming where ags = $1",
    "select network, 0.0 as km from circling where ags = $1",
    "select network, 0.0 as km from by_district where district = left($1, 5)",
    "select network, km from neighbour join naming on naming.ags = other where neighbour.ags = $1",
    "select network, 0.0 as km from everywhere",
)
_STEP = """
    (select id from ({near}) as near join network on id = network
    where $2 = any(takes) and not id = any($3::text[])
        and (paused_until is null or paused_until < $4)
        and (cardinality($5::text[]) = 0 or cardinality(topics) = 0 or topics && $5)
        and (cardinality($6::text[]) = 0 or languages && $6)
        and open < capacity
    order by km,
        cardinality(array(select unnest(topics) intersect select unnest($5))) desc,
        cardinality(array(select unnest(languages) intersect select unnest($6))) desc,
        open::float8 / capacity, last_asked nulls first
    limit 1)
"""
# One step after the other, and none more once somebody was found: without parallel workers Append does just that.
_QUERY = " union all ".join(_STEP.format(near=near) for near in _NEAR) + " limit 1"


class BySql:
    """The networks in the database of ``connection``, which is empty before."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", today: date) -> None:
        self._connection = connection
        self._today = today
        self._query: Any = None

    async def fill(self, networks: Sequence[Network], loads: Mapping[str, Load], rules: Rules, known: Places) -> None:
        """Copy everything, index it, and let the planner know."""
        around = Surroundings(known)
        copy = self._connection.copy_records_to_table
        await self._connection.execute(_TABLES)
        await copy("network", records=[_row(one, loads[one.id], rules) for one in networks])
        await copy("naming", records=[(ags, one.id) for one in networks for ags in one.municipalities])
        circling = {(ags, one.id) for one in networks for middle, km in one.around for ags in around.within(middle, km)}
        await copy("circling", records=circling)
        await copy("by_district", records=[(district, one.id) for one in networks for district in one.districts])
        await copy("everywhere", records=[(one.id,) for one in networks if one.has_no_area])
        neighbours = [
            (place.ags, other, km)
            for place in known.items
            for other, km in around.neighbours(place.ags, rules.neighbour_km)
        ]
        await copy("neighbour", records=neighbours)
        await self._connection.execute(_INDEXES)
        await self._connection.execute("analyze")
        # Planned once: planning takes longer than looking.
        await self._connection.execute(
            "set max_parallel_workers_per_gather = 0; set plan_cache_mode = force_generic_plan"
        )
        self._query = await self._connection.prepare(_QUERY)

    async def __call__(self, wanted: Wanted) -> list[str]:
        """The id of the network that is asked; none where none fits."""
        parameters = (list(wanted.excluded), self._today, list(wanted.topics), list(wanted.languages))
        found = await self._query.fetchval(wanted.ags, wanted.kind, *parameters)
        return [found] if found is not None else []


def _row(network: Network, load: Load, rules: Rules) -> tuple[Any, ...]:
    return (
        *(network.id, sorted(network.takes), sorted(network.topics), sorted(network.languages or {rules.language})),
        rules.capacity if network.capacity is None else network.capacity,
        *(network.paused_until, load.open, load.last_asked),
    )
