"""Kafka and PostgreSQL that run already and are named in the environment."""

from collections.abc import Collection
from urllib.parse import urlsplit

from deploy.local import databases
from deploy.local.errors import LocalPlatformError
from deploy.local.kafka import registered_brokers
from deploy.local.workspace import Report, silent
from shared.settings import KafkaSettings


class External:
    """What somebody else runs: nothing to start, nothing to stop."""

    def parts(self) -> list[str]:
        """None of ours."""
        return []

    def ready(self, part: str) -> bool:
        """There are no parts to ask about."""
        raise LookupError(part)

    def url(self, part: str) -> str:
        """There are no parts to ask about."""
        raise LookupError(part)


class ExternalKafka(External):
    """The Kafka named by KAFKA_BOOTSTRAP_SERVERS."""

    def __init__(self, servers: str, partner_servers: str) -> None:
        # Login and TLS come from the other KAFKA_ variables, as in the services.
        self.settings = KafkaSettings(bootstrap_servers=servers)
        self.partner_bootstrap_servers = partner_servers
        self.description = f"Kafka from the environment, {servers}"

    @property
    def replication_factor(self) -> int:
        """Three, unless there are fewer brokers."""
        return min(3, len(registered_brokers(self.settings, timeout=10.0)))

    def start(self, report: Report = silent, only: Collection[str] | None = None) -> None:
        """Make sure it answers."""
        if not registered_brokers(self.settings, timeout=10.0):
            raise LocalPlatformError(
                f"no Kafka answers at {self.settings.bootstrap_servers}; start it, or unset KAFKA_BOOTSTRAP_SERVERS"
            )


class ExternalPostgres(External):
    """The server named by POSTGRES_URL."""

    def __init__(self, url: str) -> None:
        self.admin_url = url
        self.description = f"PostgreSQL from the environment, {urlsplit(url).netloc.rpartition('@')[2]}"

    def start(self, report: Report = silent, only: Collection[str] | None = None) -> None:
        """Make sure it answers."""
        if not databases.answers(self.admin_url, timeout=10.0):
            raise LocalPlatformError(f"{self.description}, does not answer; start it, or unset POSTGRES_URL")
