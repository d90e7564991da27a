"""Where the platforms of this run live: one root for each of several workers, and for each run beside another."""

import os
import shutil
from pathlib import Path
from typing import Final

from deploy.local.platform import Platform

_RUN: Final = Path(os.environ.get("TEST_ROOT", ".local/test"))
_WORKER: Final = os.environ.get("PYTEST_XDIST_WORKER", "")

ROOT: Final = _RUN / _WORKER


def root_apart(name: str) -> Path:
    """An empty root for a platform beside the one that all tests share; what an earlier run left there is stopped.

    It is none of pytest's temporary folders: each run that begins shuts those of all others to other users, and
    PostgreSQL is one where tests run as root.
    """
    root = _RUN.with_name(f"{_RUN.name}-apart") / _WORKER / name
    if root.exists():
        Platform(root).down()
        shutil.rmtree(root)
    root.mkdir(parents=True)
    return root.resolve()
