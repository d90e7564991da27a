"""The environment file `<root>/env`: shell assignments for programs and people outside."""

from collections.abc import Mapping
from pathlib import Path

from deploy.local import feed_server
from deploy.local.backends import Kafka
from deploy.local.feed_server import FeedServer
from deploy.local.services import SERVICES, Services
from deploy.local.state import write_private
from deploy.local.workspace import Workspace, kind_of


def values(workspace: Workspace, kafka: Kafka, services: Services) -> dict[str, str]:
    """What the file should hold now: addresses, credentials, and the pids of what runs."""
    state = workspace.state.read()

    def pids(kind: str) -> str:
        return " ".join(str(pid) for pid in workspace.pids(kind))

    result = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.settings.bootstrap_servers,
        "KAFKA_PARTNER_BOOTSTRAP_SERVERS": kafka.partner_bootstrap_servers,
        "KAFKA_PARTNER_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "KAFKA_PARTNER_SASL_MECHANISM": "SCRAM-SHA-512",
        "KAFKA_PIDS": pids("kafka"),
        "POSTGRES_PIDS": pids("postgres"),
    }
    if feed_server.PART in state.ports:
        result["FEEDS_URL"] = FeedServer(workspace).url(feed_server.PART)
    for name in services.counts:
        prefix = name.upper()
        if f"{name}-1-public" in state.ports:
            result[f"{prefix}_URL"] = services.public_url(f"{name}-1")
        if f"{name}-1-internal" in state.ports:
            result[f"{prefix}_INTERNAL_URL"] = services.internal_url(f"{name}-1")
        running = [part for part in services.parts() if kind_of(part) == name and workspace.running(part)]
        if SERVICES[name].public_port:
            result[f"{prefix}_URLS"] = " ".join(map(services.public_url, running))
        result[f"{prefix}_INTERNAL_URLS"] = " ".join(map(services.internal_url, running))
        if SERVICES[name].has_database:
            result[f"{prefix}_DATABASE_URL"] = services.database_url(name)
        result[f"{prefix}_PIDS"] = pids(name)
        result |= {secret: workspace.secret(secret) for secret in SERVICES[name].secrets}
    return result | state.extras


def write(path: Path, assignments: Mapping[str, str]) -> None:
    """Replace the file; readable by its owner only, since it holds keys."""
    write_private(path, "".join(f"{name}={quote(value)}\n" for name, value in assignments.items()))


def quote(value: str) -> str:
    """A value as one shell word, always in single quotes."""
    return "'" + value.replace("'", "'\"'\"'") + "'"
