"""Our own services as local processes, any number of instances of each.

A new service is one more line in `SERVICES`.
"""

import os
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

import httpx

from deploy.local import databases, ports
from deploy.local.backends import Kafka, Postgres
from deploy.local.errors import LocalPlatformError
from deploy.local.workspace import Report, Workspace, kind_of, silent


@dataclass(frozen=True)
class Service:
    """What the local platform has to know of a service."""

    internal_port: int
    """Where probes and metrics of its first instance are served by default."""
    public_port: int | None = None
    has_database: bool = True
    secrets: tuple[str, ...] = ()
    """Settings that get a random value, made once."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Settings that only the local platform has."""


SERVICES: Mapping[str, Service] = {
    "events": Service(internal_port=8081, settings={"EVENTS_FEED_HOSTS_ALLOWED": ports.HOST}),
    "members": Service(internal_port=8083),
    "referrals": Service(internal_port=8085),
    "gateway": Service(internal_port=8082, public_port=8080, secrets=("GATEWAY_KEY_PEPPER", "GATEWAY_LINK_SECRET")),
    "web": Service(internal_port=8084, public_port=8000, has_database=False),
}


class Services:
    """The service processes of one workspace. Part names are `<service>-<instance>`, counted from 1."""

    def __init__(self, workspace: Workspace, kafka: Kafka, postgres: Postgres) -> None:
        self._workspace = workspace
        self._kafka = kafka
        self._postgres = postgres
        # Made once, since it loads certificates; no proxy of the environment stands before loopback.
        self._http = httpx.Client(timeout=2.0, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
        self.counts: dict[str, int] = {}
        """Wanted instances by service; 0 still gives the service its database."""
        self.environment: dict[str, str] = {}
        """Settings for all services beyond what the platform itself sets."""

    @property
    def description(self) -> str:
        """For progress lines."""
        return ", ".join(f"{part} {self.url(part)}" for part in self.parts())

    def parts(self) -> list[str]:
        """The names of the processes that should run."""
        return [f"{name}-{index}" for name, count in self.counts.items() for index in range(1, count + 1)]

    def start(self, report: Report = silent, only: Collection[str] | None = None) -> None:
        """Start the instances that do not run, all at once, and wait until every one is ready."""
        wanted = self.parts() if only is None else list(only)
        down = [part for part in wanted if not self._workspace.running(part)]
        for part in down:
            # All before the first is launched: each is told where the others are.
            self._choose_public_port(part, report)
        for part in down:
            self._launch(part, report)
        for part in wanted:
            self._workspace.wait_ready(part, partial(self.ready, part))

    def surplus(self) -> list[str]:
        """Instances beyond the wanted counts."""
        recorded = set(self._workspace.state.read().processes)
        return sorted(part for part in recorded - set(self.parts()) if kind_of(part) in SERVICES)

    def ready(self, part: str) -> bool:
        """Whether the instance says that it can work."""
        try:
            return self._http.get(f"{self.internal_url(part)}/readyz").status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def url(self, part: str) -> str:
        """The public address where there is one, else the internal one."""
        return self.public_url(part) if SERVICES[kind_of(part)].public_port else self.internal_url(part)

    def internal_url(self, part: str) -> str:
        """Where an instance serves its probes and metrics."""
        return f"http://{ports.HOST}:{self._port(f'{part}-internal')}"

    def public_url(self, part: str) -> str:
        """Where an instance serves the public."""
        return f"http://{ports.HOST}:{self._port(f'{part}-public')}"

    def database_url(self, name: str) -> str:
        """The connection of a service's own role to its own database."""
        password = self._workspace.secret(f"{name.upper()}_DATABASE_PASSWORD")
        return databases.service_url(self._postgres.admin_url, name, password)

    def provision_databases(self) -> None:
        """Create roles and databases of all services that have one."""
        passwords = {name: self._workspace.secret(f"{name.upper()}_DATABASE_PASSWORD") for name in self.with_database()}
        databases.provision(self._postgres.admin_url, passwords)

    def with_database(self) -> list[str]:
        """The services that have a database of their own."""
        return [name for name in self.counts if SERVICES[name].has_database]

    def _launch(self, part: str, report: Report) -> None:
        name = kind_of(part)
        service = SERVICES[name]
        prefix = name.upper()
        internal = self._workspace.port(f"{part}-internal", service.internal_port, report)
        settings = {
            f"{prefix}_INTERNAL_HOST": ports.HOST,
            f"{prefix}_INTERNAL_PORT": str(internal),
            "LOCAL_CLOCK_FILE": str(self._workspace.root / "clock"),
            "PYTHONUNBUFFERED": "1",
            **service.settings,
            **{secret: self._workspace.secret(secret) for secret in service.secrets},
        }
        if service.has_database:
            settings |= {
                "KAFKA_BOOTSTRAP_SERVERS": self._kafka.settings.bootstrap_servers,
                "KAFKA_SECURITY_PROTOCOL": self._kafka.settings.security_protocol,
                f"{prefix}_DATABASE_URL": self.database_url(name),
            }
        if service.public_port:
            settings |= {
                f"{prefix}_HOST": ports.HOST,
                f"{prefix}_PORT": str(self._port(f"{part}-public")),
                f"{prefix}_PUBLIC_URL": self.public_url(part),
            }
            settings |= self._addresses_of_others(name, report)
        self._workspace.launch(part, [sys.executable, "-m", f"services.{name}"], env=settings | self.environment)

    def _addresses_of_others(self, name: str, report: Report) -> dict[str, str]:
        """Where pages and interface find each other, running or not; the first instance stands for all."""
        other = "gateway-1" if name == "web" else "web-1"
        if f"{other}-public" not in self._workspace.state.read().ports:
            self._choose_public_port(other, report)
        address = self.public_url(other)
        if name == "web":
            return {"WEB_GATEWAY_URL": address, "WEB_GATEWAY_PUBLIC_URL": address}
        return {"GATEWAY_WEB_URL": address}

    def _choose_public_port(self, part: str, report: Report) -> None:
        """Choose where an instance is about to serve the public, if it does."""
        name = kind_of(part)
        if default := SERVICES[name].public_port:
            asked = os.environ.get(f"{name.upper()}_PORT") if part == f"{name}-1" else None
            self._workspace.port(f"{part}-public", int(asked or default), report, strict=bool(asked))

    def _port(self, name: str) -> int:
        known = self._workspace.state.read().ports
        if name not in known:
            raise LocalPlatformError(f"{name}: never started here")
        return known[name]
