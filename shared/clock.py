"""The one place that says what time it is."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

_NONE: Final = timedelta()


def utc_now() -> datetime:
    """The present, aware, in UTC.

    In local mode only, ``LOCAL_CLOCK_FILE`` names a file with an offset in seconds, so that a test can let weeks
    pass. It is looked at each time: once it is replaced, no process decides by the time before any more.
    """
    return datetime.now(UTC) + _offset()


def _offset() -> timedelta:
    file = os.environ.get("LOCAL_CLOCK_FILE")
    if not file:
        return _NONE
    try:
        return timedelta(seconds=float(Path(file).read_text()))
    except (OSError, ValueError, OverflowError):
        return _NONE


def rfc3339(moment: datetime) -> str:
    """``moment`` as the contracts write it: UTC, milliseconds, ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
