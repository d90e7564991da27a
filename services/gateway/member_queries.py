"""What may be asked of members, meetings and goals: query strings become filters of the views."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from services.gateway import cursor
from services.gateway.alliance_store import MeetingFilter
from services.gateway.areas import keys_of
from services.gateway.member_list_store import MemberFilter
from services.gateway.moments import Day, Moment, moment
from services.gateway.near import whereabouts
from services.gateway.problems import ProblemError, reason
from shared.contracts.base import ONE_LINE
from shared.contracts.members.organisations import Standing
from shared.places import places

Slug = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9-]+$")]
Several = Annotated[tuple[Annotated[str, Field(max_length=80, pattern=ONE_LINE)], ...], Field(max_length=20)]
Limit = Annotated[int, Field(ge=1, le=200)]
Cursor = Annotated[str | None, Field(max_length=800, description="From `next` of the page before.")]
Words = Annotated[str, Field(max_length=200, pattern=ONE_LINE)]
Municipality = Annotated[
    str | None,
    Field(max_length=100, pattern=ONE_LINE, description="AGS, name or postal code; whose area includes it."),
]
Until = Annotated[Moment | None, Field(alias="to", description="Date (that day included) or RFC 3339 (excluded).")]


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Limit = 50
    cursor: Cursor = None


class MemberQuery(_Query):
    """Filters of the directory. Values of one filter are alternatives, filters add up."""

    topic: Several = ()
    kind: Several = ()
    language: Several = ()
    municipality: Municipality = None
    status: tuple[Literal["active", "passive"], ...] = ()
    q: Annotated[Words, Field(description="Part of the name or description.")] = ""


class OfficeMemberQuery(_Query):
    """Filters of the office's list of organisations."""

    status: tuple[Standing, ...] = ()
    proposed: Annotated[
        bool | None, Field(description="Whether the activity says what the office has not confirmed.")
    ] = None
    q: Annotated[Words, Field(description="Part of the name or description.")] = ""


class OneMemberQuery(BaseModel):
    """What may be asked of one member."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: Annotated[Day | None, Field(description="A date: status and reasons as the log has them for that day.")] = None


class PeopleQuery(_Query):
    """Filters of the office's list of people."""

    organisation: Slug | None = None
    q: Annotated[Words, Field(description="Part of the name or e-mail address.")] = ""


class MeetingQuery(_Query):
    """Filters of the list of meetings; without ``from`` those of the past too."""

    since: Annotated[Moment | None, Field(alias="from", description="Date or RFC 3339; by start.")] = None
    until: Until = None
    kind: tuple[Literal["session", "retreat", "working-group"], ...] = ()
    status: tuple[Literal["planned", "held", "cancelled"], ...] = ()


class ContributionQuery(_Query):
    """Filters of a list of contributions."""

    status: Literal["reported", "confirmed", "declined"] | None = None


class OfficeContributionQuery(ContributionQuery):
    """Those of the office's."""

    organisation: Slug | None = None


class TrainingQuery(_Query):
    """Filters of the list of trainings."""

    status: Literal["planned", "held", "cancelled"] | None = None


class MultiplierQuery(_Query):
    """Filters of the list of multipliers."""

    status: Literal["available", "away", "expired", "retired"] | None = None


class GoalQuery(BaseModel):
    """Which goals are shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Literal["open", "retired", "all"] = "open"


class CalendarQuery(BaseModel):
    """What opens a calendar."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: Annotated[str, Field(max_length=100, description="From `GET /v1/members/{member}/calendar`.")] = ""


def members_wanted(query: MemberQuery) -> MemberFilter:
    """What ``query`` asks of the directory.

    Raises:
        ProblemError: 422, the municipality is unclear or unknown, or the cursor was not written here.
    """
    return MemberFilter(
        topics=_given(query.topic),
        kinds=_given(query.kind),
        languages=_given(query.language),
        statuses=query.status,
        keys=_keys(query.municipality),
        words=query.q.strip(),
        after=cursor.read_text(query.cursor, parts=2),
    )


def office_members_wanted(query: OfficeMemberQuery) -> MemberFilter:
    """The same of the office's list."""
    return MemberFilter(
        statuses=query.status,
        proposed=query.proposed,
        words=query.q.strip(),
        everyone=True,
        after=cursor.read_text(query.cursor, parts=2),
    )


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
    )


def _keys(municipality: str | None) -> tuple[str, ...] | None:
    if not (municipality or "").strip():
        return None
    ags = whereabouts(str(municipality).strip(), "", 0, places()).ags
    if ags is None:
        unknown = reason("municipality", "place-unknown", "is no postal code and no municipality that is known here")
        raise ProblemError(422, unknown, kind="/problems/place-unknown")
    return tuple(keys_of(ags))


def _given(values: tuple[str, ...]) -> tuple[str, ...]:
    """A form sends its empty fields too."""
    return tuple(value for value in values if value)
