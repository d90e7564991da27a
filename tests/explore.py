"""``make explore``: try the laws on fresh examples, ten times as many as ``make test`` does, as long as one lets it."""

import secrets
import signal
import subprocess
import sys
import time
from typing import Annotated

import pytest
import typer
from rich.console import Console

from tests.support.laws import FRESH

LAWS = "hypothesis"  # the mark that hypothesis gives to its tests


def main(
    tests: Annotated[list[str] | None, typer.Argument(help="Files or folders; all laws without.")] = None,
    minutes: Annotated[float, typer.Option(min=0.1, help="End after so many minutes.", show_default=False)] = 0,
    seed: Annotated[int, typer.Option(help="Begin with this seed, as to repeat a round.", show_default=False)] = 0,
) -> None:
    """Try the laws round by round, each with a seed of its own, until Ctrl-C, the time is up or a law is broken.

    Examples that break one are kept in .hypothesis and come first the next time.
    """
    console = Console()
    ends = time.monotonic() + minutes * 60 if minutes else float("inf")
    rounds = 0
    while time.monotonic() < ends:
        seed = seed or secrets.randbelow(2**32)
        console.print(f"→ round {rounds + 1}, seed {seed}")
        code = _round(tests or ["tests"], seed, ends)
        if code is None:
            console.print(f"Stopped in round {rounds + 1}; no law broken so far.")
            return
        if code:
            console.print(f"[red]A law was broken[/], or could not be tried, in round {rounds + 1}, seed {seed}.")
            raise typer.Exit(code)
        rounds, seed = rounds + 1, 0
    console.print(f"{rounds} rounds, no law broken.")


def _round(tests: list[str], seed: int, ends: float) -> int | None:
    """The exit code of pytest; None where it was stopped by Ctrl-C, or because time was up."""
    options = ("-m", LAWS, "-q", "-x", f"--hypothesis-profile={FRESH}", f"--hypothesis-seed={seed}")
    process = subprocess.Popen([sys.executable, "-m", "pytest", *options, *tests])
    try:
        # Of itself pytest ends as interrupted, too, where it cannot read the tests.
        return process.wait(None if ends == float("inf") else max(1.0, ends - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    except KeyboardInterrupt:
        pass  # it has reached pytest as well, which tells what it was doing
    code = process.wait()
    return None if code == pytest.ExitCode.INTERRUPTED else code


if __name__ == "__main__":
    typer.run(main)
