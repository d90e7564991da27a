"""Keeping a platform alive while somebody looks at it."""

import time
from threading import Event

from deploy.local.errors import CancelledError, LocalPlatformError
from deploy.local.platform import Platform
from deploy.local.workspace import Report

_FIRST_DELAY = 1.0
_LONGEST_DELAY = 30.0
_SETTLED = 60.0
"""Seconds after which a restarted part counts as well again."""


class Patient:
    """A part that died: when it may be tried again, and how long to wait the next time."""

    def __init__(self) -> None:
        self.delay = _FIRST_DELAY
        self.tried = float("-inf")

    def due(self, now: float) -> bool:
        """Whether to try it now (seconds of any clock that only goes forward)."""
        if now - self.tried > _SETTLED:
            self.delay = _FIRST_DELAY
        return now - self.tried >= self.delay

    def note_attempt(self, now: float) -> None:
        """Remember a try, whatever comes of it."""
        self.tried = now
        self.delay = min(2 * self.delay, _LONGEST_DELAY)


def supervise(platform: Platform, report: Report, stop: Event) -> None:
    """Restart what dies until `stop` is set. A part that keeps dying is tried less and less often."""
    patients: dict[str, Patient] = {}
    while not stop.wait(0.5):
        for part in platform.died():
            patient = patients.setdefault(part, Patient())
            if patient.due(time.monotonic()):
                patient.note_attempt(time.monotonic())
                _revive(platform, part, report)


def _revive(platform: Platform, part: str, report: Report) -> None:
    began = time.monotonic()
    report(f"{part} has died; restarting it …")
    try:
        platform.restart(part, report)
    except CancelledError:
        return
    except LocalPlatformError as error:
        report(f"{part} could not be restarted and will be tried again: {error}")
    else:
        report(f"{part} is back ({time.monotonic() - began:.1f} s)")
