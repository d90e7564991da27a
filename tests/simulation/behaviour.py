"""What people, networks and the office do in a simulated year, drawn by chance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, TypeAlias
from uuid import UUID

from services.referrals.domain.state import StoredReferral
from services.referrals.domain.working_days import WorkingDays
from shared.contracts.base import Contract
from shared.contracts.referrals import answers, asking, facts, office
from shared.places import Places
from tests.simulation.networks import LANGUAGES, TOPICS


@dataclass(frozen=True, slots=True)
class Choose:
    """Somebody looks for a network for a request by hand: the office, or the network of this assignment."""

    id: str
    assignment: int | None = None


Planned: TypeAlias = tuple[datetime, Contract | Choose]
_REASONS: Final = ("no-capacity", "not-our-topic", "not-our-area", "language", "other")
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Habits:
    """``declines`` and ``silence``: shares, as in the options."""

    chance: Random
    days: WorkingDays
    places: Places
    declines: float
    silence: float

    def asks(self, number: int, organisation: str | None) -> asking.SubmitReferral:
        """What the ``number``-th request is: most come from people of whom each asks once."""
        chance = self.chance
        kind: Any = chance.choices(("offer-help", "seek-help", "question", "moderator"), (35, 40, 23, 2))[0]
        if organisation and chance.random() < 0.03:
            kind = "support"
        person = number if chance.random() < 0.95 else number // 40
        contact = asking.Contact(email=f"person-{person}@example.org")
        return asking.SubmitReferral(
            id=str(UUID(int=chance.getrandbits(128))),
            kind=kind,
            ags=chance.choice(self.places.items).ags,
            topics=tuple(chance.sample(TOPICS, chance.choice((0, 1, 1, 1, 2)))),
            languages=(chance.choice(LANGUAGES),) if chance.random() < 0.2 else ("de",),
            contact=contact if chance.random() < 0.9 else None,
            consent="2026-11",
            occasion=asking.Occasion(on="2027-12-31", what="Gesprächsrunde") if kind == "moderator" else None,
            may_wait=chance.random() < 0.5,
            by=(organisation or asking.CITIZEN) if kind == "support" else asking.CITIZEN,
        )

    def after(self, kind: str, referral: StoredReferral, now: datetime) -> Iterator[Planned]:
        """What somebody will do because of this fact."""
        match kind:
            case facts.ROUTED:
                yield from self._network_answers(referral, now)
                yield from self._person_moves(referral, now)
            case facts.REPLIED | facts.RESUMED if referral.state == "routed":
                yield from self._network_answers(referral, now)
            case facts.ACCEPTED:
                yield from self._network_helps(referral, now)
            case facts.REPLIED | facts.RESUMED if referral.state in ("accepted", "in-progress"):
                yield from self._network_helps(referral, now)
            case facts.CHECKED:
                yield from self._both_are_asked(referral, now)
            case facts.ASKED_BACK if self.chance.random() < 0.85:
                yield self._later(now, 2), asking.ReplyToQuestion(id=referral.id, message="Am Nachmittag.")
            case facts.FULFILLED:
                yield from self._person_looks_back(referral, now)
            case facts.ESCALATED:
                yield self._at_work(now, 1.5), Choose(referral.id)
            case facts.REPLIED | facts.RESUMED if referral.state == "escalated":
                yield self._at_work(now, 1.5), Choose(referral.id)
            case facts.HELD:
                yield self._at_work(now, 8), office.ResumeReferral(id=referral.id)

    def office_decides(self, referral: StoredReferral, fitting: list[str]) -> Contract:
        """What the office does with a request that it has: it asks one of ``fitting``, or sees to it itself."""
        draw = self.chance.random()
        if draw < 0.1:
            return office.HoldReferral(id=referral.id)
        if fitting and draw < 0.7:
            return office.AssignReferral(id=referral.id, network=self.chance.choice(fitting))
        because: Any = "answered" if draw < 0.8 else "nobody-found"
        return office.CloseReferral(id=referral.id, because=because)

    def _network_answers(self, referral: StoredReferral, now: datetime) -> Iterator[Planned]:
        chance, assignment = self.chance, len(referral.assignments)
        draw, at = chance.random(), self._at_work(now, 1.2)
        if draw < self.silence:
            return
        if draw < self.silence + self.declines:
            if chance.random() < 0.2:
                yield at, Choose(referral.id, assignment)
            else:
                yield at, self._answer(referral, "decline", reason=chance.choice(_REASONS))
        elif chance.random() < 0.06:
            yield at, self._answer(referral, "ask-back", note="Wann passt es?")
        else:
            yield at, self._answer(referral, "accept")

    def _network_helps(self, referral: StoredReferral, now: datetime) -> Iterator[Planned]:
        draw = self.chance.random()
        if draw < 0.05:
            yield self._at_work(now, 5), self._answer(referral, "give-back", reason="other")
        elif draw < 0.08:
            yield self._at_work(now, 3), self._answer(referral, "ask-back", note="Wo treffen wir uns?")
        elif draw < 0.85:
            at = self._at_work(now, 8)
            if self.chance.random() < 0.3:
                yield at, self._answer(referral, "progress")
                at = self._at_work(at, 8)
            yield at, self._answer(referral, "done")

    def _person_moves(self, referral: StoredReferral, now: datetime) -> Iterator[Planned]:
        draw, at = self.chance.random(), self._later(now, 3)
        if draw < 0.02:
            yield at, asking.CancelReferral(id=referral.id)
        elif draw < 0.04:
            yield at, asking.CorrectReferral(id=referral.id, ags=self.chance.choice(self.places.items).ags)
        elif draw < 0.045:
            yield at, asking.EraseReferral(id=referral.id)

    def _both_are_asked(self, referral: StoredReferral, now: datetime) -> Iterator[Planned]:
        draw = self.chance.random()
        if draw < 0.4:
            yield self._later(now, 3), asking.EvaluateReferral(id=referral.id, went="well")
        elif draw < 0.6:
            yield self._later(now, 3), asking.EvaluateReferral(id=referral.id, went="nobody-called")
        elif draw < 0.75:
            yield self._at_work(now, 2), self._answer(referral, "done")

    def _person_looks_back(self, referral: StoredReferral, now: datetime) -> Iterator[Planned]:
        draw = self.chance.random()
        if draw < 0.3:
            went: Any = self.chance.choices(("well", "partly", "nobody-called"), (7, 2, 1))[0]
            yield self._later(now, 5), asking.EvaluateReferral(id=referral.id, went=went)
        elif draw < 0.32:
            yield self._later(now, 10), asking.ReopenReferral(id=referral.id)

    def _answer(self, referral: StoredReferral, answer: Any, **fields: Any) -> answers.AnswerReferral:
        assignment = len(referral.assignments)
        return answers.AnswerReferral(
            id=referral.id, network=referral.network, assignment=assignment, answer=answer, **fields
        )

    def _at_work(self, now: datetime, mean: float) -> datetime:
        """So many working days later, on average, in the daytime."""
        day_ends = self.days.end_after(now, int(self.chance.expovariate(1 / mean)))
        return max(now + _HOUR, day_ends - self.chance.uniform(6, 16) * _HOUR)

    def _later(self, now: datetime, mean: float) -> datetime:
        """So many days later, on average."""
        return now + timedelta(days=self.chance.expovariate(1 / mean)) + _HOUR
