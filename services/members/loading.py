"""Which aggregates a batch of commands is about: locked in one order, then read, so that decisions see all of them."""

from collections.abc import Iterable, Sequence

from services.members import repository
from services.members.domain.state import AGGREGATES, Rules, State, StoredContribution, StoredMultiplier
from shared.aggregates import store
from shared.aggregates.state import Key
from shared.clock import utc_now
from shared.contracts.base import Contract
from shared.contracts.members import contributions, goals, meetings, organisations, people
from shared.contracts.members.contributions import TrainingFact
from shared.contracts.members.goals import CharterFact, GoalFact
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.members.people import MinutesFact, PersonFact
from shared.db import Connection


async def load(connection: Connection, commands: Sequence[Contract], rules: Rules) -> State:
    """All that ``commands`` are about, as it stays until commit, and what they only look at."""
    if any(map(_names_people, commands)):
        # Before anybody looks who stands where: nobody is added to a meeting while being erased.
        await repository.lock_people(connection)
    keys = {key for command in commands for key in _keys(command)} | await _reached(connection, commands)
    await store.lock(connection, keys)
    invited = _invited(commands)
    if invited is None:
        invited = set(await repository.members(connection))
    if invited:
        keys |= {(OrganisationFact, id_) for id_ in invited}
        keys |= {(PersonFact, id_) for id_ in await repository.people_of(connection, invited)}
    keys |= {(OrganisationFact, id_) for command in commands for id_ in _looked_at(command)}
    # Only now, so that whoever waited for the locks does not date what it decides before what it saw.
    state = State(utc_now(), rules, await store.read_keys(connection, AGGREGATES, keys))
    erasable = {id_ for model, id_ in keys if model in (PersonFact, StoredMultiplier)}
    if erasable:
        state.erased = await store.known_erased(connection, erasable)
    new = {id_ for model, id_ in keys - state.facts.keys() if AGGREGATES[model].is_public}
    if new:
        state.tables = await store.tables_of(connection, AGGREGATES, new)
    return state


def _keys(command: Contract) -> list[Key]:
    """What a command decides about, and what its decision depends on, but the many organisations of a list."""
    match command:
        case organisations.AdmitOrganisation():
            return [(OrganisationFact, command.id), *_some(MeetingFact, command.meeting)]
        case (
            organisations.ApplyOrganisation()
            | organisations.ChangeOrganisation()
            | organisations.DeclineOrganisation()
            | organisations.LeaveOrganisation()
            | organisations.ConfirmStatus()
            | organisations.ThankOrganisation()
        ):
            return [(OrganisationFact, command.id)]
        case people.KeepPerson() | people.ErasePerson():
            return [(PersonFact, command.id)]
        case meetings.ReplyToMeeting():
            return [(MeetingFact, command.id), *_some(PersonFact, command.person)]
        case meetings.RecordAttendance():
            named = [(PersonFact, one.person) for one in command.attendance if one.person]
            return [(MeetingFact, command.id), *named]
        case meetings.RecordMinutes():
            return [(MeetingFact, command.id), (MinutesFact, command.id)]
        case meetings.PlanMeeting() | meetings.CancelMeeting() | meetings.InviteToMeeting():
            return [(MeetingFact, command.id)]
        case contributions.ReportContribution():
            return [(StoredContribution, command.id), *_some(PersonFact, command.person)]
        case contributions.ConfirmContribution() | contributions.DeclineContribution():
            return [(StoredContribution, command.id)]
        case contributions.CompleteTraining():
            return [(TrainingFact, command.id), *((PersonFact, one.person) for one in command.participants)]
        case contributions.PlanTraining() | contributions.CancelTraining():
            return [(TrainingFact, command.id)]
        case contributions.RegisterMultiplier():
            return [(StoredMultiplier, command.id), (PersonFact, command.person)]
        case contributions.RetireMultiplier():
            return [(StoredMultiplier, command.id)]
        case goals.SetGoal():
            return [(GoalFact, command.id), *_some(GoalFact, command.parent)]
        case goals.ReviewGoal():
            return [(GoalFact, command.id), *_some(MeetingFact, command.meeting)]
        case goals.RetireGoal() | goals.MeasureIndicator():
            return [(GoalFact, command.id)]
        case goals.AdoptCharter():
            return [(CharterFact, command.id), *_some(MeetingFact, command.meeting)]
        case goals.AssentToCharter():
            return [(CharterFact, command.id)]
        case _:
            raise TypeError(f"nothing is known of {type(command).__name__}")


def _looked_at(command: Contract) -> Iterable[str]:
    """Organisations that a decision only asks whether they are there, or members: not locked."""
    match command:
        case people.KeepPerson():
            return [role.organisation for role in command.roles]
        case meetings.RecordAttendance():
            return [one.organisation for one in command.attendance]
        case meetings.RecordMinutes():
            return [task.organisation for task in command.tasks if task.organisation]
        case contributions.ReportContribution():
            return [command.organisation]
        case contributions.ConfirmContribution():
            return [command.by]
        case goals.AssentToCharter():
            return [command.organisation]
        case _:
            return []


def _names_people(command: Contract) -> bool:
    match command:
        case meetings.RecordAttendance():
            return any(one.person for one in command.attendance)
        case meetings.ReplyToMeeting() | contributions.ReportContribution():
            return command.person is not None
        case _:
            return isinstance(
                command,
                people.KeepPerson
                | people.ErasePerson
                | meetings.InviteToMeeting
                | contributions.CompleteTraining
                | contributions.RegisterMultiplier,
            )


def _invited(commands: Sequence[Contract]) -> set[str] | None:
    """Organisations that are invited by name; None: all members are."""
    names: set[str] = set()
    for command in commands:
        if isinstance(command, meetings.InviteToMeeting):
            if command.organisations is None:
                return None
            names.update(command.organisations)
    return names


async def _reached(connection: Connection, commands: Sequence[Contract]) -> set[Key]:
    """What commands change besides what they name."""
    keys: set[Key] = set()
    erased = {command.id for command in commands if isinstance(command, people.ErasePerson)}
    if erased:
        keys |= {(MeetingFact, id_) for id_ in await repository.meetings_naming(connection, erased)}
        keys |= {(StoredContribution, id_) for id_ in await repository.contributions_of(connection, erased)}
        keys |= {(StoredMultiplier, id_) for id_ in await repository.multipliers_of(connection, erased)}
    completed = {command.id for command in commands if isinstance(command, contributions.CompleteTraining)}
    if completed:
        keys |= {(PersonFact, id_) for id_ in await repository.participants(connection, completed)}
    return keys


def _some(model: type[Contract], id_: str | None) -> list[Key]:
    return [(model, id_)] if id_ is not None else []
