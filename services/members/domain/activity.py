"""How active a member is: a pure function of what it did, by a rule that is data (DESIGN 8).

The log may come in any order; the answer depends on what is in it alone. Days are the alliance's days.
"""

from bisect import bisect_right
from calendar import monthrange
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from math import fsum
from typing import Final, Literal, NamedTuple

from shared.contracts.base import Explanation
from shared.contracts.members.organisations import Activity, Period

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ActivityRule:
    """When a member is active: while it is new, or takes part in meetings, or contributes.

    ``weights`` of the kinds of presence in the last ``last_meetings`` add up to ``meetings_needed``, or
    ``contributions_needed`` were made within ``months``, requests for help that were accepted among them.
    """

    newcomer_months: int
    remind_days: int
    meeting_kinds: frozenset[str]
    last_meetings: int
    meetings_needed: float
    weights: Mapping[str, float]
    contribution_kinds: frozenset[str]
    contributions_needed: int
    months: int


class Held(NamedTuple):
    """A meeting that counts and was held, and how the member took part.

    ``id`` orders those of one day, so it begins with the start.
    """

    on: date
    id: str
    presence: str


@dataclass(frozen=True, slots=True)
class Log:
    """What is known of one member. ``meetings``: those since its admission; ``contributions``: the day of each, future
    ones too; ``planned``: days of meetings that count and are to come; ``referrals``: on which it accepted a request
    for help."""

    admitted_on: date
    meetings: Iterable[Held] = ()
    contributions: Iterable[date] = ()
    planned: Iterable[date] = ()
    referrals: Iterable[date] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the log says today. ``since``: when the member became what it is now; ``again_on``: when time alone may
    change the answer, or a reminder is due, None: never."""

    activity: Activity
    periods: tuple[Period, ...]
    since: date
    again_on: date | None


def assess(log: Log, rule: ActivityRule, today: date) -> Assessment:
    """How active the member is on ``today``, and was on every day since its admission."""
    history = _History(log, rule)
    periods = tuple(history.periods(today))
    latest = periods[-1]
    until = history.end(today) if latest.status == "active" else None
    activity = Activity(
        status=latest.status,
        as_of=today.isoformat(),
        because=latest.because,
        until=until.isoformat() if until else None,
        unless=history.remedies(today, until) if latest.status == "passive" or until else (),
    )
    run = next(iter(groupby(reversed(periods), key=lambda period: period.status)))[1]
    days = history.next_turns(today)
    if until:
        days += [day for day in (until - timedelta(days=rule.remind_days), until + _DAY) if day > today]
    since = date.fromisoformat(list(run)[-1].since)
    return Assessment(activity, periods, since, min(days, default=None))


def activity_on(periods: Iterable[Period], day: date) -> Period | None:
    """What held on ``day``; None before the admission. ``periods`` are in their order."""
    found = None
    for period in periods:
        if period.since > day.isoformat():
            break
        found = period
    return found


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class _Known(NamedTuple):
    """What decides on a day: the weights of the last meetings, their number, contributions that count, newness.

    ``contributed``: with the requests that were accepted, ``referred``.
    """

    attended: float
    last: int
    contributed: int
    referred: int
    is_new: bool


class _Contributed(NamedTuple):
    """By what a member contributes: something of its own, requests that it accepted."""

    own: bool
    referrals: bool


class _History:
    """The log in order of days, with the days on which something begins or ends to count."""

    def __init__(self, log: Log, rule: ActivityRule) -> None:
        self.rule = rule
        self.admitted_on = log.admitted_on
        self.newcomer_until = months_later(log.admitted_on, rule.newcomer_months) - _DAY
        self.contributions = sorted((*log.contributions, *log.referrals))
        self.planned = sorted(log.planned)
        self._expiries = [self._expires(day) for day in self.contributions]
        self._referrals = sorted(log.referrals)
        self._referral_expiries = [self._expires(day) for day in self._referrals]
        meetings = sorted({held for held in log.meetings if held.on >= log.admitted_on})
        self._meeting_days = [held.on for held in meetings]
        self._weights = [rule.weights.get(held.presence, 0.0) for held in meetings]

    def known(self, day: date) -> _Known:
        """What decides on ``day``, which is not before the admission."""
        end = bisect_right(self._meeting_days, day)
        last = self._weights[max(0, end - self.rule.last_meetings) : end]
        # Sorted starts have sorted ends: as many have ended as have an end up to this day.
        contributed = bisect_right(self.contributions, day) - bisect_right(self._expiries, day)
        referred = bisect_right(self._referrals, day) - bisect_right(self._referral_expiries, day)
        return _Known(fsum(last), len(last), contributed, referred, day <= self.newcomer_until)

    def is_active(self, known: _Known) -> bool:
        """Whether the member is active with that."""
        return known.is_new or self._takes_part(known) or self._contributes(known)

    def because(self, known: _Known) -> tuple[Explanation, ...]:
        """Why the member is active, or passive."""
        found = []
        if self._takes_part(known):
            text = "It took part in the last {last} meetings ({attended} counted)."
            found.append(_because("meetings", text, attended=known.attended, last=known.last))
        contributed = self._contributed(known)
        if contributed.own:
            text = "It contributed within the last {months} months."
            found.append(_because("contributions", text, months=self.rule.months))
        if contributed.referrals:
            text = "It accepted a request for help within the last {months} months."
            found.append(_because("referrals", text, months=self.rule.months))
        if known.is_new:
            found.append(_because("newcomer", "It is new, until {until}.", until=self.newcomer_until.isoformat()))
        if not found:
            text = "It neither took part in the last {last} meetings nor contributed within the last {months} months."
            found.append(_because("nothing", text, last=self.rule.last_meetings, months=self.rule.months))
        return tuple(found)

    def turns(self, today: date) -> list[date]:
        """The days up to ``today`` on which what is known may change, sorted, the admission first."""
        days = {self.admitted_on, self.newcomer_until + _DAY}
        days.update(self._meeting_days, self.contributions, self._expiries)
        return sorted(day for day in days if self.admitted_on <= day <= today) or [self.admitted_on]

    def periods(self, today: date) -> Iterator[Period]:
        """What held since the admission, up to ``today``."""
        before: tuple[object, ...] = ()
        for day in self.turns(today):
            known = self.known(day)
            # What is told of the meetings matters only where it is a reason.
            takes_part = self._takes_part(known)
            told = (takes_part and known[:2], self._contributed(known), known.is_new)
            if told != before:
                status: Literal["active", "passive"] = "active" if self.is_active(known) else "passive"
                yield Period(since=day.isoformat(), status=status, because=self.because(known))
            before = told

    def end(self, today: date) -> date | None:
        """The last day for which an active member stays so if nothing further happens; None: no end is in sight."""
        ends: list[date] = []
        known = self.known(today)
        if known.is_new:
            ends.append(self.newcomer_until)
        if self._contributes(known):
            counted = bisect_right(self.contributions, today)
            ends.append(self._expiries[counted - self.rule.contributions_needed] - _DAY)
        if self._takes_part(known):
            lapse = self._lapse_of_meetings(today)
            if lapse is None:
                return None
            ends.append(lapse - _DAY)
        return max(ends)

    def next_turns(self, today: date) -> list[date]:
        """Days after ``today`` by which time alone lets something begin or end to count, or a planned meeting pass."""
        found = [self.newcomer_until + _DAY] if self.newcomer_until >= today else []
        for days in (self.contributions, self._expiries, self.planned):
            after = bisect_right(days, today)
            found += days[after : after + 1]
        return found

    def remedies(self, today: date, until: date | None) -> tuple[Explanation, ...]:
        """What keeps the member active beyond ``until``, or makes a passive one active again."""
        found = []
        latest = until + _DAY if until else None
        coming = [day for day in self.planned if day > today and (latest is None or day <= latest)]
        # Promised only where one meeting is enough, whatever came before.
        if coming and max(self.rule.weights.values(), default=0.0) >= self.rule.meetings_needed:
            day = coming[-1 if until else 0]
            found.append(_because("attend", "It takes part in the meeting on {date}.", date=day.isoformat()))
        if until:
            found.append(_because("contribute-until", "It contributes something until {date}.", date=until.isoformat()))
        else:
            found.append(_because("contribute", "It contributes something."))
        return tuple(found)

    def _takes_part(self, known: _Known) -> bool:
        return known.attended >= self.rule.meetings_needed

    def _contributes(self, known: _Known) -> bool:
        return known.contributed >= self.rule.contributions_needed

    def _contributed(self, known: _Known) -> _Contributed:
        """By what the member contributes; by nothing where it is not enough."""
        is_enough = self._contributes(known)
        return _Contributed(is_enough and known.contributed > known.referred, is_enough and known.referred > 0)

    def _lapse_of_meetings(self, today: date) -> date | None:
        """The day of the planned meeting with which the last ones do not suffice any more, if it is missed."""
        end = bisect_right(self._meeting_days, today)
        window = deque(self._weights[:end], maxlen=self.rule.last_meetings)
        for day in (day for day in self.planned if day > today):
            window.append(0.0)
            if fsum(window) < self.rule.meetings_needed:
                return day
        return None

    def _expires(self, contribution: date) -> date:
        """The first day on which a contribution of that day does not count any more: it counts on a day if it was made
        after the same day so many months before."""
        day = months_later(contribution, self.rule.months)
        # Twelve months before the 28th of February is the 28th, of a leap year with its 29th, too.
        while months_later(day, -self.rule.months) < contribution:
            day += _DAY
        return day


@lru_cache(maxsize=4_096)  # the same few sentences for everybody
def _because(code: str, detail: str, **values: str | int | float) -> Explanation:
    return Explanation(code=code, detail=detail.format(**values), values=values)
