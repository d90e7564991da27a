"""The clock of a local platform: a file with an offset that its processes go by (``shared.clock``)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


def move_clock(file: Path, moment: datetime) -> None:
    """Every process that goes by ``file`` goes on from ``moment`` (aware), at its very next look.

    The file is replaced as a whole: nobody ever reads half an offset, which would put the clock back for a moment.
    """
    new = file.with_name(f"{file.name}.new")
    new.write_text(str((moment - datetime.now(UTC)) / timedelta(seconds=1)))
    new.replace(file)
