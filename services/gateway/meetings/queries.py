"""What may be asked of meetings: query strings become filters of the view."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from services.gateway.common.http import cursor
from services.gateway.common.http.dates import Moment, Until, moment
from services.gateway.common.http.queries import PageQuery
from services.gateway.meetings.store import MeetingFilter


class MeetingQuery(PageQuery):
    """Filters of the list of meetings; without ``from`` those of the past too."""

    since: Annotated[Moment | None, Field(alias="from", description="Date or RFC 3339; by start.")] = None
    until: Until = None
    kind: tuple[Literal["session", "retreat", "working-group"], ...] = ()
    status: tuple[Literal["planned", "held", "cancelled"], ...] = ()
    order: Annotated[Literal["asc", "desc"], Field(description="By start; desc: the latest first.")] = "asc"


class MemberMeetingQuery(PageQuery):
    """Filters of the meetings of an organisation."""

    status: Literal["planned", "held", "cancelled"] | None = None


class CalendarQuery(BaseModel):
    """What opens a calendar."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: Annotated[str, Field(max_length=100, description="From `GET /v1/members/{member}/calendar`.")] = ""


def meetings_wanted(query: MeetingQuery, zone: ZoneInfo, *, everyone: bool) -> MeetingFilter:
    """What ``query`` asks of the meetings. Dates are days in ``zone``; ``everyone``: also what is not public.

    Raises:
        ProblemError: 422, a date or the cursor cannot be read.
    """
    return MeetingFilter(
        since=moment("from", query.since, zone) if query.since else None,
        before=moment("to", query.until, zone, whole_day=True) if query.until else None,
        kinds=query.kind,
        statuses=query.status,
        everyone=everyone,
        after=cursor.read(query.cursor),
        latest_first=query.order == "desc",
    )
