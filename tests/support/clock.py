"""Letting time pass for all processes of a local platform."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest


@contextmanager
def clock_of(root: Path) -> Iterator[None]:
    """This process goes by the clock of the platform in ``root``, too, as commands do that look at its data."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LOCAL_CLOCK_FILE", str(root / "clock"))
        yield


def move_clock(root: Path, moment: datetime) -> None:
    """Every process of the platform in ``root`` goes on from ``moment`` (aware), at its very next look.

    The file is replaced as a whole: nobody ever reads half an offset, which would put the clock back for a moment.
    """
    new = root / "clock.new"
    new.write_text(str((moment - datetime.now(UTC)) / timedelta(seconds=1)))
    new.replace(root / "clock")
