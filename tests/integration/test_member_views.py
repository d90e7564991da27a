"""The gateway's views of members on a real database: the newest stays, erasures stay, large replays are quick."""

import itertools
import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.platform import Platform
from deploy.migrate import migrate
from services.gateway.common.places.areas import keys_of
from services.gateway.common.requests import store as requests_store
from services.gateway.common.views import store as views_store
from services.gateway.meetings import store as meetings_store
from services.gateway.members import latest_store
from services.gateway.members import store as members_store
from services.gateway.members.store import MemberFilter
from services.gateway.members.years import year_of
from shared import db
from shared.contracts.base import Contract
from shared.contracts.requests import Outcome
from shared.newest import keep_newest, newest
from shared.places import places
from shared.topics import EVENTS_COMMANDS, MEMBERS_COMMANDS
from tests.integration.test_list_at_scale import Explained
from tests.integration.workbench import throw_away
from tests.support import facts
from tests.support import member_facts as told
from tests.support.laws import examples
from tests.support.member_facts import project
from tests.support.occurrences import fill

NOW = datetime(2031, 6, 1, tzinfo=UTC)
EARLIER, LATER = "2030-11-30T10:00:00.000Z", "2030-12-02T10:00:00.000Z"


@pytest.fixture(scope="module")
async def tables(platform: Platform) -> AsyncIterator[str]:
    """A database with the tables of the gateway, to be copied."""
    async with throw_away(platform.postgres.admin_url, platform.database_url("gateway")) as url:
        migrate("gateway", url)
        yield url.rpartition("/")[2]


@pytest.fixture
async def pool(platform: Platform, tables: str) -> AsyncIterator[db.Pool]:
    """A pool on a fresh database of a gateway."""
    async with (
        throw_away(platform.postgres.admin_url, platform.database_url("gateway"), tables) as url,
        db.create_pool(url, name="test", size=4) as pool,
    ):
        yield pool


async def store(pool: db.Pool, *batch: Any) -> None:
    """One batch, committed."""
    async with db.transaction(pool) as connection:
        await project(connection, *batch)


async def read(pool: db.Pool, kind: Any, id_: str) -> dict[str, Any] | None:
    """A fact as the view has it."""
    async with db.reading(pool) as connection:
        text = await views_store.read_fact(connection, kind, id_)
    found: dict[str, Any] | None = orjson.loads(text) if text else None
    return found


async def read_person(pool: db.Pool, id_: str) -> dict[str, Any] | None:
    """A person as the view has it."""
    async with db.reading(pool) as connection:
        text = await views_store.read_private(connection, "person", id_)
    found: dict[str, Any] | None = orjson.loads(text) if text else None
    return found


async def listed(pool: db.Pool, **wanted: Any) -> list[str]:
    """Ids of the organisations that are listed, in their order."""
    async with db.reading(pool) as connection:
        return [row["id"] for row in await members_store.list_members(connection, MemberFilter(**wanted), 100)]


async def test_the_newest_version_of_each_kind_stays_whatever_comes_after(pool: db.Pool) -> None:
    one = str(uuid4())
    # A meeting and a contribution under the same id are two things.
    await store(pool, told.meeting(one, 2), told.contribution(one, 5), told.meeting(one, 3), told.organisation())
    await store(pool, told.meeting(one, 1), told.contribution(one, 4), told.organisation("verein", 2, name="Neu"))

    meeting, contribution, verein = [
        await read(pool, kind, id_)
        for kind, id_ in (("meeting", one), ("contribution", one), ("organisation", "verein"))
    ]
    assert meeting is not None
    assert contribution is not None
    assert verein is not None
    assert (meeting["version"], contribution["version"], verein["name"]) == (3, 5, "Neu")


@given(st.permutations(range(1, 7)), st.sets(st.integers(1, 5)))
@examples(30)
def test_order_and_batches_make_no_difference_among_versions(order: list[int], cuts: set[int]) -> None:

    kept: dict[str, Any] = {}
    for begin, end in itertools.pairwise([0, *sorted(cuts), len(order)]):
        for fact in newest([told.organisation(version=version) for version in order[begin:end]]):
            keep_newest(kept, fact.id, fact)
    assert kept["verein"].version == 6


