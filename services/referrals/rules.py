"""The alliance's promises are data: read once, when the service starts."""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.referrals.domain.state import Rules, TrendRules
from services.referrals.domain.working_days import WorkingDays
from shared.contracts.base import field_errors
from shared.vocabulary import Vocabulary

DEFAULT: Final = Path(__file__).parent / "data" / "rules.toml"
_Days = Annotated[int, Field(ge=1, le=400)]


class RulesError(ValueError):
    """The file of rules cannot be used; the text says why."""


class _Trends(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    area_from: Annotated[float, Field(gt=0)]
    least_weeks: Annotated[int, Field(ge=4, le=52)]
    false_rate: Annotated[float, Field(gt=0, lt=1)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    response_days: Annotated[int, Field(ge=1, le=60)]
    tries: Annotated[int, Field(ge=1, le=20)]
    open_each: Annotated[int, Field(ge=1, le=100)]
    check_after_days: _Days
    silent_after_days: _Days
    wait_days: _Days
    reopen_days: _Days
    erase_after_days: _Days
    trends: _Trends


def read_rules(file: str | None, words: Vocabulary) -> Rules:
    """The rules in ``file`` (None: those of the first alliance), for an alliance that lives where ``words`` say.

    Raises:
        RulesError: the file is missing, no TOML, or something in it is missing, unknown or out of bounds.
    """
    path = Path(file) if file else DEFAULT
    try:
        given = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise RulesError(f"{path} cannot be read: {error}") from None
    except ValidationError as error:
        wrong = "; ".join(f"{one.field} {one.detail}" for one in field_errors(error))
        raise RulesError(f"{path}: {wrong}") from None
    zone = ZoneInfo(words.time_zone)
    return Rules(
        zone=zone,
        days=WorkingDays(zone, words.subdivision),
        response_days=given.response_days,
        tries=given.tries,
        open_each=given.open_each,
        check_after=timedelta(days=given.check_after_days),
        silent_after=timedelta(days=given.silent_after_days),
        wait=timedelta(days=given.wait_days),
        reopen=timedelta(days=given.reopen_days),
        erase_after=timedelta(days=given.erase_after_days),
        trends=TrendRules(given.trends.area_from, given.trends.least_weeks, given.trends.false_rate),
    )
