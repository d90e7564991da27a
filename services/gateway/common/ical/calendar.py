"""What every calendar begins and ends with, and the lines that events and meetings share (RFC 5545, RFC 7986)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from services.gateway.common.ical.lines import line, text
from services.gateway.common.ical.time_zones import time_zone

_REFRESH: Final = "PT1H"
_YEARS_AHEAD: Final = 12
END: Final = line("END", "VCALENDAR").encode()


def whole(components: Iterable[str], zones: Iterable[str], *, now: datetime, name: str) -> bytes:
    """A calendar of these components, with the time ``zones`` that they name.

    ``now`` says only for how long changes of clocks are listed.
    """
    return beginning(name) + "".join((*time_zones(zones, now=now), *components)).encode() + END


def beginning(name: str) -> bytes:
    """What a calendar called ``name`` begins with; ``END`` ends it."""
    return "".join(
        (
            line("BEGIN", "VCALENDAR"),
            line("VERSION", "2.0"),
            line("PRODID", "-//Buendnisbus//Gateway//DE"),
            line("CALSCALE", "GREGORIAN"),
            text("NAME", name),
            text("X-WR-CALNAME", name),
            line("REFRESH-INTERVAL;VALUE=DURATION", _REFRESH),
            line("X-PUBLISHED-TTL", _REFRESH),
        )
    ).encode()


def time_zones(zones: Iterable[str], *, now: datetime) -> list[str]:
    """The VTIMEZONEs of these zones, by name; UTC needs none."""
    return [time_zone(zone, now.year + _YEARS_AHEAD) for zone in sorted({*zones} - {"UTC"})]


def location(place: dict[str, Any]) -> str:
    """Where something is, on one line; empty where nothing is known."""
    town = " ".join(filter(None, (place.get("postal_code"), place.get("municipality"))))
    return ", ".join(filter(None, (place.get("name"), place.get("street"), town, place.get("online_url"))))
