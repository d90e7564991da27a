"""A partner's place on the broker: its topic, its SCRAM user, and the one thing that user may do."""

import secrets
from concurrent.futures import Future
from typing import Final

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from deploy.topics import ADMIN_S, admin_client, apply_topics, wait_for
from shared.settings import KafkaSettings
from shared.topics import partner_topic

ITERATIONS: Final = 8192
ALLOWED: Final = (AclOperation.WRITE, AclOperation.DESCRIBE)


def kafka_user(partner: str) -> str:
    """The SCRAM user of a partner."""
    return f"partner-{partner}"


def allow(settings: KafkaSettings, partner: str, *, replication_factor: int | None = None) -> str:
    """Create the partner's topic, user and ACL, or renew the password; returns the password.

    Raises:
        KafkaAdminError: the broker refused.
    """
    password = secrets.token_urlsafe(24)
    apply_topics(settings, replication_factor, (partner_topic(partner),))
    admin = admin_client(settings)
    credential = UserScramCredentialUpsertion(
        kafka_user(partner),
        ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS),
        password.encode(),
    )
    wait_for(admin.alter_user_scram_credentials([credential]), "create the user")
    wait_for(admin.create_acls([_acl(partner, operation) for operation in ALLOWED]), "allow publishing")
    return password


def forbid(settings: KafkaSettings, partner: str) -> None:
    """Take the partner's ACL and user away; an open connection is refused with its next message. The topic,
    with what was published, stays until its retention ends.

    Raises:
        KafkaAdminError: the broker refused.
    """
    admin = admin_client(settings)
    every = AclBindingFilter(
        ResourceType.ANY,
        None,  # type: ignore[arg-type]  # its stubs do not know that None means any
        ResourcePatternType.ANY,
        f"User:{kafka_user(partner)}",
        None,  # type: ignore[arg-type]
        AclOperation.ANY,
        AclPermissionType.ANY,
    )
    wait_for(admin.delete_acls([every]), "take the permission away")
    if kafka_user(partner) in users(admin):
        gone = UserScramCredentialDeletion(kafka_user(partner), ScramMechanism.SCRAM_SHA_512)
        wait_for(admin.alter_user_scram_credentials([gone]), "remove the user")


def users(admin: AdminClient) -> set[str]:
    """The names of all SCRAM users."""
    answer: Future[dict[str, object]] = admin.describe_user_scram_credentials()  # type: ignore[assignment]
    return set(answer.result(timeout=ADMIN_S))


def _acl(partner: str, operation: AclOperation) -> AclBinding:
    # The prefix ends in a dot, so that "club" cannot write to the topics of "club-two".
    return AclBinding(
        ResourceType.TOPIC,
        f"partner.{partner}.",
        ResourcePatternType.PREFIXED,
        f"User:{kafka_user(partner)}",
        "*",
        operation,
        AclPermissionType.ALLOW,
    )
