"""Documents as the gateway answers them, for the tests of the pages."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.web.calendar.listing import Counted, ListView

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 2, 9, 0, tzinfo=ZONE)
EVENT = "5a3c0f1e-1111-5222-8333-444455556666"

PLACE: dict[str, Any] = {
    "name": "Alter Gasometer",
    "street": "Kleine Biergasse 3",
    "postal_code": "08056",
    "municipality": "Zwickau",
    "ags": "14524330",
    "latitude": 50.72,
    "longitude": 12.49,
    "online_url": None,
    "visibility": "exact",
}


def item(**changed: Any) -> dict[str, Any]:
    """An item of the list: an event tomorrow afternoon."""
    return {
        "id": EVENT,
        "occurrence_id": EVENT,
        "recurrence_id": None,
        "version": 1,
        "uid": "cafe",
        "sequence": 0,
        "title": "Interkulturelles Café",
        "description": "Kaffee und Gespräche.",
        "status": "scheduled",
        "starts_at": "2026-12-03T16:00:00+01:00",
        "ends_at": "2026-12-03T18:00:00+01:00",
        "all_day": False,
        "time_zone": "Europe/Berlin",
        "recurrence": None,
        "place": PLACE,
        "topics": ["integration"],
        "topics_outside_vocabulary": [],
        "target_groups": ["familien"],
        "languages": ["de", "ar"],
        "cost": "frei",
        "accessibility": ["stufenlos"],
        "low_threshold": True,
        "url": "https://example.org/cafe",
        "image_url": None,
        "registration_url": "https://example.org/anmelden",
        "series": None,
        "organisers": [{"id": "treff", "name": "Interkultureller Treff e. V."}],
        "updated_at": "2026-11-20T10:00:00.000Z",
        **changed,
    }


def occurrence(document: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """One occurrence of an event, at its own times unless ``changed`` says otherwise."""
    return {
        "occurrence_id": document["id"],
        "recurrence_id": None,
        "starts_at": document["starts_at"],
        "ends_at": document["ends_at"],
        "status": document["status"],
        "title": None,
        "description": None,
        "place": None,
        **changed,
    }


def event(**changed: Any) -> dict[str, Any]:
    """An event's fact, with its one occurrence unless others are given."""
    document = item(**changed)
    return {
        "partner": "treff",
        "visibility": "public",
        "created_at": "2026-11-01T10:00:00.000Z",
        "changed": [],
        "previous": None,
        "occurrences": [occurrence(document)],
        **document,
    }


def weekly(count: int, **changed: Any) -> dict[str, Any]:
    """An event every Thursday from 19 November, two of them past."""
    start = datetime(2026, 11, 19, 16, 0, tzinfo=ZONE)
    starts = [start + timedelta(weeks=week) for week in range(count)]
    document = item(starts_at=start.isoformat(), ends_at=(start + timedelta(hours=2)).isoformat())
    occurrences = [
        occurrence(
            document,
            recurrence_id=moment.isoformat(),
            starts_at=moment.isoformat(),
            ends_at=(moment + timedelta(hours=2)).isoformat(),
        )
        for moment in starts
    ]
    recurrence = {"rrule": f"FREQ=WEEKLY;COUNT={count}", "rdates": [], "exdates": []}
    return event(**{**document, "recurrence": recurrence, "occurrences": occurrences, **changed})


def view(*items: dict[str, Any], **changed: Any) -> ListView:
    """A list of ``items`` without filters."""
    given: dict[str, Any] = {
        "items": items,
        "next_url": None,
        "topics": (),
        "place": "",
        "radius_km": 10,
        "date_from": "",
        "date_to": "",
        "municipalities": (Counted("Werdau", "Werdau", 1), Counted("Zwickau", "Zwickau", 2)),
        "errors": (),
        "calendar_url": "/v1/events.ics",
        "now": NOW,
    }
    return ListView(**{**given, **changed})
