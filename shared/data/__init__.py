"""Files of the first alliance, each of which another one replaces by a setting."""

import os
from pathlib import Path


def data_file(setting: str, name: str) -> Path:
    """The file that ``setting`` names in the environment, or ``name`` in this folder."""
    return Path(os.environ.get(setting) or Path(__file__).parent / name)
