"""One root folder: its ports, secrets and logs, and the processes started from it."""

import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from signal import SIGTERM, Signals
from typing import Final

from deploy.local import ports, processes
from deploy.local.errors import CancelledError, LocalPlatformError
from deploy.local.state import StateFile

_LETTING_GO_S: Final = 1.0
"""So long may a process that was killed still hold its port: its threads end one after the other."""

REPOSITORY = Path(__file__).resolve().parents[2]

Report = Callable[[str], None]
"""Takes one line of progress; a line that ends in … announces work, any other says what was done."""


def silent(_line: str) -> None:
    """A report that nobody reads."""


class Workspace:
    """What Kafka, PostgreSQL and the services have in common: named parts that run as processes."""

    def __init__(self, root: Path, *, free_ports: bool = False) -> None:
        self.root = root.resolve()
        self.state = StateFile(self.root)
        self.cancelled = threading.Event()
        """Once set, nothing new is started and every wait for readiness ends."""
        self._base_port = ports.anywhere() if free_ports else None

    def log(self, part: str) -> Path:
        """Where a part's output goes."""
        return self.root / "logs" / f"{part}.log"

    def secret(self, name: str) -> str:
        """A random secret that is made once and stays; letters, digits, `-` and `_` only."""
        with self.state.edit() as state:
            return state.secrets.setdefault(name, secrets.token_urlsafe(32))

    def port(self, name: str, default: int, report: Report = silent, *, strict: bool = False) -> int:
        """The port under which `name` is about to start: the one it had, its default, or the next free one.

        With `strict`, `default` was asked for by the user and nothing else will do.
        """
        with self.state.edit() as state:
            others = {port for other, port in state.ports.items() if other != name}
            wanted = default if strict else state.ports.get(name, self._base_port or default)
            if name in state.ports:
                # What was killed just now may not have let go of it yet.
                ports.wait_until_free(wanted, _LETTING_GO_S)
            port = ports.first_free(wanted, others)
            if strict and port != wanted:
                raise LocalPlatformError(f"port {wanted}, asked for {name}, is taken; end what holds it")
            if port != wanted and wanted not in others:
                report(f"Port {wanted} is taken: {name} uses {port}")
            state.ports[name] = port
            return port

    def launch(
        self,
        part: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        stop_signal: Signals = SIGTERM,
    ) -> None:
        """Start a part's process, with the repository as its working directory, and remember it."""
        if self.cancelled.is_set():
            raise CancelledError
        with self.state.edit() as state:
            state.processes[part] = processes.start(
                command,
                log=self.log(part),
                cwd=REPOSITORY,
                env={**os.environ, **(env or {})},
                user=user,
                stop_signal=stop_signal,
            )

    def wait_ready(self, part: str, ready: Callable[[], bool], timeout: float = 60.0) -> None:
        """Wait until `ready` says so; raises with the end of the log when the part ends or time is up."""
        deadline = time.monotonic() + timeout
        while not ready():
            if self.cancelled.wait(0.1):
                raise CancelledError
            record = self.state.read().processes.get(part)
            if record and not processes.alive(record):
                raise self._failure(part, "ended while it was starting")
            if time.monotonic() > deadline:
                raise self._failure(part, f"was not ready after {timeout:.0f} s")

    def running(self, part: str) -> bool:
        """Whether the part's process is alive (ready or not)."""
        return processes.alive(self.state.read().processes.get(part))

    def pids(self, name: str) -> list[int]:
        """Pids of the running processes of one part (`kafka-2`) or of all of a kind (`kafka`)."""
        recorded = self.state.read().processes
        return [
            record.pid
            for part, record in sorted(recorded.items())
            if name in (part, kind_of(part)) and processes.alive(record)
        ]

    def stop(self, part: str) -> bool:
        """Stop a part in good order and forget it. Returns False where it had to be killed."""
        record = self.state.read().processes.get(part)
        in_good_order = record is None or processes.stop(record)
        with self.state.edit() as state:
            if state.processes.get(part) == record:
                state.processes.pop(part, None)
        return in_good_order

    def kill(self, part: str) -> None:
        """Kill a part (SIGKILL) and leave it recorded: it counts as died, not as stopped."""
        record = self.state.read().processes.get(part)
        if record is None:
            raise LocalPlatformError(f"{part} is not running")
        processes.kill(record)

    def _failure(self, part: str, what: str) -> LocalPlatformError:
        log, record = self.log(part), self.state.read().processes.get(part)
        quoted = processes.tail(log, record.log_start if record else 0)
        return LocalPlatformError(f"{part} {what}. The end of {log}:\n{quoted}")


def kind_of(part: str) -> str:
    """`kafka` of `kafka-2`; a part without a number is its own kind."""
    kind, _, number = part.rpartition("-")
    return kind if number.isdigit() else part
