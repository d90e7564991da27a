"""The alliance's rules are data: read once, when the service starts."""

import tomllib
from pathlib import Path
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

import orjson
from pydantic import Field, ValidationError

from services.members.domain.activity import ActivityRule
from services.members.domain.state import Rules
from shared.contracts.base import Contract, field_errors
from shared.contracts.members.contributions import ContributionKind
from shared.contracts.members.meetings import Kind, Presence

DEFAULT: Final = Path(__file__).parent / "data" / "rules.toml"
_Months = Annotated[int, Field(ge=0, le=1_200)]


class RulesError(ValueError):
    """The file of rules cannot be used; the text says why."""


class _Meetings(Contract):
    kinds: frozenset[Kind]
    last: Annotated[int, Field(ge=1)]
    needed: Annotated[float, Field(gt=0)]
    weights: dict[Presence, Annotated[float, Field(ge=0)]]


class _Contributions(Contract):
    kinds: frozenset[ContributionKind | Literal["event", "referral"]]
    needed: Annotated[int, Field(ge=1)]
    months: Annotated[_Months, Field(ge=1)]


class _Activity(Contract):
    newcomer_months: _Months
    remind_days: Annotated[int, Field(ge=0, le=3_650)]
    meetings: _Meetings
    contributions: _Contributions


class _File(Contract):
    activity: _Activity


def read_rules(file: str | None, time_zone: str) -> Rules:
    """The rules in ``file`` (None: those of the first alliance), for an alliance in ``time_zone`` (IANA name).

    Raises:
        RulesError: the file is missing, no TOML, lacks something, or says something that cannot be.
    """
    path = Path(file) if file else DEFAULT
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Rules(ZoneInfo(time_zone), _rule(_File.model_validate_json(orjson.dumps(data)).activity))
    except ValidationError as error:
        why = "; ".join(f"{one.field} {one.detail}" for one in field_errors(error))
        raise RulesError(f"{path}: {why}") from None
    except (OSError, ValueError) as error:  # unreadable, no UTF-8, no TOML
        raise RulesError(f"{path}: {error}") from None


def _rule(read: _Activity) -> ActivityRule:
    return ActivityRule(
        newcomer_months=read.newcomer_months,
        remind_days=read.remind_days,
        meeting_kinds=frozenset(read.meetings.kinds),
        last_meetings=read.meetings.last,
        meetings_needed=read.meetings.needed,
        weights={str(name): weight for name, weight in read.meetings.weights.items()},
        contribution_kinds=frozenset(read.contributions.kinds),
        contributions_needed=read.contributions.needed,
        months=read.contributions.months,
    )
