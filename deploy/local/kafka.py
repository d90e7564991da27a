"""Apache Kafka in KRaft mode as one or three local processes, each broker and controller in one."""

import shutil
import subprocess
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from deploy.local import ports
from deploy.local.broker import BrokerPorts, broker_properties, command, new_cluster_id
from deploy.local.errors import LocalPlatformError
from deploy.local.jars import KAFKA_VERSION, class_path
from deploy.local.workspace import Report, Workspace, silent
from shared.settings import KafkaSettings

_FIRST_PORT = 9092


class LocalKafka:
    """The brokers of one workspace."""

    def __init__(self, workspace: Workspace, brokers: int) -> None:
        if brokers not in (1, 3):
            raise LocalPlatformError(f"Kafka runs with 1 or 3 brokers here, not with {brokers}")
        self._workspace = workspace
        self.brokers = brokers
        self.replication_factor = brokers
        self._check_layout()

    @property
    def description(self) -> str:
        """For progress lines."""
        brokers = "1 broker" if self.brokers == 1 else f"{self.brokers} brokers"
        return f"Apache Kafka {KAFKA_VERSION}, {brokers}, {self.settings.bootstrap_servers}"

    @property
    def settings(self) -> KafkaSettings:
        """For our own services: no password, loopback only."""
        return plain_settings(",".join(f"{ports.HOST}:{broker.internal}" for broker in self._ports()))

    @property
    def partner_bootstrap_servers(self) -> str:
        """Addresses for partners: SASL_PLAINTEXT with SCRAM-SHA-512, nothing allowed without an ACL."""
        return ",".join(f"{ports.HOST}:{broker.partner}" for broker in self._ports())

    def parts(self) -> list[str]:
        """The names of the processes."""
        return [f"kafka-{node}" for node in range(1, self.brokers + 1)]

    def url(self, part: str) -> str:
        """The internal address of one broker."""
        return f"{ports.HOST}:{self._ports()[_node(part) - 1].internal}"

    def start(self, report: Report = silent, only: Collection[str] | None = None) -> None:
        """Start the brokers that do not run (of those in `only`), and wait until all of these answer.

        Data of an earlier start is taken up again, also after a kill.
        """
        wanted = self.parts() if only is None else list(only)
        missing = [part for part in wanted if not self._workspace.running(part)]
        if missing:
            self._launch(missing, report)
        for part in wanted:
            self._workspace.wait_ready(part, partial(self.ready, part), timeout=120.0)

    def ready(self, part: str) -> bool:
        """Whether the broker serves clients on both listeners and the cluster counts it in."""
        broker = self._ports()[_node(part) - 1]
        if not (ports.accepts(broker.internal) and ports.accepts(broker.partner)):
            return False
        return _node(part) in registered_brokers(plain_settings(f"{ports.HOST}:{broker.internal}"))

    def _ports(self) -> list[BrokerPorts]:
        known = self._workspace.state.read().ports
        return [BrokerPorts(*(known.get(name, 0) for name in _port_names(node))) for node in range(1, self.brokers + 1)]

    def _launch(self, missing: list[str], report: Report) -> None:
        with self._workspace.state.edit() as state:
            state.brokers = self.brokers
        classes = class_path(report)
        self._choose_ports(missing, report)
        for part in missing:
            self._configure(_node(part))
        with ThreadPoolExecutor(len(missing)) as pool:
            list(pool.map(lambda part: self._format(_node(part), classes), missing))
        for part in missing:
            self._workspace.launch(part, command(classes, "kafka.Kafka", self._config(_node(part))))

    def _choose_ports(self, missing: list[str], report: Report) -> None:
        """Give the brokers their ports. All brokers know all controllers, so none may move while others run."""
        others_run = len(missing) < self.brokers
        for part in missing:
            node = _node(part)
            for name, port in zip(_port_names(node), self._ports()[node - 1], strict=True):
                if others_run and not ports.is_free(port):
                    raise LocalPlatformError(
                        f"port {port} of {part} was taken by another program while the other brokers ran on; "
                        "stop everything with `make down` and start it again"
                    )
                default = _FIRST_PORT + 3 * (node - 1) + _port_names(node).index(name)
                self._workspace.port(name, default, report)

    def _check_layout(self) -> None:
        kept = self._workspace.state.read().brokers
        if kept not in (None, self.brokers) and self._directory(1).exists():
            raise LocalPlatformError(
                f"the Kafka data in {self._directory(1).parent} is laid out for {kept} broker(s), not for "
                f"{self.brokers}. Keep the number (BROKERS={kept}), or delete all local data first:  "
                "python -m deploy.local down --purge"
            )

    def _directory(self, node: int) -> Path:
        return self._workspace.root / "kafka" / str(node)

    def _config(self, node: int) -> Path:
        return self._directory(node) / "server.properties"

    def _configure(self, node: int) -> None:
        directory = self._directory(node)
        directory.mkdir(parents=True, exist_ok=True)
        settings = broker_properties(node, self._ports(), directory / "data")
        self._config(node).write_text("".join(f"{key}={value}\n" for key, value in settings.items()))

    def _format(self, node: int, classes: str) -> None:
        data = self._directory(node) / "data"
        if (data / "meta.properties").exists():
            return
        shutil.rmtree(data, ignore_errors=True)  # what an interrupted first start may have left
        with self._workspace.state.edit() as state:
            cluster = state.secrets.setdefault("KAFKA_CLUSTER_ID", new_cluster_id())
        arguments = ("format", "--cluster-id", cluster, "--config", self._config(node))
        tool = command(classes, "kafka.tools.StorageTool", *arguments)
        done = subprocess.run(tool, capture_output=True, text=True)
        if done.returncode:
            raise LocalPlatformError(f"Kafka's storage could not be formatted:\n{done.stdout}{done.stderr}")


def plain_settings(bootstrap_servers: str) -> KafkaSettings:
    """Settings of a listener without login, whatever the environment says of others."""
    return KafkaSettings(bootstrap_servers=bootstrap_servers, security_protocol="PLAINTEXT")


def registered_brokers(settings: KafkaSettings, timeout: float = 1.0) -> set[int]:
    """Ids of the brokers that serve clients; empty while there is no answer within `timeout` seconds."""
    client = AdminClient({**settings.librdkafka_options(), "log_level": 0})
    deadline = time.monotonic() + timeout
    while (left := deadline - time.monotonic()) > 0:
        try:
            return set(client.list_topics(timeout=left).brokers)
        except KafkaException:
            continue
    return set()


def _node(part: str) -> int:
    return int(part.rpartition("-")[2])


def _port_names(node: int) -> tuple[str, str, str]:
    return (f"kafka-{node}", f"kafka-{node}-controller", f"kafka-{node}-partner")
