"""How the parts of a platform are doing."""

from typing import NamedTuple

import psutil

from deploy.local.backends import Backend
from deploy.local.workspace import Workspace


class PartStatus(NamedTuple):
    """How one part is doing."""

    part: str
    condition: str
    """`ready`, `not ready` or `down`."""
    pid: int | None
    memory: int
    """Resident bytes, of the process and its children."""
    url: str


def status_of(workspace: Workspace, backend: Backend, part: str) -> PartStatus:
    """Look at one part."""
    pids = workspace.pids(part)
    if not pids:
        return PartStatus(part, "down", None, 0, "")
    condition = "ready" if backend.ready(part) else "not ready"
    return PartStatus(part, condition, pids[0], resident_memory(pids[0]), backend.url(part))


def resident_memory(pid: int) -> int:
    """Resident bytes of a process and its children; memory that they share counts once for each."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return sum(member.memory_info().rss for member in family)
    except psutil.NoSuchProcess:
        return 0
