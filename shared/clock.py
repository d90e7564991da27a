"""The one place that says what time it is."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path


def utc_now() -> datetime:
    """The present, aware, in UTC.

    In local mode only, ``LOCAL_CLOCK_FILE`` names a file with an offset in seconds, so that a test can let
    weeks pass; it is read each time, because it may change while a service runs.
    """
    now = datetime.now(UTC)
    file = os.environ.get("LOCAL_CLOCK_FILE")
    if not file:
        return now
    try:
        return now + timedelta(seconds=float(Path(file).read_text()))
    except (OSError, ValueError):
        return now


def rfc3339(moment: datetime) -> str:
    """``moment`` as the contracts write it: UTC, milliseconds, ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
