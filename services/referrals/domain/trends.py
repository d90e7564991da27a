"""Which worries become more: counted by topic, area and week, and held against what their own past lets expect."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from services.referrals.domain.expectation import WINDOWS, discoveries, past_of, tails, year_before
from services.referrals.domain.state import State, StoredTrend, TrendRules
from shared.aggregates.decisions import created, revised
from shared.aggregates.state import Decision, NewFact
from shared.contracts.referrals import trends as contract
from shared.contracts.referrals.trends import WEEKS_TOLD, TrendWeek
from shared.discretion import SHOWN_FROM
from shared.places import DISTRICT

QUIET_WEEKS: Final = 4
"""After so many weeks in which nothing stands out a rise is over."""
KEPT_WEEKS: Final = 157
"""Three years: what is asked of them is whether the same weeks of the year before stood out from the year before."""
_CALM: Final[Mapping[str, Any]] = {"rising": False, "since": None, "window": None, "times": None}
_WEEK: Final = timedelta(days=7)
_SETTLED: Final = timedelta(hours=1)
"""After the end of a week, until whoever was deciding on a worry of it has written it down."""

Cell: TypeAlias = tuple[str, str | None]
"""A topic, and an area as in ``TrendFact``."""


class Week(NamedTuple):
    """``monday``: its day where the alliance lives; it goes from ``start`` to before ``end``."""

    monday: date
    start: datetime
    end: datetime


class WeekCount(NamedTuple):
    """How many senders were worried about a topic in a municipality, in the week from ``monday`` on."""

    monday: date
    topic: str
    ags: str
    number: int


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of a cell's last week. ``window``: the weeks over which it stands out most, None where it does not."""

    counts: Sequence[int]
    window: int | None = None


def week_of(moment: datetime, zone: ZoneInfo) -> Week:
    """The week in which ``moment`` lies."""
    day = moment.astimezone(zone).date()
    return _week(day - timedelta(days=day.weekday()), zone)


def week_after(monday: date, zone: ZoneInfo) -> Week:
    """The week that follows the one from ``monday`` on."""
    return _week(monday + _WEEK, zone)


def counts_once_since(week: Week, zone: ZoneInfo) -> datetime:
    """Whoever has written since then is not counted once more in ``week``, so that no window counts anybody twice."""
    return datetime.combine(week.monday - (WINDOWS[-1] - 1) * _WEEK, time(), zone)


def is_over(week: Week, now: datetime) -> bool:
    """Whether all of a week's worries are written down."""
    return now >= week.end + _SETTLED


def cells_of(weeks: Sequence[date], counts: Iterable[WeekCount], rules: TrendRules) -> dict[Cell, list[int]]:
    """Counts by cell, one for each of ``weeks``, which follow each other.

    An area stands for itself where so many are usual that a rise can be told from chance; others are counted together
    with the rest of their district, and these with the rest of everywhere. So no worry is counted in two areas, and no
    small number can be found by taking one from another.
    """
    place = {monday: number for number, monday in enumerate(weeks)}
    by_area: defaultdict[Cell, list[int]] = defaultdict(lambda: [0] * len(weeks))
    for one in counts:
        if one.monday in place:
            by_area[one.topic, one.ags][place[one.monday]] += one.number
    found: dict[Cell, list[int]] = {}
    for wider in (DISTRICT, 0):
        rest: defaultdict[Cell, list[int]] = defaultdict(lambda: [0] * len(weeks))
        for (topic, area), numbers in by_area.items():
            if _stands_alone(numbers, rules):
                found[topic, area] = numbers
            else:
                together = (topic, (area or "")[:wider] or None)
                rest[together] = [a + b for a, b in zip(rest[together], numbers, strict=True)]
        by_area = rest
    return found | by_area


def assess(state: State, monday: date, cells: Mapping[Cell, Sequence[int]]) -> list[Decision]:
    """What follows from the week from ``monday`` on, which is the last of ``cells``: what was counted, what rises."""
    rules = state.rules.trends
    tested = _tested(cells, rules)
    known = {(one.topic, one.area): one for one in state.all(StoredTrend)}
    told = []
    for cell in sorted(known.keys() | tested.keys(), key=lambda one: (one[0], one[1] or "")):
        decision = _follow(state, cell, known.get(cell), monday, tested.get(cell))
        if decision is not None:
            told.append(decision)
    return told


