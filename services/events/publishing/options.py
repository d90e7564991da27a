"""Where to publish, and as whom."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

SECURITY_PROTOCOLS: Final = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS: Final = ("SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN")


class UnreachableError(Exception):
    """The server or broker could not be reached, or did not let us in; the text says what to check."""


class SettingsError(ValueError):
    """A setting is missing or wrong; the text names its option and variable."""


@dataclass(frozen=True, slots=True)
class Options:
    """Where to publish, and as whom. ``wait`` is how many seconds to wait for outcomes over Kafka."""

    via: Literal["http", "kafka"] = "http"
    partner: str = ""
    url: str = ""
    key: str = field(default="", repr=False)
    kafka: str = ""
    kafka_user: str = ""
    kafka_password: str = field(default="", repr=False)
    kafka_security_protocol: str = "SASL_PLAINTEXT"
    kafka_mechanism: str = "SCRAM-SHA-512"
    wait: float = 20.0

    @property
    def security_protocol(self) -> str:
        """The Kafka protocol to speak: without a user there is nothing to log in with."""
        return self.kafka_security_protocol if self.kafka_user else self.kafka_security_protocol.removeprefix("SASL_")

    def check(self) -> None:
        """Say what is missing before any work is done.

        Raises:
            SettingsError: naming every option and variable to set.
        """
        needed = [("partner", self.partner)]
        if self.via == "http":
            needed += [("url", self.url), ("key", self.key)]
        else:
            needed += [("kafka", self.kafka)]
            if self.kafka_user:
                needed += [("kafka-password", self.kafka_password)]
        missing = [f"--{name} or {variable(name)}" for name, value in needed if not value]
        if missing:
            raise SettingsError(f"missing: {', '.join(missing)}")
        if not re.fullmatch(r"[a-z0-9-]{3,40}", self.partner):
            raise SettingsError("--partner: 3 to 40 of a-z, 0-9 and -, such as buntes-zwickau")
        if self.url and not re.fullmatch(r"https?://[^\s/]+.*", self.url):
            raise SettingsError("--url: must begin with http:// or https://")
        if not re.fullmatch(r"[!-~]*", self.key):
            raise SettingsError("--key: holds characters that no key has")
        if self.kafka_security_protocol not in SECURITY_PROTOCOLS:
            raise SettingsError(f"--kafka-security-protocol: one of {', '.join(SECURITY_PROTOCOLS)}")
        if self.kafka_mechanism not in MECHANISMS:
            raise SettingsError(f"--kafka-mechanism: one of {', '.join(MECHANISMS)}")


def variable(option: str) -> str:
    """The environment variable of an option: ``kafka-user`` → ``BUENDNISBUS_KAFKA_USER``."""
    return f"BUENDNISBUS_{option.upper().replace('-', '_')}"
