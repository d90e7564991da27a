"""What a simulated year can be told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from shared.vocabulary import vocabulary

ZONE: Final = ZoneInfo(vocabulary().time_zone)
BEGINS: Final = datetime(2027, 1, 1, tzinfo=ZONE)
ENDS: Final = datetime(2028, 1, 1, tzinfo=ZONE)
REQUESTS_A_NETWORK: Final = 110
"""So many ask in a year for each network, where nothing else is said: then about four fifths of all room are taken."""


@dataclass(frozen=True, slots=True)
class Options:
    """``declines`` and ``silence``: of what networks are asked, the shares that they decline and never answer.

    The same options always give the same year.
    """

    requests: int = 100_000
    networks: int = 900
    declines: float = 0.15
    silence: float = 0.1
    seed: int = 1
