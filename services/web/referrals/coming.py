"""Coming events that may suit whoever asks or worries, as pages list them. Pure functions."""

from dataclasses import dataclass

from services.web.client import Document, segment
from services.web.common import labels
from shared.language import Language


@dataclass(frozen=True, slots=True)
class ComingEvent:
    """An event in a list: its day, name, page and town; whether it is easy to come to."""

    day: str
    title: str
    url: str
    town: str
    is_low_threshold: bool


def listed(found: Document, language: Language) -> list[ComingEvent]:
    """The coming events of a request or a worry, in their order."""
    return [
        ComingEvent(
            day=labels.day(event["starts_at"], language),
            title=event["title"],
            url=f"/events/{segment(event['id'])}",
            town=_town(event["place"] or {}),
            is_low_threshold=event["low_threshold"],
        )
        for event in found["coming"]
    ]


def _town(place: Document) -> str:
    resolved = place.get("resolved") or {}
    return str(resolved.get("name") or place.get("municipality") or "")
