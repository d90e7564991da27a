"""One command at a time works on a root; the others learn who holds it."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ValidationError

from deploy.local import processes
from deploy.local.errors import LocalPlatformError


class Holder(BaseModel):
    """Who works on a root at the moment."""

    command: str
    process: processes.ProcessRecord


class RootLock:
    """The lock of one root. It ends with the process that holds it, however that ends."""

    def __init__(self, root: Path) -> None:
        self._path = root / "lock"
        self._held = False

    @contextmanager
    def held(self, command: str, timeout: float = 120.0) -> Iterator[None]:
        """Hold the lock while the block runs; may be nested.

        Waits at most `timeout` seconds for another command to finish, but not for a `demo`, which stays.
        """
        if self._held:
            yield
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+") as file:
            self._acquire(file, timeout)
            file.truncate(0)
            file.write(Holder(command=command, process=processes.current()).model_dump_json())
            file.flush()
            self._held = True
            try:
                yield
            finally:
                self._held = False
                file.truncate(0)

    def holder(self) -> Holder | None:
        """Who holds the lock now, if anyone does."""
        try:
            holder = Holder.model_validate_json(self._path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
        return holder if processes.alive(holder.process) else None

    def _acquire(self, file: IO[str], timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                holder = self.holder()
            if holder and holder.command == "demo":
                raise LocalPlatformError(
                    f"`make demo` (pid {holder.process.pid}) is running here and restarts what dies by "
                    "itself; end it with Ctrl-C or `make down`"
                )
            if time.monotonic() > deadline:
                who = f"`{holder.command}` (pid {holder.process.pid})" if holder else "another command"
                raise LocalPlatformError(f"{who} has been at work in {self._path.parent} for too long")
            time.sleep(0.1)
