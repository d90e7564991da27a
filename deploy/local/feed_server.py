"""A small web server for iCalendar feeds, as associations have one: to try out how they are read.

It serves the ``.ics`` files in ``<root>/examples/feeds`` with entity tags. ``python -m deploy.local.feed_server``
is its process.
"""

import sys
from collections.abc import Collection
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from deploy.local import ports
from deploy.local.workspace import Report, Workspace, silent

PART = "feeds"
_PORT = 8090


class FeedServer:
    """The server as a part of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.folder = workspace.root / "examples" / "feeds"

    @property
    def description(self) -> str:
        """For progress lines."""
        return f"iCalendar feeds from {self.folder} on {self.url(PART)}"

    def parts(self) -> list[str]:
        """Its one process."""
        return [PART]

    def start(self, report: Report = silent, only: Collection[str] | None = None) -> None:
        """Start it unless it runs, and wait until it answers."""
        if not self._workspace.running(PART):
            self.folder.mkdir(parents=True, exist_ok=True)
            port = self._workspace.port(PART, _PORT, report)
            self._workspace.launch(PART, [sys.executable, "-m", "deploy.local.feed_server", self.folder, str(port)])
        self._workspace.wait_ready(PART, lambda: self.ready(PART))

    def ready(self, part: str) -> bool:
        """Whether it answers at all."""
        try:
            httpx.get(self.url(part), timeout=2.0, trust_env=False)
        except httpx.HTTPError:
            return False
        return True

    def url(self, part: str) -> str:
        """Where its files are; there is none at the address itself."""
        return f"http://{ports.HOST}:{self._workspace.state.read().ports[part]}/"


def main(folder: Path, port: int) -> None:
    """Serve ``folder`` until told to stop."""
    app = Starlette(routes=[Mount("/", StaticFiles(directory=folder))])
    uvicorn.run(app, host=ports.HOST, port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
