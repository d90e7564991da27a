"""Every topic, declared once; created and compared by ``buendnisbus topics`` (DESIGN 2)."""

import re
from dataclasses import dataclass
from typing import Final

DAY_MS: Final = 24 * 60 * 60 * 1000
KIB: Final = 1024

EVENTS_COMMANDS: Final = "events.commands"
EVENTS_OUTCOMES: Final = "events.outcomes"
EVENTS_FACTS: Final = "events.facts"
MEMBERS_COMMANDS: Final = "members.commands"
MEMBERS_OUTCOMES: Final = "members.outcomes"
MEMBERS_FACTS: Final = "members.facts"
MEMBERS_PRIVATE: Final = "members.private"
REFERRALS_COMMANDS: Final = "referrals.commands"
REFERRALS_OUTCOMES: Final = "referrals.outcomes"
REFERRALS_FACTS: Final = "referrals.facts"
REFERRALS_PRIVATE: Final = "referrals.private"
REFERRALS_KEPT_DAYS: Final = 400
"""So long a request is known after its end, without the person: by its service, by readers and on its topic."""

_PARTNER: Final = re.compile(r"^partner\.(?P<id>[a-z0-9-]{3,40})\.events$")
_PERSONAL: Final = (".commands", ".private")


@dataclass(frozen=True, slots=True)
class Topic:
    """What the broker must hold for a topic. ``retention_ms`` None: kept for ever (compacted).

    ``segment_ms``: how long the broker writes to one file of a partition (None: seven days). It deletes and compacts
    whole files, never the one it writes to, so that personal data need short ones (docs/decisions/0022).
    """

    name: str
    partitions: int = 12
    cleanup_policy: str = "delete"
    retention_ms: int | None = 14 * DAY_MS
    max_message_bytes: int = KIB * KIB
    segment_ms: int | None = None

    def config(self) -> dict[str, str]:
        """The topic's configuration in Kafka's own words."""
        wanted = {
            "cleanup.policy": self.cleanup_policy,
            "max.message.bytes": str(self.max_message_bytes),
            # The broker unpacks what comes in: no reader needs a codec, and the limit holds for what is unpacked.
            "compression.type": "uncompressed",
            "retention.ms": str(-1 if self.retention_ms is None else self.retention_ms),
        }
        if self.segment_ms is not None:
            wanted["segment.ms"] = str(self.segment_ms)
        if self.cleanup_policy.startswith("compact"):
            wanted["min.cleanable.dirty.ratio"] = "0.1"
            if self.segment_ms is not None:
                # Otherwise a partition in which little changes would wait for the ratio.
                wanted["max.compaction.lag.ms"] = str(self.segment_ms)
        return wanted


TOPICS: Final = (
    Topic(EVENTS_COMMANDS, retention_ms=7 * DAY_MS),
    Topic(EVENTS_OUTCOMES),
    Topic(EVENTS_FACTS, cleanup_policy="compact", retention_ms=None),
    # Six days, and the half that a file is written to: gone within the seven that are promised.
    Topic(MEMBERS_COMMANDS, retention_ms=6 * DAY_MS, segment_ms=DAY_MS // 2),
    Topic(MEMBERS_OUTCOMES),
    Topic(MEMBERS_FACTS, cleanup_policy="compact", retention_ms=None),
    Topic(MEMBERS_PRIVATE, cleanup_policy="compact", retention_ms=None, segment_ms=DAY_MS),
    Topic(REFERRALS_COMMANDS, retention_ms=6 * DAY_MS, segment_ms=DAY_MS // 2),
    Topic(REFERRALS_OUTCOMES),
    Topic(REFERRALS_FACTS, cleanup_policy="compact,delete", retention_ms=REFERRALS_KEPT_DAYS * DAY_MS),
    Topic(REFERRALS_PRIVATE, cleanup_policy="compact", retention_ms=None, segment_ms=DAY_MS),
    *(
        Topic(f"dlq.{group}", partitions=1, max_message_bytes=KIB * KIB + 64 * KIB)
        for group in ("events", "gateway", "members", "members-view", "referrals", "referrals-view")
    ),
)


def partner_topic(partner: str) -> Topic:
    """The topic of one partner: a single partition keeps the order in which it publishes."""
    return Topic(f"partner.{partner}.events", partitions=1, max_message_bytes=256 * KIB)


def partner_of(topic: str) -> str | None:
    """Which partner a topic belongs to; None for any other topic. The only proof of who sent a message."""
    match = _PARTNER.match(topic)
    return match["id"] if match else None


def dead_letter_topic(group: str) -> str:
    """Where a consumer group puts what it cannot take."""
    return f"dlq.{group}"


def is_personal(topic: str) -> bool:
    """Whether bodies on this topic may hold personal data, so that they are never copied elsewhere."""
    return topic.endswith(_PERSONAL)
