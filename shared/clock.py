"""The one place that says what time it is."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

LOOK_AGAIN_S: Final = 0.5
_NONE: Final = timedelta()
_seen: tuple[float, timedelta] = (0.0, _NONE)


def utc_now() -> datetime:
    """The present, aware, in UTC.

    In local mode only, ``LOCAL_CLOCK_FILE`` names a file with an offset in seconds, so that a test can let
    weeks pass; it may change while a service runs and is looked at every half a second.
    """
    return datetime.now(UTC) + _offset()


def _offset() -> timedelta:
    global _seen
    looked_at, offset = _seen
    now = time.monotonic()
    if now - looked_at > LOOK_AGAIN_S:
        file = os.environ.get("LOCAL_CLOCK_FILE")
        try:
            offset = timedelta(seconds=float(Path(file).read_text())) if file else _NONE
        except (OSError, ValueError):
            offset = _NONE
        _seen = (now, offset)
    return offset


def rfc3339(moment: datetime) -> str:
    """``moment`` as the contracts write it: UTC, milliseconds, ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
