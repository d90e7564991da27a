"""Where Kafka and PostgreSQL come from: local processes, containers, or what runs already."""

import os
from collections.abc import Collection
from typing import Protocol

from deploy.local.errors import LocalPlatformError
from deploy.local.external import ExternalKafka, ExternalPostgres
from deploy.local.kafka import LocalKafka
from deploy.local.postgres import LocalPostgres
from deploy.local.state import StateFile
from deploy.local.workspace import REPOSITORY, Report, Workspace, silent
from shared.settings import KafkaSettings

DEFAULT_ROOT = REPOSITORY / ".local"

STARTED_WITH = dict(os.environ)
"""The environment as it was at first: commands we call in-process may add our own addresses to it later."""


class Backend(Protocol):
    """A group of parts that are started and watched by name."""

    @property
    def description(self) -> str:
        """What is in use and where it is reached, for the user."""

    def parts(self) -> list[str]:
        """The processes that should run; none where somebody else runs them."""

    def start(self, report: Report = silent, only: Collection[str] | None = None) -> None:
        """Start what does not run (of `only`), and wait until all of it is ready."""

    def ready(self, part: str) -> bool:
        """Whether a part does its work at this moment."""

    def url(self, part: str) -> str:
        """Where a part is reached."""


class Kafka(Backend, Protocol):
    """Any Kafka with a listener for us and one for partners."""

    @property
    def settings(self) -> KafkaSettings:
        """For our own services and for administration."""

    @property
    def partner_bootstrap_servers(self) -> str:
        """For partners: SASL_PLAINTEXT, SCRAM-SHA-512, ACLs."""

    @property
    def replication_factor(self) -> int:
        """Copies that every topic gets."""


class Postgres(Backend, Protocol):
    """Any PostgreSQL server on which databases and roles may be created."""

    @property
    def admin_url(self) -> str:
        """A connection that may create roles and databases."""


def choose_kafka(workspace: Workspace, brokers: int) -> Kafka:
    """The Kafka that the environment asks for."""
    servers = STARTED_WITH.get("KAFKA_BOOTSTRAP_SERVERS", "")
    # Whoever sourced our own environment file does not mean an existing Kafka but ours.
    if servers and not _is_local(servers, workspace.state, StateFile(DEFAULT_ROOT)):
        partner = STARTED_WITH.get("KAFKA_PARTNER_BOOTSTRAP_SERVERS")
        if not partner:
            raise LocalPlatformError(
                "KAFKA_BOOTSTRAP_SERVERS names an existing Kafka; set KAFKA_PARTNER_BOOTSTRAP_SERVERS too (its "
                "listener with SCRAM-SHA-512), or unset both to start a local one"
            )
        return ExternalKafka(servers, partner)
    if _wants_containers():
        # Imported here: the Docker client is there for development only.
        from deploy.local.containers import ContainerKafka

        return ContainerKafka(workspace)
    return LocalKafka(workspace, brokers)


def choose_postgres(workspace: Workspace) -> Postgres:
    """The PostgreSQL that the environment asks for."""
    if url := STARTED_WITH.get("POSTGRES_URL"):
        return ExternalPostgres(url)
    if _wants_containers():
        from deploy.local.containers import ContainerPostgres

        return ContainerPostgres(workspace)
    return LocalPostgres(workspace)


def _is_local(servers: str, *states: StateFile) -> bool:
    """Whether an address belongs to a local broker of one of these roots."""
    ports = {str(port) for state in states for port in state.read().ports.values()}
    return any(server.rpartition(":")[2] in ports for server in servers.split(",") if "127.0.0.1" in server)


def _wants_containers() -> bool:
    return STARTED_WITH.get("BUENDNISBUS_PLATFORM") == "containers"
