"""Running the ``buendnisbus`` command as people do: in a process of its own."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson


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
