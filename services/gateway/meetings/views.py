"""The views of meetings; and, private, the words of their minutes."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from services.gateway.common.documents import Document
from services.gateway.common.times import instant
from services.gateway.common.views.view import View
from services.gateway.meetings.store import replace_attendance
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.members.people import MinutesFact


def start(meeting: Document) -> datetime:
    """When a meeting starts."""
    return instant(meeting["starts_at"], ZoneInfo(meeting["time_zone"]))


VIEWS: Final = (
    View("meeting", MeetingFact, at=start, follow_up=replace_attendance),
    View("minutes", MinutesFact, is_private=True),
)
