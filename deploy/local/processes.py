"""Detached processes that are found again later and never mistaken for another program.

A pid is reused by the system once its process is gone. A process is therefore remembered by its pid *and*
the moment it started, and nothing is signalled unless both still agree.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil
from pydantic import BaseModel

LOG_LIMIT = 10 * 2**20
"""Bytes after which a log is set aside as `<name>.log.1` at the next start."""

_SAME_MOMENT = 0.05
"""Seconds: clock ticks are 0.01 s, the rest is floating point."""

_children: dict[int, "subprocess.Popen[bytes]"] = {}


class ProcessRecord(BaseModel, frozen=True):
    """One started process, as remembered in the state file."""

    pid: int
    started: float
    """Seconds from the machine's boot to the start of the process: no clock adjustment moves it."""
    stop_signal: int = signal.SIGTERM
    """What asks this program to end in good order."""
    patience: float = 20.0
    """Seconds it gets for that before it is killed."""
    log_start: int = 0
    """Where its own output begins in the log, in bytes."""


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    cwd: Path,
    env: Mapping[str, str],
    user: str | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    patience: float = 20.0,
) -> ProcessRecord:
    """Start a command in a session of its own, so that neither Ctrl-C nor our end reaches it.

    Its output is appended to `log`. `user` (root only) runs it as another system user.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name(f"{log.name}.1"))
    with log.open("ab") as output:
        log_start = output.tell()
        child = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
    _children[child.pid] = child
    return ProcessRecord(
        pid=child.pid,
        started=_moment(child.pid),
        stop_signal=stop_signal,
        patience=patience,
        log_start=log_start,
    )


def alive(record: ProcessRecord | None) -> bool:
    """Whether exactly this process still runs. A zombie does not."""
    if record is None:
        return False
    _reap()
    try:
        zombie = psutil.Process(record.pid).status() == psutil.STATUS_ZOMBIE
        return not zombie and abs(_moment(record.pid) - record.started) < _SAME_MOMENT
    except psutil.NoSuchProcess:
        return False


def send(record: ProcessRecord, number: int) -> None:
    """Signal this process; does nothing when it is gone or its pid belongs to another by now."""
    if alive(record):
        try:
            os.kill(record.pid, number)
        except ProcessLookupError:
            return


def stop(record: ProcessRecord) -> bool:
    """End a process: ask, wait its patience, then kill. Returns whether asking was enough."""
    send(record, record.stop_signal)
    send(record, signal.SIGCONT)  # a frozen process would not hear it otherwise
    if wait_for_end(record, record.patience):
        return True
    kill(record)
    return False


def kill(record: ProcessRecord) -> None:
    """End a process at once (SIGKILL) and wait until it is gone."""
    send(record, signal.SIGKILL)
    wait_for_end(record, 10.0)


def wait_for_end(record: ProcessRecord, timeout: float) -> bool:
    """Wait at most `timeout` seconds for the process to end; returns whether it did."""
    deadline = time.monotonic() + timeout
    while alive(record):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def current(stop_signal: signal.Signals = signal.SIGTERM) -> ProcessRecord:
    """The record of the running program itself."""
    return ProcessRecord(pid=os.getpid(), started=_moment(os.getpid()), stop_signal=stop_signal)


def tail(log: Path, start: int = 0, lines: int = 12) -> str:
    """The last lines of a log after byte `start`, indented for quoting in an error."""
    if not log.exists():
        return "    (nothing was logged)"
    with log.open("rb") as file:
        file.seek(max(start, log.stat().st_size - 16_384))
        text = file.read().decode(errors="replace")
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def _moment(pid: int) -> float:
    return round(psutil.Process(pid).create_time() - psutil.boot_time(), 2)


def _reap() -> None:
    """Collect our own ended children, which would stay zombies otherwise."""
    for pid, child in list(_children.items()):
        if child.poll() is not None:
            _children.pop(pid, None)
