"""Wall-clock times of a zone and the moments they mean, also where its clocks leave an hour out or repeat it.

A wall-clock time is a naive datetime. One that the change to summer time leaves out is counted with the offset before
the change, so that 02:30 of that night is 03:30 (RFC 5545, 3.3.5). Of one that comes twice the first is meant, unless
its ``fold`` is 1 (PEP 495). Naive datetimes are equal whatever their ``fold``: compare moments, or what is written.
"""

from datetime import UTC, datetime, tzinfo


def instant(wall: datetime, zone: tzinfo) -> datetime:
    """The moment that ``wall`` means in ``zone``, in UTC."""
    return wall.replace(tzinfo=zone).astimezone(UTC)


def wall_clock(moment: datetime, zone: tzinfo) -> datetime:
    """What the clocks of ``zone`` show at ``moment`` (aware); ``fold`` says which of two equal hours."""
    return moment.astimezone(zone).replace(tzinfo=None)


def existing(wall: datetime, zone: tzinfo) -> datetime:
    """``wall``, or where the clocks of ``zone`` leave it out, what they show at the moment that it means."""
    return wall_clock(instant(wall, zone), zone)


def not_before(start: datetime, end: datetime, zone: tzinfo) -> datetime:
    """``end``, or the second of two equal hours where the first came before ``start``: what is told by its clock alone
    after something in the second hour is meant so."""
    second = end.replace(fold=1)
    return second if instant(end, zone) < instant(start, zone) <= instant(second, zone) else end


def read(text: str, zone: tzinfo) -> datetime:
    """A date or RFC 3339 time as wall-clock time of ``zone`` that exists there; without an offset it is of that zone.

    Raises:
        ValueError: it is no date and time of the calendar.
    """
    moment = datetime.fromisoformat(text.upper())
    return wall_clock(moment, zone) if moment.tzinfo else existing(moment, zone)


def written(wall: datetime, zone: tzinfo) -> str:
    """``wall`` as RFC 3339, with the offset that ``zone`` has then; equal moments are equal texts."""
    return text(existing(wall, zone), zone)


def text(wall: datetime, zone: tzinfo) -> str:
    """The same of a time that is known to exist in ``zone``."""
    return wall.replace(tzinfo=zone).isoformat()
