"""Settings that every service reads from its environment."""

import ssl
from typing import Any, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class KafkaSettings(BaseSettings):
    """``KAFKA_*``: the internal listener. Plain on loopback or a private network, SCRAM and TLS elsewhere."""

    model_config = SettingsConfigDict(env_prefix="KAFKA_")

    bootstrap_servers: str = "127.0.0.1:9092"
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    username: str = ""
    password: SecretStr = SecretStr("")
    ca_file: str | None = None
    new_topics_seen_within_ms: int = Field(2_000, description="How long a new partner topic may go unread.")

    def tls(self) -> ssl.SSLContext | None:
        """What connections are encrypted with; None where they are plain."""
        return ssl.create_default_context(cafile=self.ca_file) if self.security_protocol.endswith("SSL") else None

    def aiokafka_options(self) -> dict[str, Any]:
        """The same, as aiokafka's clients take it."""
        options: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap_servers,
            "security_protocol": self.security_protocol,
            "ssl_context": self.tls(),
        }
        if self.security_protocol.startswith("SASL"):
            options |= {
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password.get_secret_value(),
            }
        return options

    def librdkafka_options(self) -> dict[str, str]:
        """The same, as confluent-kafka's AdminClient takes it."""
        options = {"bootstrap.servers": self.bootstrap_servers, "security.protocol": self.security_protocol}
        if self.security_protocol.startswith("SASL"):
            options |= {
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": self.username,
                "sasl.password": self.password.get_secret_value(),
            }
        if self.ca_file:
            options["ssl.ca.location"] = self.ca_file
        return options


class ProcessSettings(BaseSettings):
    """What every process has; its own class sets the prefix of the variables."""

    internal_host: str = Field("127.0.0.1", description="Where probes and metrics listen.")
    internal_port: int
    log_level: Literal["debug", "info", "warning", "error"] = "info"


class ServiceSettings(ProcessSettings):
    """What every service with a database of its own has."""

    database_url: str = Field(
        min_length=1, description="postgresql://role:password@host:port/database of this service alone."
    )
    database_connections: int = Field(8, description="Size of the connection pool.")
    keep_requests_days: int = Field(30, description="How long outcomes are known; longer than Kafka keeps requests.")
