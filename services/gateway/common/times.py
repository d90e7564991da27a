"""Times in documents as aware times."""

from datetime import datetime, time
from zoneinfo import ZoneInfo


def instant(text: str, zone: ZoneInfo) -> datetime:
    """A date or an RFC 3339 time of a document as an aware time; a date begins at midnight in ``zone``."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else datetime.combine(moment.date(), time(), zone)