def trend_id(cell: Cell) -> str:
    """The id of what is told of a cell."""
    topic, area = cell
    return str(uuid5(NAMESPACE_URL, f"urn:buendnisbus:trends:{topic}:{area or ''}"))


def _week(monday: date, zone: ZoneInfo) -> Week:
    start, end = (datetime.combine(day, time(), zone) for day in (monday, monday + _WEEK))
    return Week(monday, start, end)


def _stands_alone(numbers: Sequence[int], rules: TrendRules) -> bool:
    year = year_before(numbers)
    return len(year) >= rules.least_weeks and past_of(year).usual >= rules.area_from


def _tested(cells: Mapping[Cell, Sequence[int]], rules: TrendRules) -> dict[Cell, Tested]:
    """The cells, all tested together; those without enough of a past are not tested."""
    tests = [
        (likely, cell, window)
        for cell, counts in cells.items()
        if len(year_before(counts)) >= rules.least_weeks
        for window, likely in zip(WINDOWS, tails(counts, SHOWN_FROM), strict=True)
    ]
    found = discoveries([likely for likely, _, _ in tests], rules.false_rate)
    # The least likely one of each cell comes last, and stays.
    clearest = {cell: window for _, cell, window in sorted((tests[place] for place in found), key=_by_unlikeliness)}
    return {cell: Tested(counts, clearest.get(cell)) for cell, counts in cells.items()}


def _by_unlikeliness(test: tuple[float, Cell, int]) -> tuple[float, int]:
    likely, _, window = test
    return -likely, -window


def _follow(state: State, cell: Cell, old: StoredTrend | None, monday: date, tested: Tested | None) -> Decision | None:
    """What is told of a cell; None: nothing, as there is nothing to be shown of it."""
    if tested is None:
        # What was an area of its own is counted with others now.
        if old is None or not old.rising:
            return None
        return _changed(state, old, contract.TREND_EASED, 0, **_CALM)
    week = _week_told(monday, tested.counts)
    if old is None:
        return _first(state, cell, week, tested)
    if week.number is None and not old.rising and all(one.number is None for one in old.weeks):
        return None
    weeks = (*old.weeks, week)[-WEEKS_TOLD:]
    if tested.window is not None:
        since = old.since if old.rising else monday.isoformat()
        kind = contract.TREND_COUNTED if old.rising else contract.TREND_ROSE
        return _changed(state, old, kind, 0, weeks=weeks, rising=True, since=since, **_rise(tested))
    if old.rising and old.quiet + 1 >= QUIET_WEEKS:
        return _changed(state, old, contract.TREND_EASED, 0, weeks=weeks, **_CALM)
    return _changed(state, old, contract.TREND_COUNTED, old.quiet + 1 if old.rising else 0, weeks=weeks)


def _first(state: State, cell: Cell, week: TrendWeek, tested: Tested) -> Decision | None:
    rises = tested.window is not None
    if week.number is None and not rises:
        return None
    topic, area = cell
    more = {"rising": True, "since": week.week, **_rise(tested)} if rises else {}
    trend = StoredTrend(
        id=trend_id(cell),
        version=1,
        topic=topic,
        area=area,
        weeks=(week,),
        created_at=state.at,
        updated_at=state.at,
        **more,
    )
    return created(contract.TREND_ROSE if rises else contract.TREND_COUNTED, trend)


def _changed(state: State, old: StoredTrend, kind: str, quiet: int, /, **fields: Any) -> Decision:
    new = revised(state, old, **fields)
    assert new is not None
    # How long it has been quiet is nobody else's business, and so not among what has changed.
    told = new.model_copy(update={"quiet": quiet})
    return Decision("changed", (StoredTrend, old.id), (NewFact(kind, told),))


def _rise(tested: Tested) -> dict[str, Any]:
    """Over how many weeks a cell stands out, and how far."""
    assert tested.window is not None
    year = past_of(year_before(tested.counts))
    number = sum(tested.counts[-tested.window :])
    times = None
    if year.total >= SHOWN_FROM:
        # In halves, so that no number of a single week can be found by it.
        times = max(1.0, round(2 * number / (tested.window * year.usual)) / 2)
    return {"window": tested.window, "times": times}


def _week_told(monday: date, counts: Sequence[int]) -> TrendWeek:
    year = year_before(counts)
    usual = past_of(year) if year else None
    return TrendWeek(
        week=monday.isoformat(),
        number=counts[-1] if counts[-1] >= SHOWN_FROM else None,
        usual=round(usual.usual, 1) if usual and usual.total >= SHOWN_FROM else None,
    )
