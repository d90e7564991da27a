"""Until when somebody promised to act, and when something happens by itself (DESIGN 8)."""

from datetime import datetime, timedelta

from services.referrals.domain.state import Rules
from shared.clock import rfc3339
from shared.contracts.referrals.facts import ReferralFact


def promised(now: datetime, response_days: int | None, rules: Rules) -> tuple[str, str]:
    """When a network that is asked ``now`` is reminded, and until when it has promised to answer.

    ``response_days``: the working days that it has named; None: those of the rules.
    """
    days = response_days or rules.response_days
    return rfc3339(rules.days.end_after(now, days // 2)), rfc3339(rules.days.end_after(now, days))


def put_off(due: str, since: str | None, now: datetime, rules: Rules) -> str:
    """A promise that did not run from ``since`` until ``now``: as many working days are left as were then, at least
    one."""
    last_day = datetime.fromisoformat(due) - timedelta(seconds=1)
    left = rules.days.between(datetime.fromisoformat(since), last_day) if since else 0
    return rfc3339(rules.days.end_after(now, max(1, left)))


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
            return later(referral.word_at or referral.updated_at, rules.check_after)
        case "asked-back":
            return later(referral.rests_since or referral.updated_at, rules.check_after)
        case "waiting":
            return referral.waits_until
        case "fulfilled" | "closed" | "cancelled" if referral.person_version and referral.ended_at:
            return later(referral.ended_at, rules.erase_after)
        case _:
            return None


def later(moment: str, span: timedelta) -> str:
    """The moment so much after ``moment``, both RFC 3339 UTC."""
    return rfc3339(datetime.fromisoformat(moment) + span)
