"""``routing``: decisions a second by the index of networks, beside a plain scan of all of them by the same rules, and
beside one SQL query in the platform's PostgreSQL."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from statistics import median
from typing import Any

import asyncpg
import psutil

from deploy.local.platform import Platform
from shared.places import Place, Places, places
from shared.routing.directory import Directory
from shared.routing.network import Kind, Load, Network, Wanted
from shared.routing.rules import rules
from tests.benchmarks.pairs import in_pairs, summary
from tests.benchmarks.routing_sql import BySql
from tests.integration.workbench import throw_away
from tests.support.region import rows_of_germany
from tests.unit.routing.plain import chosen

TODAY = date(2026, 12, 2)
TOPICS = ("integration", "demokratie", "weiterbildung", "flucht-und-asyl", "antidiskriminierung", "buergerbeteiligung")
KINDS: tuple[Kind, ...] = ("offer-help", "seek-help", "question")
DISTRICT = 60
COUNTRY = 10_775, 100_000
DECISIONS = 2_000
SAMPLES = 200  # of which the query takes a good while, and which both decide alike
ROUNDS = 3

Decide = Callable[[Wanted], Awaitable[list[str]]]


async def measure(platform: Platform) -> dict[str, Any]:
    """For one district and, as ``variants``, for a whole country: the ratio to a scan and to SQL, what the index takes
    to be built, and its memory. Each in a process of its own, so that the memory is that of the index."""
    found = []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        loop = asyncio.get_running_loop()
        for country, scanned in ((False, 1_000), (True, 2)):
            async with throw_away(platform.postgres.admin_url, platform.database_url("referrals")) as url:
                found.append(await loop.run_in_executor(pool, _in_a_process, country, scanned, url))
    district, whole = found
    return {**district, "variants": {"country": whole}}


def _in_a_process(country: bool, scanned: int, url: str) -> dict[str, Any]:
    return asyncio.run(_compare(_country() if country else places(), COUNTRY[1] if country else DISTRICT, scanned, url))


async def _compare(known: Places, count: int, scanned: int, url: str) -> dict[str, Any]:
    chance = random.Random(11)
    networks = [_network(f"network-{number}", known, chance) for number in range(count)]
    loads = {one.id: _load(one, chance) for one in networks}
    requests = [_request(str(number), known, chance) for number in range(DECISIONS)]
    empty, began = psutil.Process().memory_info().rss, time.perf_counter()
    directory = Directory(rules(), known)
    for network in networks:
        directory.put(network)
    built, size = time.perf_counter() - began, psutil.Process().memory_info().rss - empty

    async def by_index(wanted: Wanted) -> list[str]:
        return [one.network.id for one in directory.candidates(wanted, loads, TODAY, most=1)]

    async def by_scan(wanted: Wanted) -> list[str]:
        return chosen(networks, wanted, loads, TODAY, rules(), known, directory.surroundings)[:1]

    connection = await asyncpg.connect(url)
    by_sql = BySql(connection, TODAY)
    await by_sql.fill(networks, loads, rules(), known)
    for number, wanted in enumerate(requests[:SAMPLES]):
        asked = await by_index(wanted)
        assert asked == await by_sql(wanted), "index and query decide alike"
        assert number >= scanned or asked == await by_scan(wanted), "index and scan decide alike"
    ours = partial(_per_second, by_index, requests)
    with_scan = await in_pairs(ours, partial(_per_second, by_scan, requests[:scanned]), ROUNDS)
    with_sql = await in_pairs(ours, partial(_per_second, by_sql, requests[:SAMPLES]), ROUNDS)
    await connection.close()
    return {
        **summary(with_scan, "decisions"),
        "bare_per_second": round(median(bare for _, bare in with_scan), 2),
        "to_sql": round(median(index / sql for index, sql in with_sql), 1),
        "sql_per_second": round(median(sql for _, sql in with_sql)),
        "built_s": round(built, 2),
        "megabytes": round(size / 2**20),
    }


async def _per_second(decide: Decide, requests: Sequence[Wanted]) -> float:
    began = time.perf_counter()
    for wanted in requests:
        await decide(wanted)
    return len(requests) / (time.perf_counter() - began)


def _country() -> Places:
    """The municipalities of Germany, or, without the region folder, as many, spread over as large an area."""
    known = {row["ags"]: row for row in rows_of_germany() or ()}
    if known:
        return Places(
            (Place(ags, row["municipality"], (), float(row["latitude"]), float(row["longitude"])), ())
            for ags, row in sorted(known.items())
        )
    chance = random.Random(7)
    rows = []
    for number in range(COUNTRY[0]):
        ags = f"{1 + number % 16:02}{number // 16 % 30:03}{number // 480 + 1:03}"
        place = Place(ags, f"Ort {number}", (), chance.uniform(47.3, 55.0), chance.uniform(5.9, 15.0))
        rows.append((place, ()))
    return Places(rows)


def _network(id_: str, known: Places, chance: random.Random) -> Network:
    """Most name municipalities next to each other in the list, some a circle, few a district or nothing."""
    first = chance.randrange(len(known.items))
    towns = tuple(place.ags for place in known.items[first : first + chance.randint(1, 4)])
    form = chance.random()
    return Network(
        id=id_,
        name=id_,
        takes=frozenset(KINDS),
        municipalities=towns if form < 0.8 else (),
        around=((towns[0], chance.uniform(3, 20)),) if 0.7 < form < 0.95 else (),
        districts=(towns[0][:5],) if 0.95 <= form < 0.999 else (),
        topics=frozenset(chance.sample(TOPICS, 2)),
        languages=frozenset(("de", *chance.sample(("ar", "uk", "fa"), 1))),
        capacity=chance.randint(1, 8),
    )


def _load(network: Network, chance: random.Random) -> Load:
    """No two were last asked at the same time, as far as chance goes."""
    asked = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=chance.randrange(300 * 86_400 * 10**6))
    return Load(open=chance.randint(0, network.capacity or 0), last_asked=asked)


def _request(seed: str, known: Places, chance: random.Random) -> Wanted:
    return Wanted(
        kind=chance.choice(KINDS),
        ags=chance.choice(known.items).ags,
        topics=frozenset(chance.sample(TOPICS, 1)),
        languages=frozenset(("de",)),
        seed=seed,
    )