async def test_who_took_part_follows_the_newest_record_of_a_held_meeting(pool: db.Pool) -> None:
    one, other = str(uuid4()), str(uuid4())
    await store(
        pool,
        told.meeting(one, attendance={"verein": "present", "chor": "absent"}),
        told.meeting(other, status="cancelled", attendance={"verein": "present"}),
    )
    await store(
        pool, told.meeting(one, 3, attendance={"chor": "online"}), told.organisation(), told.organisation("chor")
    )
    await store(pool, told.meeting(one, 2, attendance={"verein": "present"}))

    async with db.reading(pool) as connection:
        rows = await connection.fetch(
            "select organisation, presence from attendance where meeting = any($1)", [one, other]
        )
        verein = await year_of(connection, "verein", 2031, NOW)
        chor = await year_of(connection, "chor", 2031, NOW)
    assert [tuple(row) for row in rows] == [("chor", "online")]
    assert verein is not None
    assert chor is not None
    assert verein["meetings"] == []
    assert chor["meetings"] == [
        {"id": one, "title": "Sitzung 3", "kind": "session", "on": "2031-03-04", "presence": "online"}
    ]


async def test_an_erased_person_is_gone_and_no_older_record_brings_it_back(pool: db.Pool) -> None:
    mika, other = told.person(), told.person(name="Toni Test")
    await store(pool, mika, other)
    await store(pool, told.erasure(mika.id))
    await store(pool, mika, told.person(mika.id, 7, updated_at=EARLIER))

    assert await read_person(pool, mika.id) is None
    assert await read_person(pool, other.id) is not None
    async with db.reading(pool) as connection:
        rows = await connection.fetch("select * from erased")
        everything = [
            str(list(row.values()))
            for table in ("private_fact", "erased", "member_fact")
            for row in await connection.fetch(f"select * from {table}")
        ]
    assert [(row["kind"], row["id"]) for row in rows] == [("person", mika.id)]
    assert not [text for text in everything if "Mika" in text]


async def test_of_a_record_and_an_erasure_in_one_batch_the_later_one_wins(pool: db.Pool) -> None:
    gone, back = told.person(), told.person()
    await store(
        pool, gone, told.erasure(gone.id), back, told.erasure(back.id), told.person(back.id, 2, updated_at=LATER)
    )

    assert await read_person(pool, gone.id) is None
    kept = await read_person(pool, back.id)
    assert kept is not None
    assert kept["version"] == 2


async def test_a_clock_that_was_behind_does_not_bring_an_erased_person_back(pool: db.Pool) -> None:
    ahead = told.person(updated_at=LATER)
    await store(pool, ahead)
    await store(pool, told.erasure(ahead.id))
    await store(pool, ahead)

    assert await read_person(pool, ahead.id) is None


async def test_an_erased_multiplier_is_gone_and_a_person_of_the_same_id_is_not_touched(pool: db.Pool) -> None:
    one = told.multiplier()
    await store(pool, one, told.person(one.id))
    await store(pool, told.erasure(one.id, private=False))
    await store(pool, one)

    assert await read(pool, "multiplier", one.id) is None
    assert await read_person(pool, one.id) is not None


async def test_the_directory_lists_members_that_want_it_by_name_and_finds_them_by_area(pool: db.Pool) -> None:
    await store(
        pool,
        told.organisation("werdau", name="Zum Markt", areas={"municipalities": ["14524320"]}, topics=["demokratie"]),
        told.organisation("kreis", name="der Kreis", areas={"districts": ["14524"]}, topics=["integration"]),
        told.organisation(
            "runde", name="Anger", areas={"around": [{"ags": "14524330", "radius_km": 3}]}, status="passive"
        ),
        told.organisation("heimlich", name="Heimlich", listed=False),
        told.organisation("fort", name="Fort", status="left"),
        told.organisation("neu", name="Neu", status="applied"),
    )

    assert await listed(pool) == ["runde", "kreis", "werdau"]
    assert await listed(pool, keys=tuple(keys_of("14524330"))) == ["runde", "kreis"]
    assert await listed(pool, keys=tuple(keys_of("14524320"))) == ["kreis", "werdau"]
    assert await listed(pool, keys=tuple(keys_of("14521010"))) == []
    assert await listed(pool, topics=("integration", "demokratie"), statuses=("active",)) == ["kreis", "werdau"]
    assert await listed(pool, words="MARKT") == ["werdau"]
    assert await listed(pool, after=("anger", "runde")) == ["kreis", "werdau"]
    assert await listed(pool, everyone=True, statuses=("applied", "left")) == ["fort", "neu"]


