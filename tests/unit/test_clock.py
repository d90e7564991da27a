"""What time it is, and how a test lets weeks pass."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared import clock
from tests.support.clock import clock_of, move_clock


@pytest.mark.parametrize(("content", "weeks"), [("1209600", 2), ("-604800.5", -1), ("unsinn", 0), (None, 0)])
def test_the_local_clock_goes_by_the_file_that_is_named(
    content: str | None, weeks: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "clock"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("LOCAL_CLOCK_FILE", str(file))

    difference = clock.utc_now() - datetime.now(UTC)

    assert abs(difference - timedelta(weeks=weeks)) < timedelta(minutes=1)


def test_a_clock_that_was_moved_is_seen_at_once(tmp_path: Path) -> None:
    for moment in (datetime(2031, 5, 1, tzinfo=UTC), datetime(2019, 5, 1, tzinfo=UTC), datetime.now(UTC)):
        move_clock(tmp_path, moment)
        with clock_of(tmp_path):
            assert abs(clock.utc_now() - moment) < timedelta(minutes=1)


def test_times_are_written_in_utc_with_milliseconds() -> None:
    moment = datetime.fromisoformat("2026-12-03T16:00:00.1239+01:00")

    assert clock.rfc3339(moment) == "2026-12-03T15:00:00.123Z"
