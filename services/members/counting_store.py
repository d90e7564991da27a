"""What is counted for goals and the registry: every SQL statement that only counts."""

from collections.abc import Collection
from datetime import date
from typing import Final

from shared.contracts.members.goals import Counted, CountedReferrals
from shared.db import Connection
from shared.discretion import SHOWN_FROM

_EVENTS: Final = (
    "from event_day join event_seen on event_seen.id = event_day.event"
    " where day between $1 and $2 and ($3::text is null or $3 = any(topics))"
)
# $1 to $3: first and last day, topic. Texts of days compare as days do.
_STATEMENTS: Final = {
    "events": f"select count(distinct event) {_EVENTS}",
    "municipalities": (
        f"select count(distinct place) from (select unnest(municipalities) as place {_EVENTS}) as places"
    ),
    "members": "select count(*) from organisation where status in ('active', 'passive')",
    "active-members": "select count(*) from organisation where status = 'active'",
    "meetings": "select count(*) from meeting where status = 'held' and day between $1::date::text and $2::date::text",
    "attendance": (
        "select round(100.0 * avg(share), 1) from (select count(*) filter"
        " (where a.presence in ('present', 'online'))::numeric / nullif(count(*), 0) as share"
        " from meeting m join organisation o on o.state -> 'admission' ->> 'on' <= m.day"
        " and coalesce(o.state ->> 'left_on', '9999') > m.day"
        " left join attendance a on a.meeting = m.id and a.organisation = o.id"
        " where m.status = 'held' and m.kind <> 'working-group' and m.day between $1::date::text and $2::date::text"
        " group by m.id) as shares"
    ),
    "contributions": (
        "select count(*) from contribution where status = 'confirmed' and day between $1::date::text and $2::date::text"
    ),
    "trainings": (
        "select count(*) from training where state ->> 'status' = 'held'"
        " and left(state ->> 'starts_at', 10) between $1::date::text and $2::date::text"
    ),
    "multipliers": "select count(*) from multiplier where state ->> 'status' in ('available', 'away')",
}
_WITH_TOPIC: Final = ("events", "municipalities")
_AS_OF_NOW: Final = ("members", "active-members", "multipliers")

_ANSWERS: Final = (
    "from referral_answer join referral_seen on referral_seen.id = referral"
    " where day between $1 and $2 and ($3::text is null or $3 = any(topics))"
)
# $1 to $3 as above; $4: how many there must be, so that a number tells of nobody.
_OF_REFERRALS: Final = {
    "accepted": (
        "select case when number >= $4 then number else 0 end"
        f" from (select count(distinct referral) as number {_ANSWERS} and accepted) as numbers"
    ),
    "promises-kept": f"select case when count(*) >= $4 then round(100 * avg(in_time::int), 1) end {_ANSWERS}",
}


async def count(connection: Connection, what: Counted | CountedReferrals, today: date) -> float | None:
    """What an indicator is on ``today``; None where there is nothing that it could be of, as no meeting was held."""
    first = {"year": today.replace(month=1, day=1), "twelve-months": _year_before(today), "ever": date(1, 1, 1)}
    values: list[object] = [first[what.period], today]
    if isinstance(what, CountedReferrals):
        statement, values = _OF_REFERRALS[what.what], [*values, what.topic, SHOWN_FROM]
    elif what.what in _AS_OF_NOW:
        statement, values = _STATEMENTS[what.what], []
    else:
        statement = _STATEMENTS[what.what]
        values += [what.topic] if what.what in _WITH_TOPIC else []
    found = await connection.fetchval(statement, *values)
    return None if found is None else float(found)


async def passed_on(connection: Connection, people: Collection[str]) -> dict[str, int]:
    """How often each of these people passed knowledge on, as far as it is confirmed; those who did not are missing."""
    rows = await connection.fetch(
        "select person, count(*) as times from contribution where person = any($1::text[])"
        " and kind = 'knowledge' and status = 'confirmed' group by person",
        sorted(people),
    )
    return {row["person"]: row["times"] for row in rows}


def _year_before(day: date) -> date:
    """The first of the twelve months that end with ``day``."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year - 1, day=28)
