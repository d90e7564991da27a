"""What a recurrence rule yields, with dateutil as the oracle where it follows RFC 5545."""

import contextlib
import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st

from services.events.recurrence import UnsupportedRuleError, expand, is_exhausted, parse_rule
from tests.support.laws import examples

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 12, 3, 16)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def dates(rule: str, start: datetime = START, days: int = 400) -> list[str]:
    found = expand(parse_rule(rule, BERLIN), start, start + timedelta(days))
    return [moment.date().isoformat() for moment in found]


def _some(values: tuple[object, ...] | range) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(
        lambda chosen: ",".join(map(str, chosen))
    )


@st.composite
def rule_texts(draw: st.DrawFn) -> str:
    """Rules that dateutil and RFC 5545 agree on, and that end before the year 9999 in both.

    Left out: plain beside numbered weekdays (dateutil wants both, the RFC either), BYSETPOS in weeks (dateutil
    counts from DTSTART in the first one), BYSETPOS without another BY… part (the RFC does not allow it).
    """
    frequency = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}"]
    numbered = tuple(f"{n}{day}" for n in (-2, -1, 1, 2, 4, 5) for day in WEEKDAYS)
    if draw(st.booleans()):
        parts.append(f"BYMONTH={draw(_some(range(1, 13)))}")
    day_parts = []
    if draw(st.booleans()):
        weekdays = numbered if frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()) else WEEKDAYS
        day_parts.append(f"BYDAY={draw(_some(weekdays))}")
    if frequency != "WEEKLY" and draw(st.booleans()):
        day_parts.append(f"BYMONTHDAY={draw(_some((-31, -7, -1, 1, 13, 28, 29, 31)))}")
    if day_parts and frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(_some((-2, -1, 1, 2, 3)))}")
    parts += [*day_parts, f"WKST={draw(st.sampled_from(WEEKDAYS))}"]
    parts.append(draw(st.sampled_from(("", "COUNT=1", "COUNT=7", "UNTIL=20280229", "UNTIL=20280229T120000"))))
    return ";".join(filter(None, parts))


@examples(200)
@given(rule=rule_texts(), start=st.datetimes(datetime(2020, 1, 1), datetime(2027, 12, 31)))
def test_a_rule_yields_what_dateutil_finds(rule: str, start: datetime) -> None:
    start = start.replace(microsecond=0)
    # dateutil goes on to the year 9999 for what never comes again, which takes seconds each.
    endless = parse_rule(rule.partition(";COUNT")[0].partition(";UNTIL")[0], UTC)
    horizon = start + timedelta(days=3 * 366)
    assume(any(moment > horizon for moment in expand(endless, start, start + timedelta(days=40 * 366))))
    # A date as UNTIL includes that day; dateutil means its first second.
    oracle = rrulestr(f"{rule}T235959" if rule.endswith("UNTIL=20280229") else rule, dtstart=start)
    expected = list(itertools.takewhile(lambda moment: moment <= horizon, oracle))
    assert list(expand(parse_rule(rule, UTC), start, horizon)) == expected


@examples(100)
@given(
    rule=rule_texts(),
    start=st.datetimes(datetime(2020, 1, 1), datetime(2027, 12, 31)),
    nearer=st.integers(0, 900),
)
def test_a_nearer_horizon_shows_the_beginning_of_the_same_occurrences(rule: str, start: datetime, nearer: int) -> None:
    parsed = parse_rule(rule, UTC)
    far = list(expand(parsed, start, start + timedelta(900)))
    near = list(expand(parsed, start, start + timedelta(nearer)))
    assert near == [moment for moment in far if moment <= start + timedelta(nearer)]
    if is_exhausted(parsed, start, start + timedelta(nearer)):
        assert near == far


@given(st.text("ABDEFILMNOQRTUVWXY0123456789=;,:+-Z", max_size=60) | rule_texts().map(lambda rule: rule[3:]))
def test_any_text_is_either_refused_or_a_rule_that_can_be_expanded(text: str) -> None:
    with contextlib.suppress(UnsupportedRuleError):
        assert list(expand(parse_rule(text, BERLIN), START, START + timedelta(800))) is not None


def test_plain_and_numbered_weekdays_are_alternatives() -> None:
    assert dates("FREQ=MONTHLY;BYDAY=1MO,WE;COUNT=6") == [
        "2026-12-07",
        "2026-12-09",
        "2026-12-16",
        "2026-12-23",
        "2026-12-30",
        "2027-01-04",
    ]


