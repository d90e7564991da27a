"""Dates and times in query strings: which are taken, the same in the description as in the reader."""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import Field

from services.gateway.common.http.problems import ProblemError, reason

# Years that a time zone, the day after and PostgreSQL can all cope with.
_DAY: Final = "[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK: Final = "([01][0-9]|2[0-3]):[0-5][0-9]"
# An unescaped + arrives as a space.
_TIME: Final = rf"[Tt]{_CLOCK}(:[0-5][0-9]([.][0-9]{{1,9}})?)?([Zz]|[+ -]{_CLOCK})?"
_MOMENT: Final = f"{_DAY}({_TIME})?"
_CHANGE: Final = "[0-9a-f]{12}-[0-9]{1,18}"

# Forms send their empty fields too. What is refused is told by the readers below, in words rather than by a pattern.
Moment = Annotated[
    str, Field(json_schema_extra={"pattern": f"^({_MOMENT})?$", "examples": ["2026-12-03", "2026-12-03T16:00:00Z"]})
]
Change = Annotated[
    str,
    Field(json_schema_extra={"pattern": f"^({_MOMENT}|{_CHANGE})?$", "examples": ["2026-12-03", "3f0c9a51b7e2-41"]}),
]
Until = Annotated[Moment | None, Field(alias="to", description="Date (that day included) or RFC 3339 (excluded).")]
Day = Annotated[str, Field(json_schema_extra={"pattern": f"^{_DAY}$", "examples": ["2026-12-03"]})]


def moment(field: str, text: str, zone: ZoneInfo, *, whole_day: bool = False) -> datetime:
    """A date, a day in ``zone``, or an RFC 3339 time; with ``whole_day`` a date means its end.

    Raises:
        ProblemError: 422, it cannot be read.
    """
    try:
        if not re.fullmatch(_MOMENT, text):
            raise ValueError(field)
        found = datetime.fromisoformat(text.upper().replace(" ", "+"))
    except ValueError:
        invalid = reason(field, "date-invalid", "must be a date such as 2026-12-03 or an RFC 3339 time")
        raise ProblemError(422, invalid) from None
    if len(text) == len("2026-12-03"):
        following = found.date() + timedelta(days=1 if whole_day else 0)
        return datetime.combine(following, time(), zone)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def read_day(field: str, text: str) -> date:
    """A date.

    Raises:
        ProblemError: 422, it is none.
    """
    try:
        if not re.fullmatch(_DAY, text):
            raise ValueError(field)
        return date.fromisoformat(text)
    except ValueError:
        raise ProblemError(422, reason(field, "date-parsing", "must be a date such as 2026-12-03")) from None


def past_day(field: str, text: str, today: date) -> date:
    """A date that is not after ``today``.

    Raises:
        ProblemError: 422, it is none, or lies in the future.
    """
    day = read_day(field, text)
    if day > today:
        raise ProblemError(422, reason(field, "in-future", "must not lie in the future"))
    return day
