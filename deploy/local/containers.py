"""Kafka and PostgreSQL as containers (`BUENDNISBUS_PLATFORM=containers`).

Not run so far: no machine of ours has a container engine. It takes the Docker client that testcontainers brings,
but not testcontainers itself, which publishes ports on all interfaces and removes every container when the
program that started it ends, while `make up` detaches.

The data lives in the containers and goes with them at `make down`.
"""

from collections.abc import Collection
from typing import Any

import docker  # type: ignore[import-untyped]

from deploy.local import databases, ports
from deploy.local.broker import BrokerPorts, broker_properties, new_cluster_id
from deploy.local.errors import LocalPlatformError
from deploy.local.external import External
from deploy.local.jars import KAFKA_VERSION
from deploy.local.kafka import plain_settings, registered_brokers
from deploy.local.workspace import Report, Workspace, silent

_ALL_INTERFACES = "0.0.0.0"  # noqa: S104 - of the container; on this machine the ports are on loopback only


class ContainerKafka(External):
    """One broker in a container, configured like the local ones."""

    replication_factor = 1

    def __init__(self, workspace: Workspace) -> None:
        _engine()
        self._workspace = workspace
        self._ports = BrokerPorts(
            *(_port(workspace, "kafka", purpose, 9092 + n) for n, purpose in enumerate(BrokerPorts._fields))
        )
        self.settings = plain_settings(f"{ports.HOST}:{self._ports.internal}")
        self.partner_bootstrap_servers = f"{ports.HOST}:{self._ports.partner}"
        self.description = f"Apache Kafka {KAFKA_VERSION} in a container, {self.settings.bootstrap_servers}"

    def start(self, report: Report = silent, only: Collection[str] | None = None) -> None:
        """Start the container unless it runs, and wait until it answers."""
        settings = broker_properties(1, [self._ports], "/var/lib/kafka/data", bind=_ALL_INTERFACES)
        environment = {environment_name(key): str(value) for key, value in settings.items()}
        environment["CLUSTER_ID"] = new_cluster_id()
        published = {port: port for port in (self._ports.internal, self._ports.partner)}
        _run(self._workspace, "kafka", f"apache/kafka:{KAFKA_VERSION}", environment, published, report)
        self._workspace.wait_ready("kafka", lambda: bool(registered_brokers(self.settings)))


class ContainerPostgres(External):
    """PostgreSQL 18 in a container."""

    def __init__(self, workspace: Workspace) -> None:
        _engine()
        self._workspace = workspace
        self._password = workspace.secret("POSTGRES_PASSWORD")
        self._port = _port(workspace, "postgres", "server", 54321)
        self.admin_url = f"postgresql://postgres:{self._password}@{ports.HOST}:{self._port}/postgres"
        self.description = f"PostgreSQL 18 in a container, {ports.HOST}:{self._port}"

    def start(self, report: Report = silent, only: Collection[str] | None = None) -> None:
        """Start the container unless it runs, and wait until it answers."""
        environment = {"POSTGRES_PASSWORD": self._password}
        _run(self._workspace, "postgres", "postgres:18", environment, {5432: self._port}, report)
        self._workspace.wait_ready("postgres", lambda: databases.answers(self.admin_url))


def environment_name(key: str) -> str:
    """The variable by which Kafka's image takes a property: `.` is `_`, `_` is `__`, `-` is `___`."""
    return "KAFKA_" + key.replace("_", "__").replace("-", "___").replace(".", "_").upper()


def remove_all(workspace: Workspace) -> None:
    """Remove the containers of a workspace, with their data."""
    recorded = workspace.state.read().containers
    for part, identity in recorded.items():
        for container in _engine().containers.list(all=True, filters={"id": identity}):
            container.remove(force=True, v=True)
        with workspace.state.edit() as state:
            state.containers.pop(part, None)


def _port(workspace: Workspace, part: str, purpose: str, default: int) -> int:
    """The port on this machine: while a container exists, the one it was given."""
    name = f"container-{part}-{purpose}"
    state = workspace.state.read()
    kept = state.ports.get(name) if part in state.containers else None
    return kept or workspace.port(name, default)


def _run(
    workspace: Workspace,
    part: str,
    image: str,
    environment: dict[str, str],
    published: dict[int, int],
    report: Report,
) -> None:
    """Start a container unless the recorded one runs. `published`: port inside → port on loopback here."""
    engine = _engine()
    recorded = workspace.state.read().containers.get(part)
    if recorded and engine.containers.list(filters={"id": recorded}):
        return
    report(f"Starting {image} …")
    bindings = {f"{inside}/tcp": (ports.HOST, outside) for inside, outside in published.items()}
    container = engine.containers.run(image, detach=True, environment=environment, ports=bindings)
    with workspace.state.edit() as state:
        state.containers[part] = container.id


def _engine() -> Any:
    """The container engine; raises at once where there is none."""
    try:
        engine = docker.from_env(timeout=2)
        engine.ping()
    except docker.errors.DockerException as error:
        raise LocalPlatformError(
            f"BUENDNISBUS_PLATFORM=containers, but no container engine answers ({error}). Start it, or unset "
            "the variable: Kafka and PostgreSQL then run as plain processes"
        ) from error
    return docker.from_env(timeout=300)
