"""The folder of this run's platform: one of its own for each of several workers, and for each run beside another."""

import os
from pathlib import Path
from typing import Final

ROOT: Final = Path(os.environ.get("TEST_ROOT", ".local/test")) / os.environ.get("PYTEST_XDIST_WORKER", "")
