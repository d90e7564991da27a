"""How active a member is: a pure function of what it did, by a rule that is data (DESIGN 8).

The log may come in any order; the answer depends on what is in it alone. Days are the alliance's days.
"""

from bisect import bisect_right
from calendar import monthrange
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final, NamedTuple

from shared.contracts.base import Explanation
from shared.contracts.members.organisations import Activity, Period

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ActivityRule:
    """When a member is active: while it is new, or takes part in meetings, or contributes.

    ``weights`` of the kinds of presence in the last ``last_meetings`` add up to ``meetings_needed``, or
    ``contributions_needed`` were made within ``months``.
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


def activity_rule(data: Mapping[str, Any]) -> ActivityRule:
    """The rule in ``data``, the table ``activity`` of a file of rules.

    Raises:
        KeyError, TypeError, ValueError: something is missing or of another kind.
    """
    meetings, contributions = data["meetings"], data["contributions"]
    rule = ActivityRule(
        newcomer_months=int(data["newcomer_months"]),
        remind_days=int(data["remind_days"]),
        meeting_kinds=frozenset(meetings["kinds"]),
        last_meetings=int(meetings["last"]),
        meetings_needed=float(meetings["needed"]),
        weights={name: float(weight) for name, weight in meetings["weights"].items()},
        contribution_kinds=frozenset(contributions["kinds"]),
        contributions_needed=int(contributions["needed"]),
        months=int(contributions["months"]),
    )
    if rule.last_meetings < 1 or rule.contributions_needed < 1 or rule.months < 1 or rule.meetings_needed <= 0:
        raise ValueError("last, needed and months of the activity rule must be above 0")
    return rule


class Held(NamedTuple):
    """A meeting that counts and was held, and how the member took part. ``id`` orders those of one day."""

    on: date
    id: str
    presence: str


@dataclass(frozen=True, slots=True)
class Log:
    """What is known of one member. ``meetings``: those since its admission; ``contributions``: the day of each, future
    ones too; ``planned``: days of meetings that count and are to come."""

    admitted_on: date
    meetings: Iterable[Held] = ()
    contributions: Iterable[date] = ()
    planned: Iterable[date] = ()


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
    periods = tuple(_periods(history, today))
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
    days = [day for day in history.future_contributions(today) if day > today][:1]
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


class _History:
    """The log in order of days, with the days on which something begins or ends to count."""

    def __init__(self, log: Log, rule: ActivityRule) -> None:
        self.rule = rule
        self.admitted_on = log.admitted_on
        self.newcomer_until = months_later(log.admitted_on, rule.newcomer_months) - _DAY
        self.meetings = sorted({held for held in log.meetings if held.on >= log.admitted_on})
        self.contributions = sorted(log.contributions)
        self.planned = sorted(set(log.planned))
        self._meeting_days = [held.on for held in self.meetings]

    def attended(self, day: date) -> tuple[float, int]:
        """The weights of the last meetings up to ``day``, added up, and how many meetings these are."""
        end = bisect_right(self._meeting_days, day)
        last = self.meetings[max(0, end - self.rule.last_meetings) : end]
        return sum(self.rule.weights.get(held.presence, 0.0) for held in last), len(last)

    def contributed(self, day: date) -> int:
        """How many contributions count on ``day``."""
        first = months_later(day, -self.rule.months)
        return bisect_right(self.contributions, day) - bisect_right(self.contributions, first)

    def future_contributions(self, today: date) -> list[date]:
        """The days of contributions after ``today``, sorted."""
        return self.contributions[bisect_right(self.contributions, today) :]

    def reasons(self, day: date) -> tuple[Explanation, ...]:
        """Why the member is active on ``day``; empty: it is not."""
        found = []
        attended, last = self.attended(day)
        if attended >= self.rule.meetings_needed:
            found.append(
                _because(
                    "meetings",
                    "It took part in the last {last} meetings ({attended} counted).",
                    attended=attended,
                    last=last,
                )
            )
        if self.contributed(day) >= self.rule.contributions_needed:
            found.append(
                _because("contributions", "It contributed within the last {months} months.", months=self.rule.months)
            )
        if self.admitted_on <= day <= self.newcomer_until:
            found.append(_because("newcomer", "It is new, until {until}.", until=self.newcomer_until.isoformat()))
        return tuple(found)

    def nothing(self) -> tuple[Explanation, ...]:
        """Why the member is passive."""
        text = "It neither took part in the last {last} meetings nor contributed within the last {months} months."
        return (_because("nothing", text, last=self.rule.last_meetings, months=self.rule.months),)

    def turns(self, today: date) -> list[date]:
        """The days up to ``today`` on which the reasons may change, sorted, the admission first."""
        days = {self.admitted_on, self.newcomer_until + _DAY, *self._meeting_days}
        for day in self.contributions:
            days |= {day, self._expires(day)}
        return sorted(day for day in days if self.admitted_on <= day <= today) or [self.admitted_on]

    def end(self, today: date) -> date | None:
        """The last day for which an active member stays so if nothing further happens; None: no end is in sight."""
        ends: list[date] = []
        if today <= self.newcomer_until:
            ends.append(self.newcomer_until)
        counted = self.contributions[: bisect_right(self.contributions, today)]
        if self.contributed(today) >= self.rule.contributions_needed:
            ends.append(self._expires(counted[-self.rule.contributions_needed]) - _DAY)
        if self.attended(today)[0] >= self.rule.meetings_needed:
            lapse = self._lapse_of_meetings(today)
            if lapse is None:
                return None
            ends.append(lapse - _DAY)
        return max(ends)

    def remedies(self, today: date, until: date | None) -> tuple[Explanation, ...]:
        """What keeps the member active beyond ``until``, or makes a passive one active again."""
        found = []
        latest = until + _DAY if until else None
        coming = [day for day in self.planned if day > today and (latest is None or day <= latest)]
        # Promised only where one meeting is enough, whatever came before.
        if coming and max(self.rule.weights.values(), default=0.0) >= self.rule.meetings_needed:
            found.append(
                _because(
                    "attend", "It takes part in the meeting on {date}.", date=coming[-1 if until else 0].isoformat()
                )
            )
        if until:
            found.append(_because("contribute-until", "It contributes something until {date}.", date=until.isoformat()))
        else:
            found.append(_because("contribute", "It contributes something."))
        return tuple(found)

    def _lapse_of_meetings(self, today: date) -> date | None:
        """The day of the planned meeting with which the last ones do not suffice any more, if it is missed."""
        end = bisect_right(self._meeting_days, today)
        window = deque(
            (self.rule.weights.get(held.presence, 0.0) for held in self.meetings[:end]), maxlen=self.rule.last_meetings
        )
        for day in (day for day in self.planned if day > today):
            window.append(0.0)
            if sum(window) < self.rule.meetings_needed:
                return day
        return None

    def _expires(self, contribution: date) -> date:
        """The first day on which a contribution of that day does not count any more, as ``contributed`` counts."""
        day = months_later(contribution, self.rule.months)
        # The last of February is twelve months before the 28th and, in some years, before the 29th.
        while months_later(day, -self.rule.months) < contribution:
            day += _DAY
        return day


def _periods(history: _History, today: date) -> Iterator[Period]:
    before: tuple[str, tuple[Explanation, ...]] | None = None
    for day in history.turns(today):
        reasons = history.reasons(day)
        now = ("active", reasons) if reasons else ("passive", history.nothing())
        if now != before:
            yield Period(since=day.isoformat(), status="active" if reasons else "passive", because=now[1])
        before = now


def _because(code: str, detail: str, **values: str | int | float) -> Explanation:
    return Explanation(code=code, detail=detail.format(**values), values=values)
