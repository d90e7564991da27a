"""Running the ``buendnisbus`` command: as people do, in a process of its own; or in this one, without a platform."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson
import typer
from typer.testing import CliRunner, Result


@dataclass(frozen=True)
class Finished:
    """What a command printed and how it ended."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """Its output as one JSON document."""
        return orjson.loads(self.stdout)


async def buendnisbus(
    *arguments: str, env: Mapping[str, str] = MappingProxyType({}), cwd: Path | None = None, answer: str = ""
) -> Finished:
    """Run the command with only ``env`` beside the usual variables."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "buendnisbus"),
        *arguments,
        env=kept | {"COLUMNS": "200"} | dict(env),
        cwd=cwd or "/",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(answer.encode()), 120)
    return Finished(process.returncode or 0, out.decode(), err.decode())


async def json_of(*arguments: str, env: Mapping[str, str]) -> Any:
    """The JSON of a command that must be done."""
    finished = await buendnisbus(*arguments, "--json", env=env)
    assert finished.returncode == 0, (arguments, finished.stderr, finished.stdout)
    return finished.json


def invoke(app: typer.Typer, *arguments: str, answer: str = "") -> Result:
    """Run a command in this process, where nothing can be sent to anybody."""
    environment = {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "COLUMNS": "200"}
    return CliRunner().invoke(app, arguments, input=answer, env=environment)
