"""What the service members tells becomes the gateway's views of members: public facts, and apart from them people.

The newest by version stays. An erasure removes what is shown, whatever its version, and nothing older shows it again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import orjson

from services.gateway import member_store, newest
from services.gateway.areas import covered
from services.gateway.documents import instant
from services.gateway.member_store import FactRow, Kind, PrivateKind, PrivateRow
from shared.clock import rfc3339, utc_now
from shared.consume import Received
from shared.contracts.base import Contract, Erasure
from shared.contracts.members.contributions import ContributionFact, MultiplierFact, TrainingFact
from shared.contracts.members.goals import CharterFact, GoalFact
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.members.people import MinutesFact, PersonFact
from shared.db import Connection
from shared.places import Places, places
from shared.topics import MEMBERS_PRIVATE
from shared.vocabulary import vocabulary

PublicFact = OrganisationFact | MeetingFact | ContributionFact | TrainingFact | MultiplierFact | GoalFact | CharterFact
PrivateFact = PersonFact | MinutesFact

_KINDS: Final[Mapping[type[Contract], Kind]] = {
    OrganisationFact: "organisation",
    MeetingFact: "meeting",
    ContributionFact: "contribution",
    TrainingFact: "training",
    MultiplierFact: "multiplier",
    GoalFact: "goal",
    CharterFact: "charter",
}
_PRIVATE: Final[Mapping[type[Contract], PrivateKind]] = {PersonFact: "person", MinutesFact: "minutes"}


async def project(connection: Connection, batch: Sequence[Received]) -> None:
    """Bring the views of members up to date with ``batch``: in a few statements, however many they are."""
    public: dict[tuple[str, str], PublicFact] = {}
    private: dict[tuple[str, str], PrivateFact] = {}
    erasures: dict[tuple[Literal["person", "multiplier"], str], datetime] = {}
    for received in batch:
        data = received.data
        if isinstance(data, PublicFact):
            newest.keep(public, (_KINDS[type(data)], data.id), data)
        elif isinstance(data, PrivateFact):
            newest.keep(private, (_PRIVATE[type(data)], data.id), data)
        elif isinstance(data, Erasure):
            kind: Literal["person", "multiplier"] = "person" if received.topic == MEMBERS_PRIVATE else "multiplier"
            gone = private.pop((kind, data.id), None) or public.pop((kind, data.id), None)
            # What came before it is older, whatever the clocks of those who told it say.
            moments = [received.message.time or rfc3339(utc_now()), *([gone.updated_at] if gone else [])]
            erasures[kind, data.id] = max(map(datetime.fromisoformat, moments))
    for erased in ("person", "multiplier"):
        if found := sorted((id_, at) for (kind, id_), at in erasures.items() if kind == erased):
            await member_store.erase(connection, erased, found)
    if private:
        rows = (_private_row(kind, fact) for (kind, _), fact in private.items())
        await member_store.upsert_private(connection, sorted(rows, key=lambda row: row.id))
    if public:
        known, zone = places(), vocabulary().time_zone
        found_rows = (fact_row(_KINDS[type(fact)], fact, known, zone) for fact in public.values())
        await member_store.upsert_facts(connection, sorted(found_rows, key=lambda row: row.id))


def fact_row(kind: Kind, fact: PublicFact, known: Places, time_zone: str) -> FactRow:
    """The row of a fact. ``time_zone``: where the alliance lives."""
    document = fact.model_dump(mode="json")
    is_organisation = kind == "organisation"
    return FactRow(
        kind=kind,
        id=fact.id,
        version=fact.version,
        document=orjson.dumps(document).decode(),
        updated_at=datetime.fromisoformat(fact.updated_at),
        at=_at(document, time_zone),
        labels=_labels(document) if is_organisation else (),
        covers=covered(document["areas"], known) if is_organisation else (),
    )


def _private_row(kind: str, fact: PrivateFact) -> PrivateRow:
    return PrivateRow(
        kind="person" if kind == "person" else "minutes",
        id=fact.id,
        version=fact.version,
        document=fact.model_dump_json(),
        updated_at=datetime.fromisoformat(fact.updated_at),
    )


def _at(document: dict[str, Any], time_zone: str) -> datetime | None:
    """When it takes or took place."""
    if "starts_at" in document:
        return instant(document["starts_at"], ZoneInfo(document["time_zone"]))
    return instant(document["on"], ZoneInfo(time_zone)) if "on" in document else None


def _labels(document: dict[str, Any]) -> list[str]:
    names = (("topic", "topics"), ("kind", "kinds"), ("language", "languages"))
    return [f"{label}:{value}" for label, field in names for value in document[field]]
