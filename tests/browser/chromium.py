"""Which browser the tests use: one that is installed, never one that they download."""

import shutil
from collections.abc import Mapping
from typing import Final

import pytest

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS: Final = ("--no-sandbox", "--disable-dev-shm-usage")
"""Containers give no user namespaces and little shared memory; the pages shown are our own."""


def installed(environ: Mapping[str, str]) -> str:
    """The program: what ``CHROMIUM`` names, else the first of ``NAMES`` on the path.

    Without one the test is skipped, or fails where ``BROWSER_TESTS=required``, as in continuous integration. It
    fails, too, where ``CHROMIUM`` names no program, as whoever sets it means to test.
    """
    chosen = environ.get("CHROMIUM")
    for name in (chosen,) if chosen else NAMES:
        if found := shutil.which(name, path=environ.get("PATH")):
            return found
    if chosen:
        pytest.fail(f"CHROMIUM names {chosen}, which is no program here", pytrace=False)
    missing = f"no browser here: looked for {', '.join(NAMES)} on the path, and CHROMIUM is not set"
    if environ.get("BROWSER_TESTS") == "required":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)