async def test_a_year_holds_what_counts_and_events_up_to_now(pool: db.Pool) -> None:
    thanks = [{"year": 2031, "on": "2031-05-30", "text": "Danke!"}]
    place = {"ags": "14524330", "municipality": "zwickau, stadt"}
    event = facts.event_fact(
        place=place,
        topics=("integration",),
        occurrences=[
            {"occurrence_id": "a", "starts_at": "2031-03-04T16:00:00+01:00", "ends_at": None, "status": "scheduled"},
            {"occurrence_id": "b", "starts_at": "2031-04-04T16:00:00+02:00", "ends_at": None, "status": "cancelled"},
            {"occurrence_id": "c", "starts_at": "2031-05-04T16:00:00+02:00", "ends_at": None, "status": "scheduled"},
            {"occurrence_id": "d", "starts_at": "2031-07-04T16:00:00+02:00", "ends_at": None, "status": "scheduled"},
        ],
    )
    async with db.transaction(pool) as connection:
        await facts.project(connection, event, facts.event_fact(visibility="waiting"))
    await store(
        pool,
        told.organisation(thanks=thanks, referrals=[{"year": 2031, "accepted": 6, "in_time": 0}]),
        # New Year's Eve in the alliance's zone is in UTC a day before the year begins.
        told.contribution("6b1f0c9e-0000-4000-8000-000000000001", on="2031-01-01", title="Neujahr"),
        told.contribution(on="2030-12-31"),
        told.contribution(status="reported"),
        told.contribution(organisation="chor"),
        told.meeting(attendance={"verein": "excused"}),
    )

    async with db.reading(pool) as connection:
        year = await year_of(connection, "verein", 2031, NOW)
        assert await year_of(connection, "unbekannt", 2031, NOW) is None

    assert year == {
        "organisation": {"id": "verein", "name": "Verein"},
        "year": 2031,
        "meetings": [],
        "contributions": [
            {
                "id": "6b1f0c9e-0000-4000-8000-000000000001",
                "title": "Neujahr",
                "kind": "content",
                "on": "2031-01-01",
            }
        ],
        "events": {
            "events": 1,
            "times": 2,
            "municipalities": ["Zwickau"],
            "topics": ["integration"],
            "items": [{"id": event.id, "title": "Titel 1", "first": "2031-03-04T16:00:00+01:00", "times": 2}],
        },
        "referrals": {"accepted": 6, "in_time": 0},
        "thanks": "Danke!",
    }


async def test_a_number_of_requests_that_could_tell_of_somebody_is_for_the_member_alone(pool: db.Pool) -> None:
    referrals = [{"year": 2030, "accepted": 9, "in_time": 9}, {"year": 2031, "accepted": 4, "in_time": 5}]
    await store(pool, told.organisation(referrals=referrals))

    async def year(number: int, *, is_own: bool) -> Any:
        async with db.reading(pool) as connection:
            found = await year_of(connection, "verein", number, NOW, is_own=is_own)
        assert found is not None
        return found["referrals"]

    assert await year(2031, is_own=False) == {"accepted": None, "in_time": 5}
    assert await year(2031, is_own=True) == {"accepted": 4, "in_time": 5}
    assert await year(2029, is_own=False) == {"accepted": 0, "in_time": 0}


async def test_a_meeting_for_members_alone_counts_in_a_year_without_its_title(pool: db.Pool) -> None:
    await store(
        pool,
        told.organisation(),
        told.meeting(attendance={"verein": "present"}, public=False, title="Streit um die Kasse"),
        told.meeting(attendance={"verein": "online"}, starts_at="2031-05-04T18:00:00+02:00", title="Offene Sitzung"),
    )

    async with db.reading(pool) as connection:
        year = await year_of(connection, "verein", 2031, NOW)

    assert year is not None
    assert [(one["title"], one["on"]) for one in year["meetings"]] == [
        (None, "2031-03-04"),
        ("Offene Sitzung", "2031-05-04"),
    ]


