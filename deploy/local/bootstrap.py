"""What a fresh local platform is given: an example partner that is trusted, and a key for the office."""

import asyncio

from pydantic import SecretStr

from deploy import partners
from deploy.local.errors import LocalPlatformError
from deploy.local.platform import Platform
from deploy.topics import KafkaAdminError
from services.gateway.common.access.cli import create_key
from services.gateway.common.access.keys import OFFICE
from services.gateway.settings import Settings
from shared.commands.ask import NoAnswerError, ask
from shared.contracts.events import REGISTER_PARTNER, RegisterPartner

EXAMPLE = RegisterPartner(id="buntes-zwickau", name="Buntes Zwickau (Beispieldaten)", trusted=True)


def bootstrap(platform: Platform) -> dict[str, str]:
    """Make the office's key and register the example partner, each once; returns the entries for ``.local/env``.

    The partner waits for a later start while no instance of ``events`` is wanted: nobody would answer.

    Raises:
        LocalPlatformError: a service did not answer.
    """
    known, made = platform.env, dict[str, str]()
    if "OFFICE_API_KEY" not in known:
        _, made["OFFICE_API_KEY"] = asyncio.run(create_key(gateway_settings(platform), OFFICE, note="local platform"))
    if "EXAMPLE_PARTNER_ID" not in known and platform.services.counts["events"]:
        key, password = register(platform, EXAMPLE)
        made |= {
            "EXAMPLE_PARTNER_ID": EXAMPLE.id,
            "EXAMPLE_PARTNER_API_KEY": key,
            "EXAMPLE_PARTNER_KAFKA_USER": partners.kafka_user(EXAMPLE.id),
            "EXAMPLE_PARTNER_KAFKA_PASSWORD": password,
        }
    return made


def register(platform: Platform, partner: RegisterPartner) -> tuple[str, str]:
    """Register a partner with everything it needs; returns ``(API key, Kafka password)``.

    Raises:
        LocalPlatformError: a service did not answer, or the broker refused.
    """
    settings = platform.kafka.settings
    try:
        asyncio.run(ask(settings, "events", REGISTER_PARTNER, partner.id, partner))
        password = partners.allow(settings, partner.id, replication_factor=platform.kafka.replication_factor)
        key = asyncio.run(create_key(gateway_settings(platform), partner.id, note="local platform"))[1]
    except (NoAnswerError, KafkaAdminError, ValueError) as error:
        raise LocalPlatformError(f"{partner.id} could not be registered: {error}") from error
    return key, password


def gateway_settings(platform: Platform) -> Settings:
    """The settings of the platform's gateway, for its part of the command line."""
    return Settings(
        database_url=platform.database_url("gateway"),
        key_pepper=SecretStr(platform.env["GATEWAY_KEY_PEPPER"]),
        link_secret=SecretStr(platform.env["GATEWAY_LINK_SECRET"]),
    )
