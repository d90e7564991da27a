"""Events as an iCalendar feed (RFC 5545, RFC 7986) that calendar programs can subscribe to and update from.

What a program already has keeps its name: the UID never changes, SEQUENCE grows with each version, and a single
occurrence that differs is a component of its own with RECURRENCE-ID.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.gateway.feeds.ical_lines import instant, line, local, text, times
from services.gateway.feeds.time_zones import time_zone

Document = dict[str, Any]

_REFRESH: Final = "PT1H"
_STATUS: Final = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}
_DIFFERENT: Final = ("title", "description", "place")
_FIRST_OF_MANY: Final = 1_000  # with that many occurrences the first ones may be missing (contract of EventFact)
_YEARS_AHEAD: Final = 12
END: Final = line("END", "VCALENDAR").encode()


def calendar(documents: Iterable[Document], *, public_url: str, now: datetime, name: str) -> bytes:
    """The public ones of ``documents`` (``EventFact``, whose ``visibility`` may be left out) as one calendar.

    ``public_url`` is where the pages of events are; ``now`` says only for how long changes of clocks are listed.
    """
    return beginning(name) + part(documents, set(), public_url=public_url, now=now) + END


def part(documents: Iterable[Document], defined: set[str], *, public_url: str, now: datetime) -> bytes:
    """A part of a calendar: the public ones of ``documents``, behind the time zones that they name first.

    ``defined``: the zones that stand in the calendar so far, to which those of this part are added; else as above.
    """
    events: list[str] = []
    zones: set[str] = set()
    for document in documents:
        if document.get("visibility", "public") == "public":
            events += _event(document, public_url.rstrip("/"))
            if not document["all_day"]:
                zones.add(document["time_zone"])
    new = time_zones(zones - defined, now=now)
    defined |= zones
    return "".join((*new, *events)).encode()


def whole(components: Iterable[str], zones: Iterable[str], *, now: datetime, name: str) -> bytes:
    """A calendar of these components, with the time ``zones`` that they name; ``now`` as above."""
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


def _event(document: Document, public_url: str) -> Iterator[str]:
    """The event itself, and each of its occurrences that differs from what its rule says."""
    zone, recurrence = ZoneInfo(document["time_zone"]), document["recurrence"]
    if not recurrence:
        yield from _component(document, public_url, start_and_end(document, zone))
        return
    length = _length(document, zone)
    start, is_by_rule = _first(document, zone)
    lines = [times("DTSTART", [start])]
    if length > timedelta():
        lines.append(times("DTEND", [start + length]))
    if recurrence["rrule"] and is_by_rule:
        lines.append(line("RRULE", _rule(recurrence["rrule"], zone, all_day=document["all_day"])))
    for name, texts in (("RDATE", recurrence["rdates"]), ("EXDATE", recurrence["exdates"])):
        if texts:
            lines.append(times(name, [_wall(each, zone) for each in texts]))
    yield from _component(document, public_url, lines)
    for occurrence in document["occurrences"]:
        if _differs(document, occurrence, zone, length):
            different = {name: occurrence[name] for name in _DIFFERENT if occurrence[name] is not None}
            original = times("RECURRENCE-ID", [_wall(occurrence["recurrence_id"], zone)])
            single = {**document, **different, "status": occurrence["status"]}
            yield from _component(single, public_url, [original, *start_and_end(occurrence, zone)])


def _component(document: Document, public_url: str, when: list[str]) -> Iterator[str]:
    """A VEVENT. No person is named, so there is neither ORGANIZER nor CONTACT."""
    page = f"{public_url}/events/{document['id']}"
    place = document["place"] or {}
    updated = datetime.fromisoformat(document["updated_at"])
    title = f"Abgesagt: {document['title']}" if document["status"] == "cancelled" else document["title"]
    hosts = ", ".join(organiser["name"] for organiser in document["organisers"])
    paragraphs = (document["description"], hosts and f"Veranstaltet von: {hosts}", document["url"], page)
    yield line("BEGIN", "VEVENT")
    yield text("UID", f"{document['id']}@buendnisbus")
    yield line("SEQUENCE", str(document["version"] - 1))
    yield instant("DTSTAMP", updated)  # without METHOD it means the last change (RFC 5545, 3.8.7.2)
    yield instant("LAST-MODIFIED", updated)
    yield instant("CREATED", datetime.fromisoformat(document["created_at"]))
    yield line("STATUS", _STATUS.get(document["status"], "CONFIRMED"))
    yield from when
    yield text("SUMMARY", title)
    yield text("DESCRIPTION", "\n\n".join(filter(None, paragraphs)))
    yield line("URL", page)
    if where := location(place):
        yield text("LOCATION", where)
    if place.get("latitude") is not None and place.get("longitude") is not None:
        yield line("GEO", f"{place['latitude']:.6f};{place['longitude']:.6f}")
    if document["topics"]:
        yield text("CATEGORIES", *document["topics"])
    yield line("END", "VEVENT")


def location(place: Document) -> str:
    """Where something is, on one line; empty where nothing is known."""
    town = " ".join(filter(None, (place.get("postal_code"), place.get("municipality"))))
    return ", ".join(filter(None, (place.get("name"), place.get("street"), town, place.get("online_url"))))


def _differs(document: Document, occurrence: Document, zone: ZoneInfo, length: timedelta) -> bool:
    """Whether an occurrence is not what every program makes of the rule.

    Programs disagree whether a night in which clocks change is an hour longer, so its end is told, too.
    """
    start, end = occurrence["starts_at"], occurrence["ends_at"]
    return (
        occurrence["status"] != document["status"]
        or start != occurrence["recurrence_id"]
        or (end is not None and _wall(start, zone) + length != _wall(end, zone))
        or any(occurrence[name] is not None for name in _DIFFERENT)
    )


def _first(document: Document, zone: ZoneInfo) -> tuple[date, bool]:
    """The first time an event takes place, and whether any of them comes from its rule.

    DTSTART counts as the first of COUNT in any case, ``starts_at`` only if the rule says so.
    """
    start, recurrence, occurrences = document["starts_at"], document["recurrence"], document["occurrences"]
    originals = [occurrence["recurrence_id"] for occurrence in occurrences]
    wall = _wall(start, zone)
    if not originals or len(originals) >= _FIRST_OF_MANY or start in {*originals, *recurrence["exdates"]}:
        return wall, True
    by_rule = (_wall(each, zone) for each in originals if each not in recurrence["rdates"])
    at_its_hour = (each for each in by_rule if each > wall and f"{each:%T}" == f"{wall:%T}")
    first = next(at_its_hour, None)
    return (_wall(originals[0], zone), False) if first is None else (first, True)


def _length(document: Document, zone: ZoneInfo) -> timedelta:
    if document["ends_at"] is None:
        return timedelta()
    return _wall(document["ends_at"], zone) - _wall(document["starts_at"], zone)


def start_and_end(document: Document, zone: ZoneInfo) -> list[str]:
    """DTSTART, and DTEND where it is later, as it must be."""
    names = {"DTSTART": document["starts_at"], "DTEND": document["ends_at"]}
    if names["DTEND"] in (None, names["DTSTART"]):
        del names["DTEND"]
    return [times(name, [_moment(each, zone)]) for name, each in names.items()]


def _wall(written: str, zone: ZoneInfo) -> date:
    """A date, or a time in the zone in which the event repeats."""
    return date.fromisoformat(written) if len(written) == 10 else datetime.fromisoformat(written).astimezone(zone)


def _moment(written: str, zone: ZoneInfo) -> date:
    """The same; the second of two equal hours can only be told in UTC."""
    wall = _wall(written, zone)
    return wall.astimezone(UTC) if isinstance(wall, datetime) and wall.fold else wall


def _rule(written: str, zone: ZoneInfo, *, all_day: bool) -> str:
    """The rule with UNTIL of the kind that RFC 5545 (3.3.10) asks for; a date includes that day."""
    before, name, rest = written.partition("UNTIL=")
    if not name:
        return written
    until, semicolon, after = rest.partition(";")
    moment = datetime.fromisoformat(until)
    # Away from the ends of the calendar, as in 99991231T235959Z, which have no time in another zone.
    moment = moment.replace(year=min(max(moment.year, 2), 9998))
    if len(until) == 8:
        moment = datetime.combine(moment, time(23, 59, 59))
    moment = moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
    until = f"{moment:%Y%m%d}" if all_day else f"{local(moment.astimezone(UTC))}Z"
    return f"{before}{name}{until}{semicolon}{after}"
