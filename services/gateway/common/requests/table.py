"""The writes of all subjects. ``accepting`` takes them, all in the same way."""

from typing import Final

from services.gateway.calendar import writes as calendar
from services.gateway.goals import writes as goals
from services.gateway.meetings import writes as meetings
from services.gateway.members import writes as members
from services.gateway.partners import writes as partners
from services.gateway.referrals import writes as referrals
from services.gateway.referrals.queries import NewConcern, NewReferral, NewSupport

WRITES: Final = (
    *calendar.WRITES,
    *partners.WRITES,
    *members.WRITES,
    *meetings.WRITES,
    *goals.WRITES,
    *referrals.WRITES,
)
BODIES: Final = (NewReferral, NewSupport, NewConcern)
"""Bodies that become a command only once something in them was looked up."""
# Where an organisation and the office send the same kind of message, the office's row stands here: its pages ask it.
BY_KIND: Final = {write.kind: write for write in WRITES}
