"""Until when somebody promised to act, and when something happens by itself (DESIGN 8)."""

from datetime import date, datetime, timedelta
from typing import Final

from services.referrals.domain.state import Rules
from shared.clock import rfc3339
from shared.contracts.referrals.facts import ReferralFact

_LONGEST: Final = timedelta(days=100)
"""No promise is longer than that: 60 working days."""


def promised(now: datetime, response_days: int | None, needed_on: str | None, rules: Rules) -> tuple[str, str]:
    """When a network that is asked ``now`` is reminded, and until when it has promised to answer.

    ``response_days``: the working days that it has named; None: those of the rules. ``needed_on``: the day before
    which an answer is needed, where there is a working day left; None: there is no such day.
    """
    days = response_days or rules.response_days
    if needed_on is not None:
        days = max(1, rules.days.left(now, date.fromisoformat(needed_on), days))
    return rfc3339(rules.days.end_after(now, days // 2)), rfc3339(rules.days.end_after(now, days))


def is_time_to_ask(now: datetime, needed_on: str | None, rules: Rules) -> bool:
    """Whether somebody who is asked ``now`` has a working day left to answer."""
    return needed_on is None or rules.days.left(now, date.fromisoformat(needed_on), 1) > 0


def waits_until(now: datetime, needed_on: str | None, rules: Rules) -> str:
    """Until when somebody may wait for a network that fits; the office then has as long to look as networks have to
    answer."""
    end = now + rules.wait
    if needed_on is not None:
        day = max(date.fromisoformat(needed_on), now.date())
        end = min(end, rules.days.begin_before(min(day, end.date() + _LONGEST), rules.response_days))
    return rfc3339(end)


def put_off(due: str, since: str | None, now: datetime, needed_on: str | None, rules: Rules) -> str:
    """A promise that did not run from ``since`` until ``now``: as many working days are left as were then, at least
    one."""
    last_day = datetime.fromisoformat(due) - timedelta(seconds=1)
    left = rules.days.between(datetime.fromisoformat(since), last_day) if since else 0
    return promised(now, max(1, left), needed_on, rules)[1]


def next_at(referral: ReferralFact, rules: Rules) -> str | None:
    """When something is to happen by itself; None: somebody else has to act first.

    Promises do not run while the person was asked something, or the office lets the request rest.
    """
    match referral.state:
        case "routed":
            assignment = referral.assignments[-1]
            return assignment.due if referral.reminded_at else assignment.remind_at
        case "accepted" | "in-progress":
            if referral.checked_at:
                return later(referral.checked_at, rules.silent_after)
            return _ask_at(referral, rules)
        case "asked-back":
            return later(referral.rests_since or referral.updated_at, rules.check_after)
        case "waiting":
            return referral.waits_until
        case "fulfilled" | "closed" | "cancelled" if referral.person_version and referral.ended_at:
            return later(referral.ended_at, rules.erase_after)
        case _:
            return None


def _ask_at(referral: ReferralFact, rules: Rules) -> str:
    """When both sides are asked how it goes; a moderator not before the day after the occasion."""
    at = later(referral.word_at or referral.updated_at, rules.check_after)
    if referral.needed_on is None or referral.needed_on < at[:10]:
        return at
    day_after = date.fromisoformat(referral.needed_on) + timedelta(days=1)
    return max(at, rfc3339(rules.days.begin_of(day_after)))


def later(moment: str, span: timedelta) -> str:
    """The moment so much after ``moment``, both RFC 3339 UTC."""
    return rfc3339(datetime.fromisoformat(moment) + span)
