"""An alliance that decides as the service does, command by command, without Kafka or a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from services.members.domain.activity import Assessment, Held, Log, assess
from services.members.domain.organisations import assessed
from services.members.domain.state import AGGREGATES, State, StoredContribution
from services.members.handlers import DECISIONS, SERVICE
from services.members.rules import read_rules
from shared.aggregates.state import Decision, Erased, NewFact
from shared.aggregates.work import Work
from shared.contracts.base import Contract
from shared.contracts.members.contributions import PlanTraining
from shared.contracts.members.meetings import InviteToMeeting, MeetingFact, PlanMeeting, RecordAttendance
from shared.contracts.members.organisations import AdmitOrganisation, ApplyOrganisation, OrganisationFact
from shared.contracts.members.people import KeepPerson
from tests.support.decisions import refusal
from tests.support.membership import id_of, made

__all__ = ["Alliance", "id_of", "made", "refusal"]

C = TypeVar("C", bound=Contract)
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
RULES = read_rules(None, "Europe/Berlin")


@dataclass
class Alliance:
    """What there is, and all that was told of it, oldest first."""

    state: State = field(default_factory=lambda: State(NOW, RULES, {}))
    published: list[NewFact] = field(default_factory=list)
    erased: list[Erased] = field(default_factory=list)

    def do(self, model: type[Contract], **fields: Any) -> Decision:
        """Decide on a command."""
        return self.take(made(model, **fields))

    def take(self, command: Contract) -> Decision:
        """Decide on a command, and let what follows be the state."""
        return self._over(DECISIONS[type(command)](self.state, command))

    def has(self, model: type[C], id_: str) -> C:
        """What there is under an id."""
        found = self.state.get(model, id_)
        assert found is not None
        return found

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.state.now += timedelta(**time)

    @property
    def kinds(self) -> list[str]:
        """Types of all that was told, in order."""
        return [told.kind for told in self.published]

    def said(self) -> list[tuple[str, str]]:
        """Topic and body of all that was told, as it leaves the service."""
        return [
            (
                AGGREGATES[type(fact)].topic,
                fact.model_dump_json(include=set(AGGREGATES[type(fact)].public.model_fields)),
            )
            for _, fact in self.published
        ]

    def assessment(self, organisation: str) -> Assessment:
        """How active a member is by all that is there, as the timer finds it."""
        member = self.has(OrganisationFact, organisation)
        assert member.admission is not None
        meetings = [one for one in self.state.all(MeetingFact) if one.kind in RULES.activity.meeting_kinds]
        presence: Mapping[str, Mapping[str, str]] = {
            one.id: {a.organisation: a.presence for a in one.attendance} for one in meetings
        }
        return assess(
            Log(
                date.fromisoformat(member.admission.on),
                [
                    Held(date.fromisoformat(one.starts_at[:10]), one.id, presence[one.id].get(organisation, "absent"))
                    for one in meetings
                    if one.status == "held"
                ],
                [
                    date.fromisoformat(one.on)
                    for one in self.state.all(StoredContribution)
                    if (one.organisation, one.status) == (organisation, "confirmed")
                ],
                [date.fromisoformat(one.starts_at[:10]) for one in meetings if one.status == "planned"],
            ),
            RULES.activity,
            self.state.today,
        )

    def look_at(self, organisation: str) -> Decision:
        """Let follow what follows from how active a member is."""
        return self._over(assessed(self.state, self.has(OrganisationFact, organisation), self.assessment(organisation)))

    def member(self, id_: str = "haus", admitted: str = "2025-01-01", **profile: Any) -> str:
        """Somebody who is a member; returns its id."""
        assert self.do(ApplyOrganisation, id=id_, **({"name": f"{id_} e. V."} | profile)).problem is None
        assert self.do(AdmitOrganisation, id=id_, on=admitted).problem is None
        return id_

    def person(self, number: int, organisation: str, role: str = "representative") -> str:
        """Somebody in an organisation; returns the id."""
        roles = [{"organisation": organisation, "role": role}]
        kept = self.do(KeepPerson, id=id_of(number), name=f"Person {number}", roles=roles, consent="2026-11")
        assert kept.problem is None
        return id_of(number)

    def meeting(self, number: int, day: str = "2026-12-08", *, invited: bool = True, **plan: Any) -> str:
        """A meeting that is planned; returns its id."""
        content = {"kind": "session", "title": f"Sitzung {number}", "starts_at": f"{day}T17:00:00+01:00"} | plan
        assert self.do(PlanMeeting, id=id_of(number), **content).problem is None
        if invited:
            assert self.do(InviteToMeeting, id=id_of(number)).problem is None
        return id_of(number)

    def held(self, number: int, day: str, **presence: str) -> str:
        """A meeting that was held, with how organisations took part; returns its id."""
        id_ = self.meeting(number, day, invited=False)
        attendance = [{"organisation": name, "presence": how} for name, how in presence.items()]
        assert self.do(RecordAttendance, id=id_, attendance=attendance).problem is None
        return id_

    def training(self, number: int, day: str = "2026-11-01", **plan: Any) -> str:
        """A training that qualifies for a year; returns its id."""
        content = {"title": "Moderation", "starts_at": day, "qualification": "moderation", "valid_months": 12} | plan
        assert self.do(PlanTraining, id=id_of(number), **content).problem is None
        return id_of(number)

    def _over(self, decision: Decision) -> Decision:
        Work(SERVICE, AGGREGATES, self.state).take_over(decision, None)
        self.published += decision.facts
        self.erased += decision.erased
        return decision
