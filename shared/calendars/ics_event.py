"""One VEVENT read: what a submission takes from it, and what could not be read (RFC 5545, 7986)."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from icalendar import Event
from icalendar.error import GloballyUniqueTZIDGuessed
from icalendar.prop import vBroken

from shared.calendars.ics_text import EventText
from shared.calendars.ics_time import Zones, exact, fitted, later
from shared.calendars.ics_values import (
    OLDEST,
    all_of,
    day_if_meant,
    one_of,
    position_of,
    sequence_of,
    stamp_of,
    text_of,
)
from shared.calendars.privacy import has_email, redact
from shared.calendars.text import LINE, PROSE, WORDS, cut, one_line, place_of, prose, slugs, web_address

_NO_EVENTS: Final = frozenset({"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"})
_LONGEST_LIST: Final = 500
# Python's own limits, with room for what a zone's offset or a day more may add.
_FIRST_YEAR, _LAST_YEAR = 2, 9_998


@dataclass(slots=True)
class Vevent:
    """A VEVENT on its way to a submission.

    ``document`` holds the fields that are not times; times are placed in zones (``ics_time.Zones``).
    ``problems`` by field; ``left_out`` says why it must not be published. ``quoting``: problems show what
    could not be read.
    """

    position: int
    quoting: bool = True
    uid: str = ""
    recurrence_id: date | None = None
    start: date | None = None
    end: date | None = None
    rule: str | None = None
    rdates: list[date] = field(default_factory=list)
    exdates: list[date] = field(default_factory=list)
    sequence: int | None = None
    stamps: tuple[datetime, datetime] = (OLDEST, OLDEST)
    document: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    left_out: str | None = None

    @property
    def recurring(self) -> bool:
        """Whether it is a series."""
        return self.rule is not None or bool(self.rdates)

    def unreadable(self, name: str, value: object) -> str:
        """The problem of a property that cannot be read."""
        return f"{name} cannot be read" + (f": {cut(str(value), 60)}" if self.quoting else "")


def read_event(text: EventText, zones: Zones, method: str, *, quoting: bool = True) -> Vevent:
    """Read one VEVENT; nothing it may hold raises."""
    read = Vevent(text.position, quoting)
    try:
        with warnings.catch_warnings():
            # Guessing /vendor/Europe/Berlin to be Europe/Berlin is what we want.
            warnings.simplefilter("ignore", GloballyUniqueTZIDGuessed)
            event = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *text.lines, "END:VEVENT", ""]))
        _read(read, event, zones, method)
    except Exception as error:  # a calendar of thousands must not stop at one foreign oddity
        read.problems[""] = f"cannot be read ({type(error).__name__})"
    if not text.complete:
        read.problems[""] = "is cut off: END:VEVENT is missing"
    if text.garbled:
        read.notes.append(f"{text.garbled} lines are no calendar properties")
    read.notes = list(dict.fromkeys(read.notes))
    return read


def _read(read: Vevent, event: Any, zones: Zones, method: str) -> None:
    read.uid = one_line(text_of(event, "UID"))
    read.sequence = sequence_of(event)
    read.stamps = (stamp_of(event, "LAST-MODIFIED"), stamp_of(event, "DTSTAMP"))
    read.left_out = _reason_to_leave_out(event, method)
    read.recurrence_id = _when(read, event, "RECURRENCE-ID", zones, "overrides")
    _read_times(read, event, zones)
    _read_recurrence(read, event, zones)
    _read_texts(read, event)
    read.document["status"] = (
        "cancelled" if method == "CANCEL" or text_of(event, "STATUS").upper() == "CANCELLED" else "scheduled"
    )
    skipped = {name for name, _ in event.errors if name and name not in {"SEQUENCE", "LAST-MODIFIED", "DTSTAMP"}}
    read.notes += [f"{name} cannot be read and is left out" for name in sorted(skipped & {"GEO", "URL", "IMAGE"})]


def _reason_to_leave_out(event: Any, method: str) -> str | None:
    if method in _NO_EVENTS:
        return f"METHOD:{method} answers an invitation, it publishes nothing"
    # RFC 5545 section 3.8.1.3: a class that is not known is to be treated as PRIVATE.
    access = text_of(event, "CLASS").strip().upper()
    return f"CLASS:{access[:40]}" if access not in {"", "PUBLIC"} else None


def _read_times(read: Vevent, event: Any, zones: Zones) -> None:
    start = _when(read, event, "DTSTART", zones, "starts_at")
    end = _when(read, event, "DTEND", zones, "ends_at")
    if start is None:
        read.problems.setdefault("starts_at", "DTSTART is missing")
        return
    if end is None and (duration := one_of(event, "DURATION")) is not None:
        if isinstance(duration, vBroken) or not isinstance(duration.dt, timedelta):
            read.problems["ends_at"] = read.unreadable("DURATION", duration)
        else:
            end = later(start, duration.dt)
    if isinstance(start, datetime):
        if end is not None and not isinstance(end, datetime):
            end = datetime.combine(end, time.min, start.tzinfo)
    elif isinstance(end, datetime):
        end = end.date() + timedelta(days=1 if end.time() > time.min else 0)
    if end is not None and exact(end) == exact(start):
        end = None
    if end is None and not isinstance(start, datetime):
        # Without an end, or with the day itself as one, an all-day event lasts that day (RFC 5545, 3.6.1).
        end = start + timedelta(days=1)
    read.start, read.end = start, end


def _read_recurrence(read: Vevent, event: Any, zones: Zones) -> None:
    values = all_of(event, "RRULE")
    broken = next((value for value in values if isinstance(value, vBroken)), None)
    rules = {value.to_ical().decode() for value in values} - {""}
    if broken is not None:
        read.problems["recurrence.rrule"] = read.unreadable("RRULE", broken)
    elif len(rules) > 1:
        read.problems["recurrence.rrule"] = "has more than one RRULE"
    elif rules:
        read.rule = rules.pop()
    if all_of(event, "EXRULE"):
        read.problems["recurrence"] = "has an EXRULE, which RFC 5545 took away: use EXDATE"
    for name, dates in (("RDATE", read.rdates), ("EXDATE", read.exdates)):
        dates += sorted(_dates(read, event, name, zones))
        if len(dates) > _LONGEST_LIST:
            read.notes.append(f"only the latest {_LONGEST_LIST} of {len(dates)} {name} are kept")
            del dates[:-_LONGEST_LIST]


def _dates(read: Vevent, event: Any, name: str, zones: Zones) -> Iterator[date]:
    for values in all_of(event, name):
        if isinstance(values, vBroken):
            if str(values).strip():
                read.problems[f"recurrence.{name.lower()}s"] = read.unreadable(name, values)
            continue
        for value in values.dts:
            when = value.dt
            if isinstance(when, tuple):
                when = when[0]
                read.notes.append(f"{name}: only the start of a period is kept")
            if isinstance(when, date) and read.start is not None:
                placed = zones.placed(day_if_meant(when, values), values.params.get("TZID"))
                zone = getattr(read.start, "tzinfo", None) or zones.home
                if _LAST_YEAR >= placed.year >= _FIRST_YEAR:
                    yield fitted(placed, read.start, zone)


def _read_texts(read: Vevent, event: Any) -> None:
    document = read.document
    document["title"] = cut(one_line(_redacted(read, event, "SUMMARY")), LINE)
    if not document["title"]:
        read.problems["title"] = "SUMMARY is missing or empty"
    description = prose(_redacted(read, event, "DESCRIPTION"))
    if len(description) > PROSE:
        read.notes.append(f"DESCRIPTION cut to {PROSE} characters")
    if description:
        document["description"] = cut(description, PROSE)
    if place := _place(read, event):
        document["place"] = place
    labels = (str(label) for values in all_of(event, "CATEGORIES") for label in getattr(values, "cats", ()))
    topics = slugs(label for label in labels if not has_email(label))
    if len(topics) > WORDS:
        read.notes.append(f"only {WORDS} of {len(topics)} CATEGORIES are kept")
    if topics:
        document["topics"] = topics[:WORDS]
    for name, field_name in (("URL", "url"), ("IMAGE", "image_url")):
        address = next(_addresses(event, name), None)
        if address:
            document[field_name] = address


def _place(read: Vevent, event: Any) -> dict[str, object]:
    location = _redacted(read, event, "LOCATION").strip()
    if len(location) > LINE:
        read.notes.append(f"LOCATION cut to {LINE} characters")
    online = web_address(location)
    place: dict[str, object] = {"online_url": online} if online else place_of(location)
    if not online and (conference := next(_addresses(event, "CONFERENCE"), None)):
        place["online_url"] = conference
    if position := position_of(event):
        place["latitude"], place["longitude"] = position
    return place


def _addresses(event: Any, name: str) -> Iterator[str]:
    """Web addresses; data, tel: and mailto: are no links, and one with a person's address in it is none."""
    for value in all_of(event, name):
        address = web_address(str(value).strip())
        if address and not has_email(address):
            yield address


def _redacted(read: Vevent, event: Any, name: str) -> str:
    text = text_of(event, name)
    without = redact(text)
    if without != text:
        read.notes.append(f"{name}: e-mail addresses and telephone numbers left out")
    return without


def _when(read: Vevent, event: Any, name: str, zones: Zones, field_name: str) -> date | None:
    value = one_of(event, name)
    if value is None or (isinstance(value, vBroken) and not str(value).strip()):
        return None
    when = None if isinstance(value, vBroken) else value.dt
    if not isinstance(when, date) or not _FIRST_YEAR <= when.year <= _LAST_YEAR:
        read.problems[field_name] = read.unreadable(name, value)
        return None
    when = day_if_meant(when, value)
    tzid = value.params.get("TZID")
    if tzid and isinstance(when, datetime) and when.tzinfo is None and not zones.knows(tzid):
        read.notes.append(f"{name}: unknown zone {cut(one_line(tzid), 60)}, read as {zones.home.key}")
    return zones.placed(when, tzid)
