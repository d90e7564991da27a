"""`buendnisbus` starts quickly: what only services, pages or single commands need is loaded by those alone."""

import subprocess
import sys

import pytest

PROGRAM = "import deploy.cli, sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "library", ["babel", "fastapi", "faststream", "icalendar", "jinja2", "markdown_it", "prometheus_client", "uvicorn"]
)
def test_the_command_starts_without(library: str, loaded: set[str]) -> None:
    assert "typer" in loaded
    assert library not in loaded
