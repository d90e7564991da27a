"""What comes in, in one transaction: load, decide, save, publish. Never commits."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from services.referrals import repository
from services.referrals.domain import answering, asking, concerns
from services.referrals.domain.overview import Overview, reached_by
from services.referrals.domain.state import AGGREGATES, Rules, State, StoredReferral
from services.referrals.networks import KnownNetworks
from shared.aggregates import store
from shared.aggregates.state import Key
from shared.aggregates.work import Decisions, Work
from shared.clock import utc_now
from shared.consume import Received
from shared.contracts.referrals import answers, office
from shared.contracts.referrals import asking as contract
from shared.contracts.referrals import concerns as concern_contract
from shared.db import Connection
from shared.places import Places

SERVICE: Final = "referrals"


@dataclass(frozen=True, slots=True)
class Alliance:
    """What stays the same while the service runs: the rules, the places, the networks as far as they are known."""

    rules: Rules
    places: Places
    networks: KnownNetworks


async def handle(connection: Connection, batch: Sequence[Received], alliance: Alliance) -> None:
    """Decide on a batch of commands; each gets exactly one outcome, repeated ones none."""
    commands: list[Any] = [request.data for request in batch if request.data]
    overview, work = await load(connection, {command.id for command in commands}, commands, alliance)
    requests = await work.decide(connection, batch, decisions(overview))
    await requests.save(connection)
    await save(connection, work, overview)


async def load(
    connection: Connection, ids: Collection[str], commands: Sequence[Any], alliance: Alliance
) -> tuple[Overview, Work]:
    """The requests with these ids, as they stay until commit, and what decisions about them have to know."""
    keys: set[Key] = {(model, id_) for id_ in ids for model in AGGREGATES}
    await store.lock(connection, keys)
    await repository.lock_routing(connection)
    directory = await alliance.networks.follow(connection)
    asked_by = {
        address
        for command in commands
        if isinstance(command, contract.SubmitReferral)
        for address in reached_by(command.contact)
    }
    requests_of: defaultdict[str, set[str]] = defaultdict(set)
    for address, id_ in await repository.requests_reached_by(connection, asked_by) if asked_by else ():
        requests_of[address].add(id_)
    looked_at: set[Key] = {(StoredReferral, id_) for ids in requests_of.values() for id_ in ids}
    facts = await store.read_keys(connection, AGGREGATES, keys | looked_at)
    # Only now, so that whoever waited for the locks does not date what it decides before what it saw.
    state = State(utc_now(), alliance.rules, facts, erased=await store.known_erased(connection, ids))
    overview = Overview(directory, alliance.places, await repository.read_loads(connection), requests_of)
    return overview, Work(SERVICE, AGGREGATES, state, follow=overview.follow)


async def save(connection: Connection, work: Work, overview: Overview) -> None:
    """Write everything."""
    await work.save(connection)
    if overview.asked:
        await repository.save_loads(connection, {name: overview.loads[name] for name in overview.asked})


def decisions(overview: Overview) -> Decisions:
    """Which function decides on which command; some have to know of all networks."""
    return {
        contract.SubmitReferral: partial(asking.submit, overview=overview),
        contract.CorrectReferral: partial(asking.correct, overview=overview),
        contract.ReplyToQuestion: asking.reply,
        contract.CancelReferral: asking.cancel,
        contract.ReopenReferral: partial(asking.reopen, overview=overview),
        contract.EvaluateReferral: partial(asking.evaluate, overview=overview),
        contract.EraseReferral: asking.erase,
        answers.AnswerReferral: partial(answering.answer, overview=overview),
        office.AssignReferral: partial(answering.assign, overview=overview),
        office.HoldReferral: answering.hold,
        office.ResumeReferral: answering.resume,
        office.CloseReferral: answering.close,
        concern_contract.SubmitConcern: partial(concerns.submit, overview=overview),
        concern_contract.SettleConcern: concerns.settle,
        concern_contract.EraseConcern: concerns.erase,
    }