def test_positions_in_a_week_are_counted_from_the_beginning_of_the_week() -> None:
    # The first week's Monday lies before the start, and still is position 1.
    assert dates("FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=2;COUNT=2") == ["2026-12-04", "2026-12-11"]


def test_a_day_that_a_month_does_not_have_is_left_out() -> None:
    assert dates("FREQ=MONTHLY", datetime(2026, 12, 31), 200) == [
        "2026-12-31",
        "2027-01-31",
        "2027-03-31",
        "2027-05-31",
    ]


def test_a_leap_day_comes_every_four_years() -> None:
    assert dates("FREQ=YEARLY;COUNT=2", datetime(2028, 2, 29), 4000) == ["2028-02-29", "2032-02-29"]


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=MONTHLY;BYDAY=53MO"],
)
def test_a_rule_that_never_matches_ends_at_the_horizon(rule: str) -> None:
    assert dates(rule, days=3650) == []


def test_the_start_is_no_occurrence_where_the_rule_does_not_yield_it() -> None:
    assert dates("FREQ=WEEKLY;BYDAY=MO;COUNT=2") == ["2026-12-07", "2026-12-14"]


def test_until_as_a_date_includes_that_day_and_in_utc_is_read_in_the_zone() -> None:
    assert dates("FREQ=DAILY;UNTIL=20261204") == ["2026-12-03", "2026-12-04"]
    assert dates("FREQ=DAILY;UNTIL=20261204T150000Z") == ["2026-12-03", "2026-12-04"]
    assert dates("FREQ=DAILY;UNTIL=20261204T145959Z") == ["2026-12-03"]


@pytest.mark.parametrize("until", ["99991231T235959Z", "00010101T000000Z", "99991231"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_until_may_be_at_the_end_of_all_days(until: str, zone: str) -> None:
    rule = parse_rule(f"FREQ=DAILY;UNTIL={until}", ZoneInfo(zone))
    found = list(expand(rule, START, START + timedelta(3)))
    assert len(found) == (0 if until.startswith("0001") else 4)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ",
        "FREQ=",
        "FREQ=HOURLY",
        "FREQ=SECONDLY;COUNT=2",
        "INTERVAL=2",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;BYHOUR=3",
        "FREQ=DAILY;BYEASTER=1",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=1000000000",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=x",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=20270230",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYDAY=54MO",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=YEARLY;BYMONTH=-1",
        "FREQ=YEARLY;BYSETPOS=367",
        "FREQ=WEEKLY;WKST=XX",
    ],
)
def test_a_rule_that_this_calendar_cannot_expand_is_refused(text: str) -> None:
    with pytest.raises(UnsupportedRuleError):
        parse_rule(text, BERLIN)


@pytest.mark.parametrize(
    "rule", ["MAXMUSTERMANN", "FREQ=DAILY;MUSTERMANN=1", "FREQ=MUSTERMANN", "FREQ=DAILY;UNTIL=MUSTERMANN"]
)
def test_the_reason_never_quotes_the_rule(rule: str) -> None:
    with pytest.raises(UnsupportedRuleError) as error:
        parse_rule(rule, BERLIN)
    assert "MUSTERMANN" not in str(error.value)


def test_a_rule_is_exhausted_when_its_count_or_its_until_is_reached() -> None:
    week = START + timedelta(7)
    assert is_exhausted(parse_rule("FREQ=WEEKLY;COUNT=2", BERLIN), START, week)
    assert not is_exhausted(parse_rule("FREQ=WEEKLY;COUNT=3", BERLIN), START, week)
    assert is_exhausted(parse_rule("FREQ=WEEKLY;UNTIL=20261210", BERLIN), START, week + timedelta(1))
    assert not is_exhausted(parse_rule("FREQ=WEEKLY;UNTIL=20261217", BERLIN), START, week)
    assert not is_exhausted(parse_rule("FREQ=WEEKLY", BERLIN), START, week)


def test_numbered_weekdays_of_a_year_count_through_the_year() -> None:
    last_sunday = date(2026, 12, 27).isoformat()
    assert dates("FREQ=YEARLY;BYDAY=-1SU;COUNT=1") == [last_sunday]
    assert dates("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=1") == ["2027-03-28"]
