"""Letting time pass for all processes of a local platform."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from deploy.local import clock
from deploy.local.platform import Platform
from tests.support.root import root_apart


@contextmanager
def clock_of(root: Path) -> Iterator[None]:
    """This process goes by the clock of the platform in ``root``, too, as commands do that look at its data."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LOCAL_CLOCK_FILE", str(root / "clock"))
        yield


@contextmanager
def platform_at(moment: datetime, name: str, services: Mapping[str, int]) -> Iterator[Platform]:
    """A platform of its own, whose time nobody else lives in: it is ``moment`` (aware) there, and goes on from then.

    ``name`` tells its folder from others, ``services`` says how many instances there are of each.
    """
    platform = Platform(root_apart(name), services=services, brokers=1, free_ports=True)
    move_clock(platform.root, moment)
    try:
        platform.up()
        with clock_of(platform.root):
            yield platform
    finally:
        platform.down()


def move_clock(root: Path, moment: datetime) -> None:
    """Every process of the platform in ``root`` goes on from ``moment`` (aware), at its very next look."""
    clock.move_clock(root / "clock", moment)
