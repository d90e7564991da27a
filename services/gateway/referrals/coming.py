"""Coming events for whoever worries, or finds nobody: easy to come to first, by topics in common, nearness and time.

Pure functions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from services.gateway.common.documents import Document
from shared.circle import Circle

RADIUS_KM: Final = 20
_NEAR_KM: Final = 10
_SHOWN: Final = 6
_SAID: Final = ("id", "occurrence_id", "title", "starts_at", "ends_at", "all_day", "time_zone", "place", "topics")


def events_near(ags: str, topics: Sequence[str]) -> str:
    """Path of coming events around a municipality that are about one of these topics; any where there are none."""
    pairs: list[tuple[str, Any]] = [("near", ags), ("radius_km", RADIUS_KM)]
    return f"/v1/events?{urlencode([*pairs, *(('topic', topic) for topic in topics)])}"


def best(rows: Iterable[Any], around: Circle, topics: Sequence[str]) -> list[Document]:
    """What is shown of events (rows of ``event_store``): those that are easy to come to first, then by how many of the
    topics they have, whether they are close by, and when they begin."""
    found: list[tuple[tuple[bool, int, bool, datetime, str], Document]] = []
    for row in rows:
        distance = around.distance_km(row["latitude"], row["longitude"])
        if distance > around.radius_km:
            continue
        event = orjson.loads(f"{{{row['base']},{row['times']}}}")
        common = len(set(topics) & set(event["topics"]))
        order = (not row["low_threshold"], -common, distance > _NEAR_KM, row["starts_at"], event["occurrence_id"])
        shown = {name: event[name] for name in _SAID}
        found.append((order, {**shown, "low_threshold": row["low_threshold"], "distance_km": round(distance, 1)}))
    return [event for _, event in sorted(found, key=lambda one: one[0])[:_SHOWN]]
