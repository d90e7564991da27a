"""When something begins and is over, in the hour that comes twice, too."""

from datetime import UTC, datetime

from services.web.common.times import local, period_of

FIRST = period_of({"starts_at": "2026-10-25T02:45:00+02:00", "ends_at": "2026-10-25T02:30:00+01:00"})
SECOND = period_of({"starts_at": "2026-10-25T02:30:00+01:00", "ends_at": "2026-10-25T02:45:00+01:00"})


def test_what_moved_from_one_of_two_equal_hours_to_the_other_begins_at_another_moment() -> None:
    assert FIRST.instant < SECOND.instant
    twin = period_of({"starts_at": "2026-10-25T02:30:00+02:00"})
    assert twin.instant != SECOND.instant


def test_it_is_over_at_its_end_and_not_an_hour_before_or_later() -> None:
    begun, ended = datetime(2026, 10, 25, 1, 20, tzinfo=UTC), datetime(2026, 10, 25, 1, 31, tzinfo=UTC)
    for shown in (datetime.astimezone, local):  # in UTC, and by the clocks
        assert not FIRST.is_over(shown(begun))
        assert FIRST.is_over(shown(ended))
        assert not SECOND.is_over(shown(ended))
