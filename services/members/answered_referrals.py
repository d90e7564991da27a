"""The view of ``referrals.facts``: which requests for help members accepted, which counts as a contribution on that
day, and which they answered as they had promised, with yes or no."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from services.members import referral_store, repository
from services.members.referral_store import ReferralAnswer, ReferralSeen
from shared.clock import utc_now
from shared.consume import Received
from shared.contracts.referrals.facts import ReferralFact
from shared.db import Connection
from shared.newest import newest
from shared.topics import REFERRALS_KEPT_DAYS

_COUNTED: Final = ("accepted", "declined", "handed-on", "no-answer")
"""What was given back, or of which nobody heard anything after it was accepted, is as if it had never been accepted;
when it was answered first is not known any more then. What was superseded was not answered."""
_KEPT: Final = timedelta(days=REFERRALS_KEPT_DAYS)


async def project(connection: Connection, batch: Sequence[Received], zone: ZoneInfo) -> None:
    """Bring the view up to date with ``batch``: of each request its newest version stays. Never commits.

    ``zone``: where the alliance lives, so that a day is its day.
    """
    facts = newest(received.data for received in batch if isinstance(received.data, ReferralFact))
    if not facts:
        return
    await repository.lock_marks(connection)
    now = utc_now()
    # Of what ended longer ago nobody knows any more which request it was: it would count a second time.
    known = [fact for fact in facts if (ended := _ended_at(fact)) is None or ended >= now - _KEPT]
    seen = [ReferralSeen(UUID(fact.id), fact.version, list(fact.topics), _ended_at(fact)) for fact in known]
    newer = await referral_store.see(connection, seen)
    answers = [answer for fact in known if UUID(fact.id) in newer for answer in answers_of(fact, zone)]
    concerned = await referral_store.replace_answers(connection, newer, answers)
    if concerned:
        await repository.assess_at(connection, concerned, now)


async def forget_ended(connection: Connection) -> int:
    """Forget which requests they were that ended long ago: how many, when and whose stays. Returns how many."""
    await repository.lock_marks(connection)
    return await referral_store.forget(connection, utc_now() - _KEPT)


def answers_of(fact: ReferralFact, zone: ZoneInfo) -> Iterator[ReferralAnswer]:
    """What organisations that were asked about a request answered, or that they did not, each on its day in ``zone``.

    People are not measured: what multipliers answered is left out.
    """
    for number, assignment in enumerate(fact.assignments, 1):
        if assignment.is_multiplier or assignment.answer not in _COUNTED or assignment.answered_at is None:
            continue
        at = datetime.fromisoformat(assignment.answered_at)
        yield ReferralAnswer(
            referral=UUID(fact.id),
            number=number,
            organisation=assignment.network,
            day=at.astimezone(zone).date(),
            accepted=assignment.answer == "accepted",
            in_time=assignment.answer != "no-answer" and at <= datetime.fromisoformat(assignment.due),
        )


def _ended_at(fact: ReferralFact) -> datetime | None:
    return datetime.fromisoformat(fact.ended_at) if fact.ended_at else None
