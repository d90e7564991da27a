"""Logs of members as hypothesis strategies, and the rule of activity told a second time: day by day, as it is said."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from services.members.domain.activity import ActivityRule, Held, Log
from services.members.rules import read_rules

RULE = read_rules(None, "Europe/Berlin").activity
DAY = timedelta(days=1)
PRESENCES = ("present", "online", "excused", "absent")
# Ends of months, a leap day and the days around them, besides any others.
TURNS = tuple(map(date.fromisoformat, ("2024-02-28", "2024-02-29", "2024-03-01", "2023-02-28", "2023-08-31"))) + tuple(
    map(date.fromisoformat, ("2023-12-31", "2024-01-31", "2024-08-31", "2024-11-30", "2025-02-28"))
)
FIRST, LAST = date(2023, 1, 1), date(2025, 3, 1)


def days() -> st.SearchStrategy[date]:
    """Days of two years, often one at the end of a month."""
    return st.sampled_from(TURNS) | st.dates(FIRST, LAST)


def rules() -> st.SearchStrategy[ActivityRule]:
    """The first alliance's rule, or another one."""
    others = st.builds(
        ActivityRule,
        newcomer_months=st.integers(0, 3),
        remind_days=st.integers(0, 40),
        meeting_kinds=st.just(frozenset(("session",))),
        last_meetings=st.integers(1, 4),
        meetings_needed=st.sampled_from((0.5, 1.0, 1.5, 2.0)),
        weights=st.sampled_from(({"present": 1.0, "online": 0.5, "excused": 0.25}, RULE.weights)),
        contribution_kinds=st.just(frozenset(("content",))),
        contributions_needed=st.integers(1, 3),
        months=st.integers(1, 14),
    )
    return st.just(RULE) | others


@st.composite
def logs(draw: st.DrawFn) -> tuple[Log, date]:
    """What is known of a member, and a day on which that is looked at."""
    admitted_on = draw(days())
    today = draw(st.dates(admitted_on, admitted_on + 700 * DAY))
    held = draw(st.lists(st.tuples(st.dates(admitted_on, today), st.sampled_from(PRESENCES)), max_size=9))
    planned = draw(st.lists(st.dates(today + DAY, today + 200 * DAY), max_size=5))
    before = admitted_on - 400 * DAY
    contributed = draw(st.lists(days().filter(lambda day: before < day) | st.dates(before, today), max_size=5))
    accepted = draw(st.lists(st.dates(before, today), max_size=3))
    meetings = [Held(on, f"m{number}", presence) for number, (on, presence) in enumerate(held)]
    return Log(admitted_on, meetings, contributed, planned, accepted), today


def months_before(day: date, months: int) -> date:
    """The same day so many months before, or the last of that month where it has no such day."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def is_active(log: Log, rule: ActivityRule, day: date) -> bool:
    """The rule, read aloud for one day: without what happens afterwards."""
    end_of_newness = next(
        later for later in (log.admitted_on + n * DAY for n in range(2_000)) if _months_passed(log, rule, later)
    )
    if day < end_of_newness:
        return True
    last = sorted((one for one in log.meetings if log.admitted_on <= one.on <= day), key=lambda one: (one.on, one.id))
    if sum(rule.weights.get(one.presence, 0) for one in last[-rule.last_meetings :]) >= rule.meetings_needed:
        return True
    made = [*log.contributions, *log.referrals]
    counted = [one for one in made if months_before(day, rule.months) < one <= day]
    return len(counted) >= rule.contributions_needed


def missed(log: Log, rule: ActivityRule, until: date) -> Log:
    """The log as it becomes when nothing happens any more, and all planned meetings up to ``until`` are missed."""
    absences = [Held(on, f"p{number}", "absent") for number, on in enumerate(log.planned) if on <= until]
    return replace(log, meetings=[*log.meetings, *absences], planned=())


def without_future(log: Log, today: date) -> Log:
    """The log without contributions that are only announced."""
    return replace(log, contributions=[day for day in log.contributions if day <= today])


def shuffled(draw: Any, items: Sequence[Any]) -> list[Any]:
    """The same in any order."""
    return list(draw(st.permutations(list(items))))


def _months_passed(log: Log, rule: ActivityRule, day: date) -> bool:
    months = (day.year - log.admitted_on.year) * 12 + day.month - log.admitted_on.month
    if months != rule.newcomer_months:
        return months > rule.newcomer_months
    return day.day >= log.admitted_on.day or (day + DAY).month != day.month
