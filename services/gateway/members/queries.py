"""What may be asked of members: query strings become filters of the views."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.gateway.common.http import cursor
from services.gateway.common.http.dates import Day
from services.gateway.common.http.queries import PageQuery, given
from services.gateway.common.places.areas import keys_of
from services.gateway.common.places.near import unknown_place, whereabouts
from services.gateway.members.store import MemberFilter
from shared.contracts.base import ONE_LINE
from shared.contracts.members.organisations import Standing
from shared.places import places

Slug = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9-]+$")]
Several = Annotated[tuple[Annotated[str, Field(max_length=80, pattern=ONE_LINE)], ...], Field(max_length=20)]
Words = Annotated[str, Field(max_length=200, pattern=ONE_LINE)]
Municipality = Annotated[
    str | None,
    Field(max_length=100, pattern=ONE_LINE, description="AGS, name or postal code; whose area includes it."),
]


class MemberQuery(PageQuery):
    """Filters of the directory. Values of one filter are alternatives, filters add up."""

    topic: Several = ()
    kind: Several = ()
    language: Several = ()
    municipality: Municipality = None
    status: tuple[Literal["active", "passive"], ...] = ()
    q: Annotated[Words, Field(description="Part of the name or description.")] = ""


class OfficeMemberQuery(PageQuery):
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


class PeopleQuery(PageQuery):
    """Filters of the office's list of people."""

    organisation: Slug | None = None
    q: Annotated[Words, Field(description="Part of the name or e-mail address.")] = ""


class ContributionQuery(PageQuery):
    """Filters of a list of contributions."""

    status: Literal["reported", "confirmed", "declined"] | None = None


class OfficeContributionQuery(ContributionQuery):
    """Those of the office's."""

    organisation: Slug | None = None


class TrainingQuery(PageQuery):
    """Filters of the list of trainings."""

    status: Literal["planned", "held", "cancelled"] | None = None


class MultiplierQuery(PageQuery):
    """Filters of the list of multipliers."""

    status: Literal["available", "away", "expired", "retired"] | None = None


def members_wanted(query: MemberQuery) -> MemberFilter:
    """What ``query`` asks of the directory.

    Raises:
        ProblemError: 422, the municipality is unclear or unknown, or the cursor was not written here.
    """
    return MemberFilter(
        topics=given(query.topic),
        kinds=given(query.kind),
        languages=given(query.language),
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


def _keys(municipality: str | None) -> tuple[str, ...] | None:
    if not (municipality or "").strip():
        return None
    ags = whereabouts(str(municipality).strip(), "", 0, places()).ags
    if ags is None:
        raise unknown_place("municipality")
    return tuple(keys_of(ags))