async def test_the_year_of_who_is_not_listed_is_for_itself_alone(pool: db.Pool) -> None:
    await store(pool, told.organisation(listed=False), told.organisation("fort", status="left"))

    async with db.reading(pool) as connection:
        assert await year_of(connection, "verein", 2031, NOW) is None
        assert await year_of(connection, "verein", 2031, NOW, is_own=True) is not None
        assert await year_of(connection, "fort", 2031, NOW, is_own=True) is None


async def ask(connection: db.Connection, topic: str, aggregate: str, outcome: dict[str, Any] | None) -> UUID:
    """A request with its outcome, as far as there is one."""
    id_ = uuid4()
    new = requests_store.NewRequest(id_, topic, "office", "/v1/x", aggregate, None, b"", NOW)
    await requests_store.insert(connection, new)
    if outcome is not None:
        await store_outcome(connection, Outcome(request=str(id_), source=topic, aggregate=aggregate, **outcome))
    return id_


async def store_outcome(connection: db.Connection, outcome: Contract) -> None:
    """An outcome in the view."""
    await project(connection, outcome)


async def status(connection: db.Connection, id_: UUID) -> str:
    """Where a request stands."""
    return (await requests_store.states(connection, [id_]))[id_].status


async def test_a_request_is_done_once_the_view_of_its_own_service_shows_the_version(pool: db.Pool) -> None:
    done: dict[str, Any] = {"result": "changed", "version": 2, "at": "2030-12-01T10:00:00.000Z"}
    mika = told.person()
    async with db.transaction(pool) as connection:
        # The partner of the same id is at version 5 already.
        await connection.execute("insert into partner (id, version, name, active) values ('verein', 5, 'V', true)")
        of_member = await ask(connection, MEMBERS_COMMANDS, "verein", done)
        of_partner = await ask(connection, EVENTS_COMMANDS, "verein", done)
        of_person = await ask(connection, MEMBERS_COMMANDS, mika.id, done)
        refused = await ask(connection, MEMBERS_COMMANDS, "verein", done | {"result": "refused", "version": None})
        assert [await status(connection, id_) for id_ in (of_member, of_partner, of_person, refused)] == [
            *("pending", "done", "pending", "refused")
        ]
        await project(connection, told.organisation(version=1), mika)
        assert await status(connection, of_member) == "pending"
        await project(connection, told.organisation(version=3), told.person(mika.id, 2))
        assert [await status(connection, id_) for id_ in (of_member, of_person)] == ["done", "done"]


async def test_an_erasure_is_done_once_nobody_is_shown_and_stays_so(pool: db.Pool) -> None:
    mika = told.person()
    await store(pool, mika)
    async with db.transaction(pool) as connection:
        kept = await ask(connection, MEMBERS_COMMANDS, mika.id, {"result": "created", "version": 1, "at": told.AT})
        gone = {"result": "withdrawn", "version": None, "at": "2030-12-01T10:00:00.000Z"}
        erased = await ask(connection, MEMBERS_COMMANDS, mika.id, gone)
        assert [await status(connection, id_) for id_ in (kept, erased)] == ["done", "pending"]
        await project(connection, told.erasure(mika.id))
        assert [await status(connection, id_) for id_ in (kept, erased)] == ["done", "done"]


async def test_people_are_listed_by_name_and_by_organisation_without_names_in_cursors(pool: db.Pool) -> None:
    people = [told.person(name=f"Person {number}") for number in range(5)]
    elsewhere = told.person(name="Anders", roles=[{"organisation": "chor", "role": "deputy"}], multiplier="m-1")
    await store(pool, *people, elsewhere, told.organisation(), told.organisation("chor"))

    async with db.reading(pool) as connection:
        first = await members_store.list_people(connection, organisation="verein", words="", after=None, limit=3)
        assert first is not None
        rest = await members_store.list_people(
            connection, organisation="verein", words="person", after=first[-1]["id"], limit=10
        )
        gone = await members_store.list_people(connection, organisation=None, words="", after="nobody", limit=1)
        roles = await members_store.people_of(connection, ["verein", "chor", "niemand"])
        behind = await views_store.people_behind(connection, ["m-1", "m-2"])
    assert rest is not None
    assert [row["id"] for row in (*first, *rest)] == [one.id for one in people]
    assert gone is None
    assert roles["chor"] == [{"id": elsewhere.id, "name": "Anders", "role": "deputy"}]
    assert [one["id"] for one in roles["verein"]] == [one.id for one in people]
    assert behind == {"m-1": {"id": elsewhere.id, "name": "Anders"}}


