"""Wall-clock times and moments, in the hours that clocks leave out and repeat, too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.wall_clock import existing, instant, not_before, read, text, wall_clock, written
from tests.support.laws import examples

BERLIN = ZoneInfo("Europe/Berlin")
GAP = datetime(2020, 3, 29, 2, 30)
TWICE = datetime(2026, 10, 25, 2, 30)

zones = st.sampled_from(
    ("Europe/Berlin", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
).map(ZoneInfo)
anywhere = st.datetimes(datetime(1973, 1, 1), datetime(2100, 12, 31))
changing = st.sampled_from((GAP, TWICE, datetime(2027, 10, 3, 2, 15), datetime(2026, 11, 1, 1, 30)))
walls = st.builds(
    lambda wall, fold: wall.replace(microsecond=0, fold=fold),
    anywhere | st.builds(lambda near, minutes: near + timedelta(minutes=minutes), changing, st.integers(-180, 180)),
    st.integers(0, 1),
)


def test_an_hour_that_is_left_out_is_the_moment_an_hour_later() -> None:
    assert existing(GAP, BERLIN) == datetime(2020, 3, 29, 3, 30)
    assert written(GAP, BERLIN) == "2020-03-29T03:30:00+02:00"
    assert read("2020-03-29T02:30:00", BERLIN) == read("2020-03-29T01:30:00Z", BERLIN)


def test_an_hour_that_comes_twice_is_the_first_unless_it_is_said_to_be_the_second() -> None:
    assert written(TWICE, BERLIN) == "2026-10-25T02:30:00+02:00"
    assert written(TWICE.replace(fold=1), BERLIN) == "2026-10-25T02:30:00+01:00"
    assert read("2026-10-25T01:30:00Z", BERLIN).fold == 1


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="day"):
        read("2026-02-30T10:00:00", BERLIN)


@examples(300)
@given(walls, zones)
@example(GAP, BERLIN)
@example(TWICE.replace(fold=1), BERLIN)
def test_what_exists_means_the_same_moment_and_stays_as_it_is(wall: datetime, zone: ZoneInfo) -> None:
    real = existing(wall, zone)
    assert instant(real, zone) == instant(wall, zone)
    assert (existing(real, zone), existing(real, zone).fold) == (real, real.fold)


@examples(300)
@given(walls, zones)
@example(GAP, BERLIN)
@example(TWICE.replace(fold=1), BERLIN)
def test_what_was_written_reads_as_the_same_and_is_written_the_same_again(wall: datetime, zone: ZoneInfo) -> None:
    there = written(wall, zone)
    assert instant(read(there, zone), zone) == instant(wall, zone)
    assert written(read(there, zone), zone) == text(read(there, zone), zone) == there


@examples(300)
@given(walls, walls, zones)
@example(TWICE, TWICE.replace(fold=1), BERLIN)
@example(GAP, GAP + timedelta(hours=1), BERLIN)
def test_texts_are_equal_exactly_where_moments_are(one: datetime, other: datetime, zone: ZoneInfo) -> None:
    assert (written(one, zone) == written(other, zone)) == (instant(one, zone) == instant(other, zone))


@given(walls, zones)
def test_every_moment_comes_back_from_what_the_clocks_show(wall: datetime, zone: ZoneInfo) -> None:
    moment = wall.replace(tzinfo=UTC)
    assert instant(wall_clock(moment, zone), zone) == moment


@examples(300)
@given(walls, walls, zones)
@example(TWICE.replace(fold=1), TWICE + timedelta(minutes=15), BERLIN)
@example(GAP, GAP, BERLIN)
def test_an_end_by_the_clock_is_not_before_its_start_where_it_can_be_so(
    start: datetime, end: datetime, zone: ZoneInfo
) -> None:
    there, meant = existing(start, zone), not_before(start, end, zone)
    assert meant == end
    if existing(end, zone) >= there and end.fold == 0 and existing(end, zone) == end:
        assert instant(meant, zone) >= instant(start, zone)
    if instant(end, zone) >= instant(start, zone):
        assert meant.fold == end.fold
