"""The table of writes: route → message, body, scope, target. ``writes`` takes them, all in the same way."""

from typing import Final

from services.gateway.alliance_writes import ALLIANCE_WRITES
from services.gateway.event_writes import EVENT_WRITES
from services.gateway.member_writes import MEMBER_WRITES, OFFICE_MEMBER_WRITES

WRITES: Final = (*EVENT_WRITES, *MEMBER_WRITES, *OFFICE_MEMBER_WRITES, *ALLIANCE_WRITES)
# Where an organisation and the office send the same kind of message, the office's row stands here: its pages ask it.
BY_KIND: Final = {write.kind: write for write in WRITES}
