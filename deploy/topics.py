"""Topics as declared against topics as they are: the difference, and making it none."""

from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ClusterMetadata,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
)

from shared.settings import KafkaSettings
from shared.topics import TOPICS, Topic, partner_of, partner_topic

ADMIN_S = 20.0


class KafkaAdminError(RuntimeError):
    """Kafka refused or could not be reached; the text says which call."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as declared. ``what``: create, config or partitions; the latter two with both values."""

    topic: str
    what: str
    declared: str
    actual: str

    @property
    def can_be_applied(self) -> bool:
        """Kafka can add partitions, never take any away; a replication factor is moved by hand."""
        return self.what in ("create", "config") or (
            self.what == "partitions" and int(self.declared) > int(self.actual)
        )


def admin_client(settings: KafkaSettings) -> AdminClient:
    """An admin client for the internal listener."""
    return AdminClient({**settings.librdkafka_options(), "log_level": "2"})


def default_replication(admin: AdminClient) -> int:
    """Three replicas where there are brokers for them.

    Raises:
        KafkaAdminError: the cluster cannot be reached.
    """
    return min(3, len(_cluster(admin).brokers))


def diff_topics(admin: AdminClient, wanted: tuple[Topic, ...] | None = None) -> list[Difference]:
    """How the cluster differs from the declared topics and those of the partners it has, by topic name.

    Raises:
        KafkaAdminError: the cluster cannot be reached.
    """
    there = {name: len(topic.partitions) for name, topic in _cluster(admin).topics.items()}
    declared = wanted or (*TOPICS, *(partner_topic(p) for name in sorted(there) if (p := partner_of(name))))
    found: list[Difference] = []
    existing = [topic for topic in declared if topic.name in there]
    configs = _configs(admin, [topic.name for topic in existing])
    for topic in declared:
        if topic.name not in there:
            found.append(Difference(topic.name, "create", f"{topic.partitions} partitions", "missing"))
            continue
        if there[topic.name] != topic.partitions:
            found.append(Difference(topic.name, "partitions", str(topic.partitions), str(there[topic.name])))
        for key, value in topic.config().items():
            if configs[topic.name].get(key) != value:
                found.append(Difference(topic.name, "config", f"{key}={value}", f"{configs[topic.name].get(key)}"))
    return found


def apply_topics(
    settings: KafkaSettings, replication_factor: int | None = None, wanted: tuple[Topic, ...] | None = None
) -> list[Difference]:
    """Make the cluster as declared, as far as Kafka can; returns what was different before.

    ``replication_factor`` of new topics: three by default, where there are brokers for them.

    Raises:
        KafkaAdminError: a change was refused.
    """
    admin = admin_client(settings)
    replication_factor = replication_factor or default_replication(admin)
    differences = diff_topics(admin, wanted)
    by_name = {topic.name: topic for topic in (*TOPICS, *(wanted or ()))}
    new = []
    for difference in differences:
        partner = partner_of(difference.topic)
        topic = by_name.get(difference.topic) or (partner_topic(partner) if partner else None)
        if topic is None:
            continue
        if difference.what == "create":
            new.append(
                NewTopic(
                    topic.name,
                    num_partitions=topic.partitions,
                    replication_factor=replication_factor,
                    config=topic.config(),
                )
            )
        elif difference.what == "partitions" and difference.can_be_applied:
            wait_for(admin.create_partitions([NewPartitions(topic.name, topic.partitions)]), "add partitions")
        elif difference.what == "config":
            name, _, value = difference.declared.partition("=")
            entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
            resource = ConfigResource(ResourceType.TOPIC, topic.name, incremental_configs=[entry])
            wait_for(admin.incremental_alter_configs([resource]), "change the configuration")
    if new:
        wait_for(admin.create_topics(new, operation_timeout=ADMIN_S), "create topics")
    return differences


def _cluster(admin: AdminClient) -> ClusterMetadata:
    try:
        return admin.list_topics(timeout=ADMIN_S)
    except KafkaException as error:
        raise KafkaAdminError(f"Kafka cannot be reached: {error.args[0].str()}") from None


def _configs(admin: AdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
    if not resources:
        return {}
    answers = wait_for(admin.describe_configs(resources), "read configurations")
    return {
        resource.name: {key: entry.value for key, entry in entries.items()} for resource, entries in answers.items()
    }


def wait_for(futures: dict[Any, Any], what: str) -> dict[Any, Any]:
    """The answers of the cluster, by subject.

    Raises:
        KafkaAdminError: it refused ``what``.
    """
    answers = {}
    for subject, future in futures.items():
        try:
            answers[subject] = future.result(timeout=ADMIN_S)
        except KafkaException as error:
            raise KafkaAdminError(f"Kafka refused to {what}: {error.args[0].str()}") from None
    return answers
