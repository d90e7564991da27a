"""Gets at the values of a parsed VEVENT, whatever icalendar made of them."""

from datetime import UTC, date, datetime
from typing import Any, Final

from icalendar.prop import vBroken

OLDEST: Final = datetime(1, 1, 1, tzinfo=UTC)


def all_of(event: Any, name: str) -> list[Any]:
    """The values of a property, which icalendar gives as one or as a list."""
    values = event.get(name)
    if values is None:
        return []
    return values if isinstance(values, list) else [values]


def one_of(event: Any, name: str) -> Any:
    """The first value of a property; None without any."""
    return next(iter(all_of(event, name)), None)


def text_of(event: Any, name: str) -> str:
    """The text of a property; empty without one."""
    value = one_of(event, name)
    return "" if value is None else str(value)


def sequence_of(event: Any) -> int | None:
    """The SEQUENCE if it is one that the contract takes."""
    value = one_of(event, "SEQUENCE")
    return int(value) if isinstance(value, int) and 0 <= value < 2**31 else None


def stamp_of(event: Any, name: str) -> datetime:
    """A time stamp for comparing versions; ``OLDEST`` where there is none that can be read."""
    value = one_of(event, name)
    when = None if isinstance(value, vBroken) else getattr(value, "dt", None)
    if not isinstance(when, datetime):
        return OLDEST
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def position_of(event: Any) -> tuple[float, float] | None:
    """Latitude and longitude; None for what is no place on earth, and for 0;0, which only says "unknown"."""
    geo = one_of(event, "GEO")
    if geo is None or isinstance(geo, vBroken):
        return None
    latitude, longitude = float(geo.latitude), float(geo.longitude)
    on_earth = -90 <= latitude <= 90 and -180 <= longitude <= 180 and (latitude, longitude) != (0, 0)
    return (latitude, longitude) if on_earth else None


def day_if_meant(when: date, value: Any) -> date:
    """icalendar makes a midnight of a date that has a TZID, which some calendars give to every property."""
    if isinstance(when, datetime) and str(value.params.get("VALUE", "")).upper() == "DATE":
        return when.date()
    return when
