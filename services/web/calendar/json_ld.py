"""Events as schema.org data, for search engines and other calendars."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from services.web.common.plain_text import safe_link
from services.web.common.times import period_of

MOST: Final = 50
_SCHEMA: Final = "https://schema.org/"
_STATUS: Final = {
    "scheduled": "EventScheduled",
    "cancelled": "EventCancelled",
    "postponed": "EventPostponed",
    "rescheduled": "EventRescheduled",
    "moved-online": "EventMovedOnline",
}


def json_ld(document: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The event; one that recurs as a series with its next occurrences, as many as ``MOST``."""
    occurrences = document["occurrences"]
    if document.get("recurrence") is None:
        return {"@context": _SCHEMA, **_event(document, occurrences[0] if occurrences else document)}
    upcoming = [found for found in occurrences if not period_of(found).is_over(now)]
    return {
        "@context": _SCHEMA,
        **_event(document, document),
        "@type": "EventSeries",
        "subEvent": [_event(document, found) for found in upcoming[:MOST]],
    }


def _event(document: Mapping[str, Any], occurrence: Mapping[str, Any]) -> dict[str, Any]:
    place = occurrence.get("place") or document.get("place") or {}
    found = {
        "@type": "Event",
        "@id": f"urn:uuid:{document['id']}",
        "name": occurrence.get("title") or document["title"],
        "description": occurrence.get("description") or document.get("description"),
        "startDate": occurrence["starts_at"],
        "endDate": _end(occurrence.get("ends_at")),
        "eventStatus": _SCHEMA + _STATUS[occurrence["status"]],
        "eventAttendanceMode": _SCHEMA + _attendance(place, occurrence["status"]),
        "location": _locations(place),
        "organizer": [{"@type": "Organization", "name": organiser["name"]} for organiser in document["organisers"]],
        "inLanguage": list(document.get("languages") or ()),
        "keywords": list(document.get("topics") or ()),
        "url": safe_link(document.get("url")),
        "image": safe_link(document.get("image_url")),
    }
    return {name: value for name, value in found.items() if value}


def _end(ends_at: str | None) -> str | None:
    """Schema.org includes the last day, the contracts do not."""
    if ends_at and len(ends_at) == 10:
        return (date.fromisoformat(ends_at) - timedelta(days=1)).isoformat()
    return ends_at


def _attendance(place: Mapping[str, Any], status: str) -> str:
    is_online = bool(safe_link(place.get("online_url")))
    is_somewhere = status != "moved-online" and bool(place.get("name") or place.get("municipality"))
    if is_online and is_somewhere:
        return "MixedEventAttendanceMode"
    return "OnlineEventAttendanceMode" if is_online or status == "moved-online" else "OfflineEventAttendanceMode"


def _locations(place: Mapping[str, Any]) -> list[dict[str, Any]]:
    address = {
        "streetAddress": place.get("street"),
        "postalCode": place.get("postal_code"),
        "addressLocality": place.get("municipality"),
    }
    found: list[dict[str, Any]] = []
    if place.get("name") or any(address.values()):
        known = {name: value for name, value in address.items() if value}
        named = {"name": place["name"]} if place.get("name") else {}
        found.append({"@type": "Place", **named, "address": {"@type": "PostalAddress", **known}})
    if online := safe_link(place.get("online_url")):
        found.append({"@type": "VirtualLocation", "url": online})
    return found
