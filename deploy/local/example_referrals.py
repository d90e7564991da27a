"""The demo's example requests for help and worries: a year of them, in all states that there are; all invented."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.local.errors import LocalPlatformError
from deploy.local.example_ids import example_id
from deploy.local.example_members import read_data
from deploy.local.platform import Platform
from deploy.local.workspace import REPOSITORY, Report
from services.referrals.cli import knows_networks
from services.referrals.settings import Settings
from shared.clock import rfc3339, utc_now

_LOOKS, _LOOK_EVERY_S = 75, 0.2


def publish(platform: Platform, report: Report) -> None:
    """Let the year of the examples happen, once; what has become of it since is left alone.

    Raises:
        LocalPlatformError: it could not be.
    """
    if not platform.services.counts.get("referrals"):
        report("The example requests wait until an instance of referrals is wanted")
        return
    if platform.services.counts.get("members"):
        asyncio.run(_networks_known(Settings(database_url=platform.database_url("referrals"))))
    for line in play(platform):
        report(line)


def play(platform: Platform) -> list[str]:
    """Play the year up to now in a process with a clock of its own; returns what it tells.

    Raises:
        LocalPlatformError: it failed; then nothing of the year is there.
    """
    with TemporaryDirectory() as folder:
        environment = {
            "REFERRALS_DATABASE_URL": platform.database_url("referrals"),
            "LOCAL_CLOCK_FILE": str(Path(folder) / "clock"),
        }
        command = [sys.executable, "-m", "deploy.local.played_year", rfc3339(utc_now())]
        played = subprocess.run(
            command, cwd=REPOSITORY, env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )
    if played.returncode:
        raise LocalPlatformError(f"the example requests could not be made:\n{played.stderr}")
    return played.stdout.splitlines()


async def _networks_known(settings: Settings) -> None:
    """Wait until the example members and multipliers can be asked, or nobody could be."""
    data = read_data()
    ids = [one["id"] for one in data["members"]["organisation"]]
    ids += [example_id("multiplier", one["key"]) for one in data["contributions"]["multiplier"]]
    for _ in range(_LOOKS):
        if await knows_networks(settings, ids):
            return
        await asyncio.sleep(_LOOK_EVERY_S)
