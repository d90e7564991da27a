"""What a consumer group could not take goes to ``dlq.<group>`` with its cause, and can be sent again from there.

The topic is the only store: a dead letter is settled (redriven or dropped) by a marker with the same origin.
"""

from typing import Final

from shared.broker import KafkaRecord, Record
from shared.clock import rfc3339, utc_now
from shared.topics import KIB, dead_letter_topic, is_personal

ORIGIN: Final = "dlq-origin"  # topic/partition/offset
CAUSE: Final = "dlq-cause"
AT: Final = "dlq-at"
SETTLED: Final = "dlq-settled"  # redriven or dropped
_LARGEST_BODY: Final = 960 * KIB


def origin(record: KafkaRecord) -> str:
    """Where a record stood: ``topic/partition/offset``, its name among the dead letters."""
    return f"{record.topic}/{record.partition}/{record.offset}"


def dead_letter(group: str, record: KafkaRecord, cause: str) -> Record:
    """The dead letter for ``record``: its key, its headers as they came, and the cause.

    The body goes along unless its topic may hold personal data or it is too large; such a one is redriven from
    where it came from.
    """
    keeps_body = not is_personal(record.topic) and len(record.value or b"") <= _LARGEST_BODY
    return Record(
        topic=dead_letter_topic(group),
        key=record.key,
        value=record.value if keeps_body and record.value is not None else b"",
        headers=[
            *(header for header in record.headers if not header[0].startswith("dlq-")),
            (ORIGIN, origin(record).encode()),
            (CAUSE, cause.encode()),
            (AT, rfc3339(utc_now()).encode()),
        ],
    )


def settled(group: str, of: str, how: str) -> Record:
    """The marker that the dead letter from ``of`` was dealt with: ``redriven`` or ``dropped``."""
    return Record(
        topic=dead_letter_topic(group),
        key=of.encode(),
        value=b"",
        headers=[(ORIGIN, of.encode()), (SETTLED, how.encode()), (AT, rfc3339(utc_now()).encode())],
    )
