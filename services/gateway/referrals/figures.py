"""How networks answer what they are asked, and what becomes of requests by area. Pure functions."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Final

from services.gateway.common.documents import Document
from services.gateway.referrals.documents import multipliers_in
from services.gateway.referrals.small_numbers import hidden, within
from shared.contracts.referrals.facts import CARED_FOR, OPEN
from shared.discretion import SHOWN_FROM

_HOUR_S: Final = 3_600
_ACCEPTED: Final = ("accepted", "given-back", "nobody-called")
_COUNTED: Final = ("asked", "open", "waiting", "escalated", "accepted", "unanswered")


@dataclass(slots=True)
class Figures:
    """How a network has answered. ``asked``: by now, whatever came of it; ``open``: what it has at present."""

    asked: int = 0
    open: int = 0
    accepted: int = 0
    declined: int = 0
    unanswered: int = 0
    in_time: int = 0
    hours: list[float] = field(default_factory=list)

    @property
    def kept(self) -> float | None:
        """The share of promises that were kept, of those that are over; None below ``SHOWN_FROM``."""
        over = len(self.hours) + self.unanswered
        return round(self.in_time / over, 2) if over >= SHOWN_FROM else None

    @property
    def median_hours(self) -> float | None:
        """Hours until it answers, the median; None below ``SHOWN_FROM`` answers."""
        return _median(self.hours)


@dataclass(slots=True)
class AreaFigures:
    """What became of the requests from an area, each counted once however many networks were asked.

    ``accepted``: by a network, whatever came of it; ``unanswered``: by a network at least in the time that it had
    promised; ``promised``: of which a promise is over; ``promises``: how networks have answered them; ``hours``: until
    the first answer.
    """

    asked: int = 0
    open: int = 0
    waiting: int = 0
    escalated: int = 0
    accepted: int = 0
    unanswered: int = 0
    promised: int = 0
    promises: Figures = field(default_factory=Figures)
    hours: list[float] = field(default_factory=list)

    @property
    def kept(self) -> float | None:
        """The share of promises that networks kept; None where those to fewer than ``SHOWN_FROM`` people are over."""
        return self.promises.kept if self.promised >= SHOWN_FROM else None

    @property
    def median_hours(self) -> float | None:
        """Hours until a first network answered, the median; None below ``SHOWN_FROM`` requests."""
        return _median(self.hours)


def figures_of(referrals: Iterable[Document]) -> dict[str, Figures]:
    """How each network has answered what it was asked, by its id, in the order of ids. Nobody is measured: multipliers
    are left out."""
    found: defaultdict[str, Figures] = defaultdict(Figures)
    for referral in referrals:
        people = multipliers_in(referral)
        for assignment in referral["assignments"]:
            if assignment["network"] not in people:
                _count(found[assignment["network"]], assignment)
        if referral["network"] and referral["network"] not in people and referral["state"] in CARED_FOR:
            found[referral["network"]].open += 1
    return dict(sorted(found.items()))


def figures_by_area(referrals: Iterable[Document]) -> dict[str, AreaFigures]:
    """What became of the requests of each municipality, of each district and of all, by their keys (see
    ``small_numbers``)."""
    found: defaultdict[str, AreaFigures] = defaultdict(AreaFigures)
    for referral in referrals:
        for area in within(referral["ags"]):
            _count_request(found[area], referral)
    return dict(sorted(found.items()))


def shown_numbers(figures: dict[str, AreaFigures]) -> dict[str, dict[str, int | None]]:
    """Of each area how many requests were asked, are open and so on; None where that number is not to be shown."""
    shown: dict[str, dict[str, int | None]] = {area: {} for area in figures}
    for name in _COUNTED:
        numbers = {area: getattr(one, name) for area, one in figures.items()}
        gone = hidden(numbers)
        for area, number in numbers.items():
            shown[area][name] = None if area in gone else number
    return shown


def _count(figures: Figures, assignment: Document) -> None:
    figures.asked += 1
    answer = assignment["answer"]
    figures.accepted += answer in _ACCEPTED
    figures.declined += answer in ("declined", "handed-on")
    figures.unanswered += answer == "no-answer"
    if answered_at := _answered_at(assignment):
        figures.hours.append(_hours(assignment["at"], answered_at))
        figures.in_time += answered_at <= datetime.fromisoformat(assignment["due"])


def _count_request(figures: AreaFigures, referral: Document) -> None:
    figures.asked += 1
    figures.open += referral["state"] in OPEN
    figures.waiting += referral["state"] == "waiting"
    figures.escalated += referral["state"] == "escalated"
    assignments = referral["assignments"]
    answers = {assignment["answer"] for assignment in assignments}
    figures.accepted += not answers.isdisjoint(_ACCEPTED)
    figures.unanswered += "no-answer" in answers
    for assignment in assignments:
        _count(figures.promises, assignment)
    answered = [at for assignment in assignments if (at := _answered_at(assignment))]
    figures.promised += bool(answered) or "no-answer" in answers
    if answered:
        figures.hours.append(_hours(referral["created_at"], min(answered)))


def _answered_at(assignment: Document) -> datetime | None:
    """When a network answered what it was asked; None: it has not, or that is not known any more, as what became of it
    later stands in the same place."""
    known = assignment["answer"] in ("accepted", "declined", "handed-on")
    return datetime.fromisoformat(assignment["answered_at"]) if known else None


def _hours(begin: str, end: datetime) -> float:
    return (end - datetime.fromisoformat(begin)).total_seconds() / _HOUR_S


def _median(hours: list[float]) -> float | None:
    return round(median(hours), 1) if len(hours) >= SHOWN_FROM else None
