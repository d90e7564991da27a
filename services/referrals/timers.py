"""Timers: promises that have run out, people who wait, weeks to be counted, what is to be forgotten. Never commits.

Each does a limited part in one transaction and returns how much that was, so that instances share the work.
"""

from datetime import datetime, timedelta
from typing import Final

from services.referrals import repository
from services.referrals.domain import concerns, overdue, referring, trends
from services.referrals.domain.state import AGGREGATES, TRENDS, State, StoredConcern, StoredReferral, StoredTrend
from services.referrals.handlers import SERVICE, Alliance, load, save
from shared.aggregates import store
from shared.aggregates import work as aggregates
from shared.aggregates.work import PER_ROUND, Work
from shared.clock import rfc3339, utc_now
from shared.contracts.base import Contract
from shared.contracts.referrals.concerns import WORDS_ERASED, ConcernWords
from shared.contracts.referrals.facts import PERSON_ERASED, PersonAsking
from shared.db import Connection
from shared.topics import REFERRALS_KEPT_DAYS

_ERASED: Final[dict[type[Contract], str]] = {PersonAsking: PERSON_ERASED, ConcernWords: WORDS_ERASED}
MOST_WAITING: Final = 5_000
"""So many that wait are looked at in a round; those behind them are, once some of them have been passed on."""


async def keep_promises(connection: Connection, alliance: Alliance) -> int:
    """Let happen what is due: reminders, the next network, the office, forgetting; returns how many requests it was
    about."""
    ids = await repository.due(connection, rfc3339(utc_now()), PER_ROUND)
    if not ids:
        return 0
    overview, work = await load(connection, ids, (), alliance)
    state = work.state
    for id_ in ids:
        referral = state.get(StoredReferral, id_)
        # Another instance may have been faster; and after days without this service more than one thing is due.
        while referral is not None and referral.next_at is not None and referral.next_at <= state.at:
            work.take_over(overdue.act(state, overview, referral), None)
            referral = state.get(StoredReferral, id_)
    await save(connection, work, overview)
    return len(ids)


async def count_week(connection: Connection, alliance: Alliance) -> int:
    """Count the worries of a week that is over, and tell what they show; one after the other, the oldest first."""
    now, zone = utc_now(), alliance.rules.zone
    if last := await repository.last_counted_week(connection):
        week = trends.week_after(last, zone)
    elif first := await repository.first_concern(connection):
        week = trends.week_of(datetime.fromisoformat(first), zone)
    else:
        return 0
    if not trends.is_over(week, now) or not await repository.claim_week(connection, week.monday):
        return 0
    since = trends.counts_once_since(week, zone)
    await repository.count_concerns(connection, week.monday, *map(rfc3339, (since, week.start, week.end)))
    await repository.forget_weeks(connection, week.monday - timedelta(weeks=trends.KEPT_WEEKS - 1))
    weeks = await repository.counted_weeks(connection)
    known = await store.read_all(connection, TRENDS, StoredTrend)
    state = State(now, alliance.rules, {(StoredTrend, one.id): one for one in known})
    cells = trends.cells_of(weeks, await repository.list_counts(connection), alliance.rules.trends)
    work = Work(SERVICE, TRENDS, state)
    for decision in trends.assess(state, week.monday, cells):
        work.take_over(decision, None)
    await work.save(connection)
    return PER_ROUND if trends.is_over(trends.week_after(week.monday, zone), now) else 1


async def forget_words(connection: Connection, alliance: Alliance) -> int:
    """Forget the words of worries whose time has come and that were counted; returns how many there were."""
    last = await repository.last_counted_week(connection)
    if last is None:
        return 0
    until = trends.week_after(last, alliance.rules.zone).start
    ids = await repository.concerns_due(connection, rfc3339(utc_now()), rfc3339(until), PER_ROUND)
    if not ids:
        return 0
    overview, work = await load(connection, ids, (), alliance)
    for id_ in ids:
        concern = work.state.get(StoredConcern, id_)
        if concern is not None and concern.next_at is not None and concern.next_at <= work.state.at:
            work.take_over(concerns.forget(work.state, concern), None)
    await save(connection, work, overview)
    return len(ids)


async def refer_waiting(connection: Connection, alliance: Alliance) -> None:
    """Pass on requests that wait, in the order in which they came, to networks that fit by now."""
    ids = await repository.waiting(connection, MOST_WAITING)
    if not ids:
        return
    overview, work = await load(connection, ids, (), alliance)
    for id_ in ids:
        referral = work.state.get(StoredReferral, id_)
        if referral is not None and referral.state == "waiting":
            decision = referring.refer_waiting(work.state, overview, referral)
            if decision is not None:
                work.take_over(decision, None)
    await save(connection, work, overview)


async def repeat_tombstones(connection: Connection) -> int:
    """Send the tombstones of yesterday once more; returns how many."""
    return await aggregates.repeat_tombstones(connection, SERVICE, AGGREGATES, _ERASED)


async def forget_requests(connection: Connection) -> int:
    """Remove requests that ended long ago, and worries that were written then; returns how many requests."""
    before = rfc3339(utc_now() - timedelta(days=REFERRALS_KEPT_DAYS))
    await repository.forget_concerns(connection, before)
    return await repository.forget_ended(connection, before, PER_ROUND)
