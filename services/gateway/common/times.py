"""Times in documents as aware times, and the present day."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from shared.clock import utc_now
from shared.vocabulary import vocabulary


def instant(text: str, zone: ZoneInfo) -> datetime:
    """A date or an RFC 3339 time of a document as an aware time; a date begins at midnight in ``zone``."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else datetime.combine(moment.date(), time(), zone)


def today() -> date:
    """The present day where the alliance lives."""
    return utc_now().astimezone(ZoneInfo(vocabulary().time_zone)).date()
