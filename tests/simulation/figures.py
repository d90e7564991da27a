"""What is counted while a simulated year goes by: promises, load and waiting, by month and by day."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import Any, Final

from services.referrals.domain.state import StoredReferral
from shared.contracts.referrals.facts import Assignment
from tests.simulation.options import BEGINS, ZONE

_ACCEPTED: Final = ("accepted", "given-back", "nobody-called")
_ANSWERED: Final = (*_ACCEPTED, "declined", "handed-on")


@dataclass(slots=True)
class Month:
    """What was asked in a month, and what became of it. ``days``: until a network first accepted it."""

    asked: int = 0
    passed_on: int = 0
    promises: Counter[str] = field(default_factory=Counter)
    office: Counter[str] = field(default_factory=Counter)
    days: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Day:
    """How it stood at midnight. ``open``: what networks have; ``room``: what those can have that may be asked then."""

    day: date
    open: int
    room: int
    waiting: int
    with_office: int


@dataclass(slots=True)
class Figures:
    """``kinds``: facts by type; ``refused``: commands by problem; ``states``: requests by state; ``gone``: how many of
    them are forgotten; ``promises_gone``: what became of the promises about those."""

    months: defaultdict[int, Month] = field(default_factory=lambda: defaultdict(Month))
    days: list[Day] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    gone: int = 0
    promises_gone: Counter[str] = field(default_factory=Counter)

    def follow(self, old: StoredReferral | None, new: StoredReferral, now: datetime) -> None:
        """Count what a new state changes."""
        self.states[new.state] += 1
        if old is None:
            month = self.months[_month(new.created_at)]
            month.asked += 1
            month.passed_on += new.state == "routed"
        else:
            self.states[old.state] -= 1
            if old.state == "escalated" != new.state and old.due is not None:
                in_time = now <= datetime.fromisoformat(old.due)
                self.months[_month(old.history[-1].at)].office["kept" if in_time else "broken"] += 1
        before = old.assignments if old else ()
        for number, assignment in enumerate(new.assignments):
            if assignment.answer and (number >= len(before) or before[number].answer is None):
                self.months[_month(assignment.at)].promises[promise(assignment)] += 1
        if new.state == "accepted" and old is not None and old.state != "accepted":
            self._count_days(new)

    def let_go(self, referral: StoredReferral) -> None:
        """Keep of a request that is forgotten what became of its promises, and nothing else."""
        self.gone += 1
        self.promises_gone.update(promises(referral.assignments))

    def as_json(self) -> dict[str, Any]:
        """For the file: months, days, and the whole year."""
        return {
            "months": [{"month": number, **of_month(self.months[number])} for number in sorted(self.months)],
            "year": of_month(total(self.months.values())),
            "days": [
                {
                    "day": one.day.isoformat(),
                    **{name: getattr(one, name) for name in ("open", "room", "waiting", "with_office")},
                }
                for one in self.days
            ],
            "states": {name: count for name, count in sorted(self.states.items()) if count},
            "facts": dict(sorted(self.kinds.items())),
            "refused": dict(sorted(self.refused.items())),
        }

    def _count_days(self, referral: StoredReferral) -> None:
        accepted = [one for one in referral.assignments if one.answer in _ACCEPTED]
        if len(accepted) == 1 and accepted[0].answered_at is not None:
            took = datetime.fromisoformat(accepted[0].answered_at) - datetime.fromisoformat(referral.created_at)
            self.months[_month(referral.created_at)].days.append(took.total_seconds() / 86_400)


def promise(assignment: Assignment) -> str:
    """What became of a network's promise: ``kept`` by any answer, ``broken`` by none, ``void`` where something else
    came between, ``running``."""
    if assignment.answer is None:
        return "running"
    return "kept" if assignment.answer in _ANSWERED else "broken" if assignment.answer == "no-answer" else "void"


def promises(assignments: Iterable[Assignment]) -> Counter[str]:
    """What became of the promises about a request, without those that run."""
    return Counter(promise(one) for one in assignments if one.answer)


def total(months: Iterable[Month]) -> Month:
    """All of them as if they were one."""
    found = Month()
    for one in months:
        found.asked += one.asked
        found.passed_on += one.passed_on
        found.promises += one.promises
        found.office += one.office
        found.days += one.days
    return found


def of_month(month: Month) -> dict[str, Any]:
    """Shares and the median, each None where there is nothing to tell."""
    return {
        "asked": month.asked,
        "passed_on_at_once": _share(month.passed_on, month.asked),
        "promises": dict(month.promises),
        "kept": _kept(month.promises),
        "kept_by_office": _kept(month.office),
        "days_until_accepted": round(median(month.days), 1) if month.days else None,
    }


def _kept(promises: Counter[str]) -> float | None:
    return _share(promises["kept"], promises["kept"] + promises["broken"])


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _month(moment: str) -> int:
    """1 in the month in which the year begins."""
    at = datetime.fromisoformat(moment).astimezone(ZONE)
    return (at.year - BEGINS.year) * 12 + at.month
