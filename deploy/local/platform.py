"""The whole local platform: Kafka, PostgreSQL and our services, with one object to command them.

`make up` and `make demo` use it through `python -m deploy.local`, the tests directly, on roots of their own.
"""

import shutil
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.local import envfile
from deploy.local.backends import DEFAULT_ROOT, Backend, choose_kafka, choose_postgres
from deploy.local.concurrently import concurrently
from deploy.local.errors import LocalPlatformError
from deploy.local.feed_server import FeedServer
from deploy.local.lock import RootLock
from deploy.local.services import SERVICES, Services
from deploy.local.status import PartStatus, status_of
from deploy.local.workspace import Report, Workspace, kind_of, silent
from deploy.migrate import MigrationError, migrate
from deploy.topics import KafkaAdminError, apply_topics

Bootstrap = Callable[["Platform"], dict[str, str]]
"""Registers what a fresh platform needs (example partner, keys); returns entries for the environment file."""

_OUR_FILES = ("kafka", "postgres", "postgres.new", "logs", "examples", "state.json", "env", "clock")


class Platform:
    """One local platform in one root folder.

    Every method may be called at any time and from any program: what runs is known from the root.
    Methods that start something return once it is ready, and raise LocalPlatformError otherwise.
    """

    def __init__(
        self,
        root: Path = DEFAULT_ROOT,
        *,
        brokers: int | None = None,
        services: Mapping[str, int] | None = None,
        free_ports: bool = False,
        bootstrap: Bootstrap | None = None,
    ) -> None:
        """Choose the parts; nothing is started yet.

        `brokers` (1 or 3) and `services` (instances by name; 0 gives the service its database only) default to
        what was last asked for in this root, else to one of each. `free_ports` takes ports out of the way of
        everything instead of the usual ones.
        """
        self.workspace = Workspace(root, free_ports=free_ports)
        self.root = self.workspace.root
        self.lock = RootLock(self.root)
        remembered = self.workspace.state.read()
        self.kafka = choose_kafka(self.workspace, brokers or remembered.brokers or 1)
        self.postgres = choose_postgres(self.workspace)
        self.services = Services(self.workspace, self.kafka, self.postgres)
        self.feeds = FeedServer(self.workspace)
        default = {name: remembered.counts.get(name, 1) for name in SERVICES}
        self.services.counts = dict(default if services is None else services)
        self._bootstrap = bootstrap

    def up(self, report: Report = silent) -> None:
        """Start everything that does not run. What runs stays, what died is started again."""
        with self.lock.held("up"):
            self._remember_counts()
            concurrently(
                lambda: self._start(self.kafka, report),
                lambda: self._start(self.postgres, report),
                cancelled=self.workspace.cancelled,
            )
            self._prepare(report)
            self.write_env()
            self._stop_together(self.services.surplus(), report)
            if self.services.parts():
                self._start(self.feeds, report)
                self._start(self.services, report)
                self._run_bootstrap()
            self.write_env()

    def down(self, report: Report = silent, *, purge: bool = False) -> None:
        """Stop everything: services, then Kafka, then PostgreSQL. `purge` deletes the data afterwards."""
        with self.lock.held("down"):
            # Also what an earlier command started with other options than ours.
            recorded = sorted(self.workspace.state.read().processes)
            if not recorded:
                report("Nothing was running")
            for backend in (self.services, self.feeds, self.kafka, self.postgres):
                self._stop_together([part for part in recorded if self._backend(part) is backend], report)
            if self.workspace.state.read().containers:
                from deploy.local.containers import remove_all

                remove_all(self.workspace)
            with self.workspace.state.edit() as state:
                state.counts = {}
            self.write_env()
            if purge:
                self._purge()
                report(f"The data in {self.root} is deleted")

    def start_kafka(self, report: Report = silent) -> None:
        """Start the brokers that do not run."""
        self.kafka.start(report)
        self.write_env()

    def start_postgres(self, report: Report = silent) -> None:
        """Start the PostgreSQL server unless it runs."""
        self.postgres.start(report)
        self.write_env()

    def start_service(self, name: str, index: int = 1, report: Report = silent) -> None:
        """Start one instance of a service; a higher index than so far scales the service out."""
        self.services.counts[name] = max(index, self.services.counts.get(name, 0))
        self._remember_counts()
        self.services.start(report, only=[f"{name}-{index}"])
        self.write_env()

    def stop_service(self, name: str, index: int = 1) -> None:
        """Stop one instance in good order (SIGTERM)."""
        self.stop(f"{name}-{index}")

    def stop(self, part: str) -> None:
        """Stop one part (`kafka-1`, `postgres`, `events-2`) in good order; killed if it takes too long."""
        self.workspace.stop(part)
        self.write_env()

    def kill(self, part: str) -> None:
        """Kill one part with SIGKILL; it stays down until `restart` or `up`."""
        self.workspace.kill(part)
        self.write_env()

    def restart(self, part: str, report: Report = silent) -> None:
        """Start one part again, after stopping it if it runs."""
        self.workspace.stop(part)
        self._backend(part).start(report, only=[part])
        self.write_env()

    def pids(self, name: str) -> list[int]:
        """Pids of the running processes of a part (`kafka-2`) or of all of a kind (`kafka`, `events`)."""
        return self.workspace.pids(name)

    def parts(self) -> list[str]:
        """The names of all processes that should run."""
        services = self.services.parts()
        return [*self.kafka.parts(), *self.postgres.parts(), *(self.feeds.parts() if services else ()), *services]

    def status(self) -> list[PartStatus]:
        """How every part is doing."""
        return [status_of(self.workspace, self._backend(part), part) for part in self.parts()]

    def healthy(self) -> bool:
        """Whether every part runs and is ready."""
        return all(row.condition == "ready" for row in self.status())

    def died(self) -> list[str]:
        """The parts that should run and whose process is gone."""
        return [part for part in self.parts() if not self.workspace.running(part)]

    def internal_url(self, name: str, index: int = 1) -> str:
        """Probes and metrics of one instance of a service."""
        return self.services.internal_url(f"{name}-{index}")

    def public_url(self, name: str = "gateway", index: int = 1) -> str:
        """The public address of one instance of a service that has one."""
        return self.services.public_url(f"{name}-{index}")

    def database_url(self, name: str) -> str:
        """The connection string of a service."""
        return self.services.database_url(name)

    @property
    def env(self) -> dict[str, str]:
        """What `<root>/env` holds: addresses, credentials and pids as they are now."""
        return envfile.values(self.workspace, self.kafka, self.services)

    def remember(self, entries: Mapping[str, str]) -> None:
        """Add entries to `<root>/env`, now and at every later start."""
        with self.workspace.state.edit() as state:
            state.extras |= entries
        self.write_env()

    def write_env(self) -> None:
        """Bring `<root>/env` up to date."""
        envfile.write(self.root / "env", self.env)

    def _start(self, backend: Backend, report: Report) -> None:
        began = time.monotonic()
        ran_already = bool(backend.parts()) and all(map(self.workspace.running, backend.parts()))
        backend.start(report)
        took = "runs already" if ran_already else f"{time.monotonic() - began:.1f} s"
        report(f"{backend.description} ({took})")

    def _prepare(self, report: Report) -> None:
        """Databases, their schemas, and topics: all of it may be repeated."""
        began = time.monotonic()
        self.services.provision_databases()
        try:
            for name in self.services.with_database():
                migrate(name, self.database_url(name))
            apply_topics(self.kafka.settings, self.kafka.replication_factor)
        except (MigrationError, KafkaAdminError) as error:
            raise LocalPlatformError(str(error)) from error
        report(f"Databases and topics are up to date ({time.monotonic() - began:.1f} s)")

    def _run_bootstrap(self) -> None:
        if self._bootstrap is not None:
            self.remember(self._bootstrap(self))

    def _stop_together(self, parts: list[str], report: Report) -> None:
        if not parts:
            return
        began = time.monotonic()
        with ThreadPoolExecutor(len(parts)) as pool:
            in_good_order = list(pool.map(self.workspace.stop, parts))
        report(f"{', '.join(parts)} stopped ({time.monotonic() - began:.1f} s)")
        for part, fine in zip(parts, in_good_order, strict=True):
            if not fine:
                report(f"{part} did not end when asked and was killed")

    def _remember_counts(self) -> None:
        with self.workspace.state.edit() as state:
            state.counts = dict(self.services.counts)

    def _backend(self, part: str) -> Backend:
        backends: dict[str, Backend] = {"kafka": self.kafka, "postgres": self.postgres, "feeds": self.feeds}
        return backends.get(kind_of(part), self.services)

    def _purge(self) -> None:
        for name in _OUR_FILES:
            path = self.root / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
