"""Worries: taken seriously, looked at where they cannot wait, and forgotten without a trace of their words."""

from typing import Any

from services.referrals.domain.asking import unknown_place
from services.referrals.domain.overview import Overview
from services.referrals.domain.promises import later
from services.referrals.domain.state import State, StoredConcern
from shared.aggregates.decisions import not_as_seen, revised, unknown, wrong
from shared.aggregates.state import Decision, Erased, NewFact
from shared.contracts.referrals import concerns as contract
from shared.contracts.referrals.concerns import ConcernWords
from shared.contracts.requests import reason


def submit(state: State, command: contract.SubmitConcern, overview: Overview) -> Decision:
    """Take what worries somebody; its words are kept apart from all that others read."""
    if command.id in state.erased:
        return wrong(reason("id", "erased", "names a request that was erased; a new one needs a new id"))
    if state.get(StoredConcern, command.id) is not None:
        return Decision("unchanged", (StoredConcern, command.id))
    if overview.places.by_ags(command.ags) is None:
        return wrong(unknown_place())
    words = ConcernWords(id=command.id, version=1, text=command.text, updated_at=state.at)
    concern = StoredConcern(
        id=command.id,
        version=1,
        ags=command.ags,
        topics=command.topics,
        flags=command.flags,
        words_version=words.version,
        created_at=state.at,
        updated_at=state.at,
        next_at=later(state.at, state.rules.erase_after),
        sender=command.sender,
    )
    told = (NewFact(contract.CONCERN_RECEIVED, concern), NewFact(contract.WORDS_KEPT, words))
    return Decision("created", (StoredConcern, command.id), told)


def settle(state: State, command: contract.SettleConcern) -> Decision:
    """Note that the office has cared for what could not wait."""
    old = state.get(StoredConcern, command.id)
    if old is None:
        return unknown(what="no worry")
    if problem := not_as_seen(command.version, old.version):
        return problem
    if old.settled_at is not None:
        return Decision("unchanged", (StoredConcern, old.id))
    return _changed(contract.CONCERN_SETTLED, state, old, settled_at=state.at)


def erase(state: State, command: contract.EraseConcern) -> Decision:
    """Forget the words of a worry; the tombstone is sent in any case, as after a restored backup."""
    old = state.get(StoredConcern, command.id)
    erased = (Erased(contract.WORDS_ERASED, ConcernWords, command.id),)
    if old is None or old.words_version == 0:
        return Decision("unchanged", (StoredConcern, command.id), erased=erased)
    return forget(state, old)


def forget(state: State, old: StoredConcern) -> Decision:
    """Forget the words of a worry that is here."""
    told = _changed(contract.CONCERN_FORGOTTEN, state, old, words_version=0)
    return Decision("changed", told.about, told.facts, erased=(Erased(contract.WORDS_ERASED, ConcernWords, old.id),))


def _changed(kind: str, state: State, old: StoredConcern, **fields: Any) -> Decision:
    new = revised(state, old, **fields)
    assert new is not None
    if not new.words_version:
        new = new.model_copy(update={"next_at": None, "sender": None})
    return Decision("changed", (StoredConcern, old.id), (NewFact(kind, new),))
