"""What a local platform remembers between commands: `<root>/state.json`, readable by its owner only."""

import fcntl
import json
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ValidationError

from deploy.local.errors import LocalPlatformError
from deploy.local.processes import ProcessRecord


class State(BaseModel):
    """Everything that has to be the same at the next start, and what runs at the moment."""

    brokers: int | None = None
    """How many brokers the Kafka data was laid out for."""
    counts: dict[str, int] = {}
    """Instances asked for, by service."""
    ports: dict[str, int] = {}
    secrets: dict[str, str] = {}
    extras: dict[str, str] = {}
    """What the bootstrap step handed over for the environment file."""
    processes: dict[str, ProcessRecord] = {}
    """By part: `kafka-1`, `postgres`, `gateway-2`."""
    containers: dict[str, str] = {}
    """Container ids by part, where containers are used instead of processes."""


class StateFile:
    """Reads and changes the state safely from several threads and several commands at once."""

    def __init__(self, root: Path) -> None:
        self.path = root / "state.json"
        self._thread_lock = threading.RLock()

    def read(self) -> State:
        """The state as it is now; an empty one before the first start."""
        try:
            return State.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return State()
        except ValidationError as error:
            raise LocalPlatformError(
                f"{self.path} cannot be read ({error.error_count()} errors). Delete {self.path.parent} "
                "to start afresh; end leftover processes by hand first"
            ) from error

    @contextmanager
    def edit(self) -> Iterator[State]:
        """Change the state: it is read, handed out, and written back unless the block raises."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._thread_lock, self.path.with_suffix(".lock").open("w") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            state = self.read()
            yield state
            write_private(self.path, json.dumps(state.model_dump(), indent=1) + "\n")


def write_private(path: Path, text: str) -> None:
    """Replace a file as a whole, readable by its owner only: readers see the old or the new, never a part."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
