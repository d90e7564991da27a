"""Events that may suit: easy to come to first, then by topics in common, nearness and time; none from far away."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.referrals.coming import RADIUS_KM, best
from shared.circle import Circle

ZWICKAU = Circle(50.719, 12.496, RADIUS_KM)
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
TOPICS = ("demokratie", "integration")


def event(name: str, *topics: str, days: int = 1, north: float = 0.0, easy: bool = False) -> dict[str, Any]:
    """A row of an event so many days from now and so many degrees to the north; a degree is 111 km."""
    starts_at = NOW + timedelta(days=days)
    base = {"id": name, "title": name.title(), "topics": topics, "all_day": False, "time_zone": "UTC", "place": None}
    times = {"occurrence_id": f"{name}_1", "starts_at": starts_at.isoformat(), "ends_at": None}
    return {
        "base": orjson.dumps(base).decode()[1:-1],
        "times": orjson.dumps(times).decode()[1:-1],
        "low_threshold": easy,
        "starts_at": starts_at,
        "latitude": ZWICKAU.latitude + north,
        "longitude": ZWICKAU.longitude,
    }


def names(*rows: dict[str, Any]) -> list[str]:
    """What is shown of these rows, by name."""
    return [one["id"] for one in best(rows, ZWICKAU, TOPICS)]


def test_what_is_easy_to_come_to_stands_first_however_late_it_is() -> None:
    early, late = event("early", *TOPICS), event("late", "demokratie", days=80, easy=True)
    assert names(early, late) == ["late", "early"]


def test_among_equals_topics_in_common_count_then_nearness_then_time() -> None:
    both, one = event("both", *TOPICS, days=9, north=0.15), event("one", "integration", days=2)
    far, soon = event("far", "integration", north=0.15), event("soon", "integration", days=1)
    assert names(far, one, both, soon) == ["both", "soon", "one", "far"]


def test_what_lies_outside_of_the_circle_is_not_shown_and_the_rest_says_how_far_it_is() -> None:
    [shown] = best([event("corner", north=0.2), event("near", north=0.1, easy=True)], ZWICKAU, ())
    assert (shown["id"], shown["distance_km"], shown["low_threshold"]) == ("near", 11.1, True)


ROWS = st.lists(
    st.builds(
        event,
        st.uuids().map(str),
        *(st.sampled_from([*TOPICS, "weiterbildung"]),),
        days=st.integers(0, 90),
        north=st.floats(-0.3, 0.3),
        easy=st.booleans(),
    ),
    max_size=30,
)


@given(ROWS)
def test_nothing_that_is_easy_to_come_to_is_left_out_for_anything_else(rows: list[dict[str, Any]]) -> None:
    shown = best(rows, ZWICKAU, TOPICS)
    easy = [one["low_threshold"] for one in shown]
    assert easy == sorted(easy, reverse=True)
    near = [one for one in rows if ZWICKAU.holds(one["latitude"], one["longitude"])]
    assert sum(easy) == min(6, sum(one["low_threshold"] for one in near))
    assert len(shown) == min(6, len(near))
    assert best(reversed(rows), ZWICKAU, TOPICS) == shown
