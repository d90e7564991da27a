"""What publishing needs to know, and what it tells about each entry."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from shared.calendars.entries import Entry

Outcome = Literal[
    "created", "changed", "unchanged", "withdrawn",  # decided by the service
    "refused",  # decided by the service or the gateway, with reasons
    "pending", "sent",  # taken, not decided yet: over HTTP, over Kafka
    "valid", "new",  # of a dry run: can be taken; would be created
    "unreadable",  # reported by the reader, not sent
    "failed",  # the server broke on it
    "note",  # nothing to send
]  # fmt: skip
DECIDED: Final = frozenset({"created", "changed", "unchanged", "withdrawn", "refused"})
BAD: Final = frozenset({"refused", "unreadable", "failed"})

SECURITY_PROTOCOLS: Final = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS: Final = ("SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN")


class UnreachableError(Exception):
    """The server or broker could not be reached, or did not let us in; the text says what to check."""


class SettingsError(ValueError):
    """A setting is missing or wrong; the text names its option and variable."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one entry. ``resource`` is the path or address where to look, ``details`` the reasons,
    or what was taken but could be said better."""

    source: str
    uid: str | None
    result: Outcome
    resource: str | None = None
    details: tuple[str, ...] = ()
    note: str | None = None

    @property
    def good(self) -> bool:
        """Whether nobody has to do anything about it."""
        return self.result not in BAD


Report = Callable[[int, Result], None]


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


def unsent(entry: Entry) -> Result:
    """The result of an entry that is not sent."""
    outcome: Outcome = "unreadable" if entry.problems else "note"
    return Result(entry.source, entry.uid, outcome, details=entry.problems, note=entry.note)


def reasons(problem: object) -> tuple[str, ...]:
    """The sentences of an RFC 9457 problem, those about single fields first of all."""
    if not isinstance(problem, dict):
        return ()
    fields = _sentences(problem.get("errors"))
    general = [str(problem[name]) for name in ("title", "detail") if problem.get(name)]
    return tuple(fields or [": ".join(general) or "no reason given"])


def notes(outcome: dict[str, Any]) -> tuple[str, ...]:
    """The sentences about what was taken, but could be said better."""
    return tuple(_sentences(outcome.get("notes")))


def _sentences(errors: object) -> list[str]:
    return [
        f"{item.get('field') or 'entry'} {item.get('detail', '')}".strip()
        for item in (errors if isinstance(errors, list) else [])
        if isinstance(item, dict)
    ]
