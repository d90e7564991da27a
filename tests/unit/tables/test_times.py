"""How dates and times in cells are understood."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tables.times import Moment, Span, UnclearTimeError, span

DAY = date(2026, 12, 3)
FOUR, SIX = 16 * 60, 18 * 60


@pytest.mark.parametrize(
    "cell",
    [
        "03.12.2026", "3.12.26", "3. 12. 2026", "2026-12-03", "Do, 03.12.2026", "Donnerstag, 3. Dezember 2026",
        "3. Dez. 2026", "Thu 3. December 2026", "Do., 3.12.2026",
    ],
)  # fmt: skip
def test_dates_are_understood_as_offices_write_them(cell: str) -> None:
    assert span(cell) == Span(Moment(DAY))


@pytest.mark.parametrize("cell", ["16:00", "16 Uhr", "16.00 Uhr", "16:00 Uhr", "16h", "ab 16 Uhr", "16:00:00", "16.00"])
def test_times_are_understood_as_offices_write_them(cell: str) -> None:
    assert span(cell) == Span(Moment(minutes=FOUR))


@pytest.mark.parametrize(
    "cell", ["16:00 - 18:00", "16–18 Uhr", "16.00 bis 18.00 Uhr", "16:00-18:00", "16 Uhr – 18 Uhr"]
)
def test_both_times_in_one_cell_are_understood(cell: str) -> None:
    assert span(cell) == Span(Moment(minutes=FOUR), Moment(minutes=SIX))


@pytest.mark.parametrize(
    "cell", ["03.12.2026 16:00", "03.12.2026, 16 Uhr", "2026-12-03T16:00", "3.12.2026 um 16.00 Uhr"]
)
def test_date_and_time_in_one_cell_are_understood(cell: str) -> None:
    assert span(cell) == Span(Moment(DAY, FOUR))


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("03.12.2026 - 05.12.2026", DAY, date(2026, 12, 5)),
        ("3.–5.12.2026", DAY, date(2026, 12, 5)),
        ("3. bis 5. Dezember 2026", DAY, date(2026, 12, 5)),
        ("30.12. - 02.01.2027", date(2026, 12, 30), date(2027, 1, 2)),
        ("2026-12-03 bis 2026-12-05", DAY, date(2026, 12, 5)),
    ],
)
def test_spans_of_days_are_understood(cell: str, first: date, last: date) -> None:
    assert span(cell) == Span(Moment(first), Moment(last))


def test_an_offset_is_kept() -> None:
    assert span("2026-12-03T16:00:00+01:00").start.at(DAY) == "2026-12-03T16:00:00+01:00"
    assert span("2026-12-03T15:00:00Z").start.at(DAY) == "2026-12-03T15:00:00Z"


def test_midnight_at_the_end_of_a_day_is_the_next_days_beginning() -> None:
    assert span("24:00").start.at(DAY) == "2026-12-04T00:00:00"


@pytest.mark.parametrize("cell", ["30.02.2026", "2026-02-30", "31.04.26", "0.1.2026", "31. Dezember 9999"])
def test_a_date_that_no_calendar_has_is_refused(cell: str) -> None:
    with pytest.raises(UnclearTimeError, match="not in the calendar"):
        span(cell)


@pytest.mark.parametrize("cell", ["bald", "3.12.", "25:00", "16:75", "KW 12", "3. Foo 2026", "03.12.2026 16:00 Saal"])
def test_what_is_unclear_is_not_guessed(cell: str) -> None:
    with pytest.raises(UnclearTimeError, match=cell):
        span(cell)


@given(st.text(max_size=80))
def test_any_text_is_understood_or_refused(cell: str) -> None:
    with contextlib.suppress(UnclearTimeError):
        span(cell)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 1439))
def test_what_is_written_in_german_is_read_again(day: date, minutes: int) -> None:
    cell = f"{day:%d.%m.%Y}, {minutes // 60}:{minutes % 60:02} Uhr"
    assert span(cell) == Span(Moment(day, minutes))
