"""What comes in, in one transaction: look at what was taken before, load, decide, save, tell. Never commits."""

from collections.abc import Sequence
from typing import Final

from services.members import loading, repository
from services.members.domain import contributions, goals, meetings, organisations, people, trainings
from services.members.domain.state import AGGREGATES, Rules, StoredContribution
from shared.aggregates.work import Decisions, Work
from shared.consume import Received
from shared.contracts.members import contributions as contribution_contract
from shared.contracts.members import goals as goal_contract
from shared.contracts.members import meetings as meeting_contract
from shared.contracts.members import organisations as organisation_contract
from shared.contracts.members import people as people_contract
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.members.organisations import OrganisationFact
from shared.db import Connection

SERVICE: Final = "members"

DECISIONS: Final[Decisions] = {
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


async def handle(connection: Connection, batch: Sequence[Received], rules: Rules) -> None:
    """Decide on a batch of commands; each gets exactly one outcome, repeated ones none."""
    state = await loading.load(connection, [request.data for request in batch if request.data], rules)
    work = Work(SERVICE, AGGREGATES, state)
    requests = await work.decide(connection, batch, DECISIONS)
    concerned = organisations_concerned(work)
    if concerned != set():
        await repository.lock_marks(connection)
    await requests.save(connection)
    await work.save(connection)
    if held := [fact for fact in work.changed.values() if isinstance(fact, MeetingFact)]:
        await repository.replace_attendance(connection, held)
    if concerned != set():
        await repository.assess_at(connection, concerned, state.now)


def organisations_concerned(work: Work) -> set[str] | None:
    """Organisations whose activity may be another one with what was decided; None: all members, as with a meeting."""
    concerned: set[str] = set()
    for key, fact in work.changed.items():
        if isinstance(fact, MeetingFact) and _counted(work.before.get(key)) != _counted(fact):
            return None
        if isinstance(fact, OrganisationFact):
            concerned.add(fact.id)
        elif isinstance(fact, StoredContribution):
            concerned.add(fact.organisation)
    return concerned


def _counted(meeting: MeetingFact | None) -> tuple[object, ...] | None:
    """What of a meeting activity follows from."""
    return (meeting.kind, meeting.starts_at, meeting.status, meeting.attendance) if meeting else None
