"""What comes in, in one transaction: look at what was taken before, load, decide, save, tell. Never commits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.members import loading, repository
from services.members.domain import contributions, goals, meetings, organisations, people, trainings
from services.members.domain.state import (
    AGGREGATES,
    Decision,
    Erased,
    Fact,
    Key,
    Rules,
    State,
    StoredContribution,
    id_taken,
    no_such_days,
    refused,
)
from shared import outbox
from shared.consume import Received
from shared.contracts.base import Contract
from shared.contracts.members import contributions as contribution_contract
from shared.contracts.members import goals as goal_contract
from shared.contracts.members import meetings as meeting_contract
from shared.contracts.members import organisations as organisation_contract
from shared.contracts.members import people as people_contract
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.requests import Outcome, id_reused, invalid
from shared.db import Connection
from shared.envelope import Message, new_message
from shared.requests import Requests
from shared.topics import MEMBERS_FACTS

SERVICE: Final = "members"
SOURCE: Final = f"urn:buendnisbus:{SERVICE}"

DECISIONS: Final[Mapping[type[Contract], Callable[[State, Any], Decision]]] = {
    organisation_contract.ApplyOrganisation: organisations.apply,
    organisation_contract.ChangeOrganisation: organisations.change,
    organisation_contract.AdmitOrganisation: organisations.admit,
    organisation_contract.DeclineOrganisation: organisations.decline,
    organisation_contract.LeaveOrganisation: organisations.leave,
    organisation_contract.ConfirmStatus: organisations.confirm,
    organisation_contract.ThankOrganisation: organisations.thank,
    people_contract.KeepPerson: people.keep,
    people_contract.ErasePerson: people.erase,
    meeting_contract.PlanMeeting: meetings.plan,
    meeting_contract.CancelMeeting: meetings.cancel,
    meeting_contract.InviteToMeeting: meetings.invite,
    meeting_contract.ReplyToMeeting: meetings.reply,
    meeting_contract.RecordAttendance: meetings.attend,
    meeting_contract.RecordMinutes: meetings.minute,
    contribution_contract.ReportContribution: contributions.report,
    contribution_contract.ConfirmContribution: contributions.confirm,
    contribution_contract.DeclineContribution: contributions.decline,
    contribution_contract.PlanTraining: trainings.plan,
    contribution_contract.CancelTraining: trainings.cancel,
    contribution_contract.CompleteTraining: trainings.complete,
    contribution_contract.RegisterMultiplier: trainings.register,
    contribution_contract.RetireMultiplier: trainings.retire,
    goal_contract.SetGoal: goals.set_out,
    goal_contract.RetireGoal: goals.retire,
    goal_contract.MeasureIndicator: goals.measure,
    goal_contract.ReviewGoal: goals.review,
    goal_contract.AdoptCharter: goals.adopt,
    goal_contract.AssentToCharter: goals.assent,
}


@dataclass
class Work:
    """The state that a batch is decided on, and what is to be written in the end.

    ``concerns``: organisations whose activity may be another one with that; None: all members, as with a meeting.
    """

    state: State
    changed: dict[Key, Fact] = field(default_factory=dict)
    erased: dict[Key, Erased] = field(default_factory=dict)
    messages: list[tuple[str, str, Message]] = field(default_factory=list)
    concerns: set[str] | None = field(default_factory=set)

    def take_over(self, decision: Decision, because_of: Message | None) -> None:
        """Let what was decided be the state from now on, and tell it."""
        for kind, fact in decision.facts:
            self._keep(fact)
            self._tell(kind, fact, because_of)
        for fact in decision.stored:
            self._keep(fact)
        for one in decision.erased:
            self.state.facts.pop((one.model, one.id), None)
            self.changed.pop((one.model, one.id), None)
            self.erased[one.model, one.id] = one
            self.state.erased.add(one.id)
            topic = AGGREGATES[one.model].topic
            self.messages.append((topic, one.id, tombstone(one.kind, one.id, self.state.at, because_of)))

    async def save(self, connection: Connection) -> None:
        """Write everything."""
        for model in AGGREGATES:
            facts = [fact for (kind, _), fact in self.changed.items() if kind is model]
            if facts:
                await repository.save(connection, model, facts)
            gone = [one.id for one in self.erased.values() if one.model is model]
            if gone:
                await repository.delete(connection, model, gone)
        held = [fact for fact in self.changed.values() if isinstance(fact, MeetingFact)]
        if held:
            await repository.replace_attendance(connection, held)
        if self.erased:
            kinds = [(one.id, AGGREGATES[one.model].table) for one in self.erased.values()]
            await repository.remember_erased(connection, kinds, self.state.now)
        await outbox.add(connection, self.messages)

    def _keep(self, fact: Fact) -> None:
        key = (type(fact), fact.id)
        before = self.state.facts.get(key)
        self.state.facts[key] = self.changed[key] = fact
        if AGGREGATES[type(fact)].topic == MEMBERS_FACTS:
            self.state.tables[fact.id] = AGGREGATES[type(fact)].table
        if isinstance(fact, MeetingFact) and (before is None or _counted(fact) != _counted(before)):
            self.concerns = None
        elif self.concerns is not None and isinstance(fact, OrganisationFact | StoredContribution):
            self.concerns.add(fact.id if isinstance(fact, OrganisationFact) else fact.organisation)

    def _tell(self, kind: str, fact: Fact, because_of: Message | None) -> None:
        aggregate = AGGREGATES[type(fact)]
        data = fact.model_dump_json(include=set(aggregate.public.model_fields)).encode()
        message = new_message(kind, data, source=SOURCE, subject=fact.id, because_of=because_of, time=self.state.at)
        self.messages.append((aggregate.topic, fact.id, message))


async def handle(connection: Connection, batch: Sequence[Received], rules: Rules) -> None:
    """Decide on a batch of commands; each gets exactly one outcome, repeated ones none."""
    state = await loading.load(connection, [request.data for request in batch if request.data], rules)
    requests = await Requests.load(connection, SERVICE, batch, state.now)
    work = Work(state)
    for request in batch:
        name = await requests.open(connection, request)
        if name is None:
            continue
        decision = _decide(state, request) if name == request.message.id else refused(id_reused())
        work.take_over(decision, request.message)
        requests.answer(request, _outcome(name, request, decision, state))
    if work.concerns != set():
        await repository.lock_marks(connection)
    await requests.save(connection)
    work.messages += requests.messages
    await work.save(connection)
    if work.concerns != set():
        await repository.assess_at(connection, work.concerns, state.now)


def tombstone(kind: str, id_: str, at: str, because_of: Message | None = None) -> Message:
    """The message that an aggregate is erased: nothing but its id."""
    return new_message(kind, b"", source=SOURCE, subject=id_, because_of=because_of, time=at)


def _decide(state: State, request: Received) -> Decision:
    if request.data is None:
        return refused(invalid(request.errors))
    if errors := tuple(no_such_days(request.data)):
        return refused(invalid(errors))
    decision = DECISIONS[type(request.data)](state, request.data)
    if decision.result == "created" and decision.about is not None:
        model, id_ = decision.about
        table = AGGREGATES[model].table
        if state.tables.get(id_, table) != table:
            return id_taken()
    return decision


def _outcome(name: str, request: Received, decision: Decision, state: State) -> Outcome:
    model, id_ = decision.about or (None, None)
    fact = state.facts.get((model, id_)) if model and id_ else None
    return Outcome(
        request=name,
        source=request.topic,
        result=decision.result,
        resource=f"{AGGREGATES[model].path}{id_}" if model else None,
        aggregate=id_,
        version=fact.version if fact else None,
        problem=decision.problem,
        at=state.at,
    )


def _counted(meeting: Fact) -> tuple[object, ...]:
    """What of a meeting activity follows from."""
    assert isinstance(meeting, MeetingFact)
    return meeting.kind, meeting.starts_at, meeting.status, meeting.attendance