@pytest.fixture(scope="module")
async def full(platform: Platform, tables: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A view with 5,000 organisations, 20,000 contributions, and 200 meetings of 500 of them each."""
    async with throw_away(platform.postgres.admin_url, platform.database_url("gateway"), tables) as url:
        connection = await asyncpg.connect(url)
        names = [f"verein-{number}" for number in range(5_000)]
        organisations = [
            told.organisation(name, topics=["selten" if number % 1000 == 0 else "integration"])
            for number, name in enumerate(names)
        ]
        contributions = [
            told.contribution(organisation=names[number % 5_000], on=f"{2021 + number // 5_000 % 10}-05-01")
            for number in range(20_000)
        ]
        begin = datetime(2021, 1, 10, 18, tzinfo=UTC)
        meetings = [
            told.meeting(
                starts_at=(begin + timedelta(days=18 * number)).isoformat(),
                attendance=dict.fromkeys(names[number % 10 :: 10], "present"),
                invited=names[number % 10 :: 10],
            )
            for number in range(200)
        ]
        for batch in (organisations, meetings):
            await project(connection, *batch)
        began = time.monotonic()
        for start in range(0, 20_000, 1_000):
            await project(connection, *contributions[start : start + 1_000])
        assert time.monotonic() - began < 20, "a replay is to store thousands of facts a second"
        where = [(place.ags, place.name, place.latitude, place.longitude) for place in places().items]
        await fill(connection, where, events=4_000)
        await connection.execute('update event set document = document || \'{"topics": ["integration"]}\'')
        await connection.execute("vacuum analyze")
        yield connection
        await connection.close()


async def test_the_list_of_members_reads_no_more_than_its_page(full: Any) -> None:
    for wanted in (
        MemberFilter(),
        MemberFilter(after=("verein-2500", "verein-2500")),
        MemberFilter(topics=("selten",)),
    ):
        explained = Explained(full)
        rows = await members_store.list_members(explained, wanted, 51)  # type: ignore[arg-type]
        plan = "\n".join(explained.plans)
        assert rows
        assert "Seq Scan" not in plan, plan
        assert explained.pages < 500, plan


async def test_a_year_is_read_by_indexes(full: Any) -> None:
    explained = Explained(full)

    now = await full.fetchval("select now()")

    year = await year_of(explained, "verein-3", 2024, NOW)  # type: ignore[arg-type]
    latest = await year_of(explained, "verein-3", now.year, now)  # type: ignore[arg-type]

    assert year is not None
    assert latest is not None
    assert len(year["meetings"]) in (2, 3)
    assert [one["on"] for one in year["contributions"]] == ["2024-05-01"]
    assert latest["events"]["events"] > 10
    assert latest["events"]["times"] > latest["events"]["events"]
    assert len(explained.plans) == 2 * 3
    plan = "\n".join(explained.plans)
    assert not re.search(r"Seq Scan on (member_fact|attendance|occurrence)", plan), plan
    assert explained.pages < 5_000, plan


async def test_the_meetings_of_a_calendar_and_the_office_s_lists_are_read_by_indexes(full: Any) -> None:
    explained = Explained(full)

    invited = await meetings_store.meetings_inviting(explained, "verein-3")  # type: ignore[arg-type]
    wanted = meetings_store.MeetingFilter(since=NOW - timedelta(days=300))
    meetings = await meetings_store.list_meetings(explained, wanted, 51)  # type: ignore[arg-type]
    latest = await latest_store.list_by_time(
        explained,  # type: ignore[arg-type]
        "contribution",
        status=None,
        before=None,
        limit=51,
    )

    assert (len(invited), len(latest)) == (20, 51)
    assert [row["at"] for row in meetings] == sorted(row["at"] for row in meetings)
    plan = "\n".join(explained.plans)
    assert "Seq Scan on member_fact" not in plan, plan
