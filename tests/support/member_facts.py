"""Facts about members as the gateway gets them, made by hand."""

from typing import Any, TypeVar, cast
from uuid import uuid4

import orjson

from services.gateway.app import bring_up_to_date
from shared import db
from shared.consume import Received
from shared.contracts.base import Contract, Erasure
from shared.contracts.members.contributions import MULTIPLIER_ERASED, ContributionFact, MultiplierFact
from shared.contracts.members.goals import CharterFact, GoalFact
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.members.people import PERSON_ERASED, MinutesFact, PersonFact
from shared.envelope import Message
from shared.topics import MEMBERS_FACTS, MEMBERS_PRIVATE

Fact = TypeVar("Fact", bound=Contract)

AT = "2030-11-01T10:00:00.000Z"


def organisation(id_: str = "verein", version: int = 1, **fields: Any) -> OrganisationFact:
    """An active, listed member since 2029; ``fields`` replace or add."""
    return _fact(
        OrganisationFact,
        {"id": id_, "version": version, "name": id_.title(), "status": "active", "updated_at": AT}
        | {"admission": {"on": "2029-01-01", "by": "office"}, "listed": True}
        | fields,
    )


def meeting(id_: str = "", version: int = 1, **fields: Any) -> MeetingFact:
    """A session in March 2031 that was held; ``attendance`` and ``invited`` may be dictionaries and lists of ids."""
    attendance = [
        {"organisation": name, "presence": presence} for name, presence in fields.pop("attendance", {}).items()
    ]
    invited = [{"organisation": name} for name in fields.pop("invited", [])]
    return _fact(
        MeetingFact,
        {"id": id_ or str(uuid4()), "version": version, "kind": "session", "title": f"Sitzung {version}"}
        | {"status": "held", "starts_at": "2031-03-04T18:00:00+01:00", "time_zone": "Europe/Berlin", "public": True}
        | {"sequence": 0, "attendance": attendance, "invited": invited, "created_at": AT, "updated_at": AT}
        | fields,
    )


def contribution(id_: str = "", version: int = 1, **fields: Any) -> ContributionFact:
    """A confirmed contribution of ``verein`` in April 2031."""
    return _fact(
        ContributionFact,
        {"id": id_ or str(uuid4()), "version": version, "organisation": "verein", "kind": "content"}
        | {"title": f"Beitrag {version}", "on": "2031-04-05", "status": "confirmed", "reported_by": "verein"}
        | {"updated_at": AT}
        | fields,
    )


def goal(id_: str = "", version: int = 1, **fields: Any) -> GoalFact:
    """An open guiding goal."""
    return _fact(
        GoalFact,
        {"id": id_ or str(uuid4()), "version": version, "key": "1", "level": "guiding", "title": "Ziel"}
        | {"status": "open", "updated_at": AT}
        | fields,
    )


def charter(id_: str = "", version: int = 1, **fields: Any) -> CharterFact:
    """The Leitbild in one edition."""
    return _fact(
        CharterFact,
        {"id": id_ or str(uuid4()), "version": version, "kind": "leitbild", "updated_at": AT}
        | {"editions": [{"number": 1, "title": "Leitbild", "text": "Wir.", "adopted_on": "2030-01-01"}]}
        | fields,
    )


def multiplier(id_: str = "", version: int = 1, **fields: Any) -> MultiplierFact:
    """Somebody who can be asked."""
    return _fact(
        MultiplierFact,
        {"id": id_ or str(uuid4()), "version": version, "status": "available", "updated_at": AT} | fields,
    )


def person(id_: str = "", version: int = 1, **fields: Any) -> PersonFact:
    """A representative of ``verein``; the name is invented."""
    return _fact(
        PersonFact,
        {"id": id_ or str(uuid4()), "version": version, "name": "Mika Muster", "language": "de", "consent": "2030-01"}
        | {"roles": [{"organisation": "verein", "role": "representative"}], "consented_at": AT, "updated_at": AT}
        | fields,
    )


def minutes(meeting_id: str, version: int = 1, **fields: Any) -> MinutesFact:
    """The words of a meeting's minutes."""
    return _fact(
        MinutesFact, {"id": meeting_id, "version": version, "text": f"Worte {version}", "updated_at": AT} | fields
    )


def erasure(id_: str, *, private: bool = True, time: str = "2030-12-01T10:00:00.000Z") -> Received:
    """The tombstone of a person, or of a multiplier."""
    kind, topic = (PERSON_ERASED, MEMBERS_PRIVATE) if private else (MULTIPLIER_ERASED, MEMBERS_FACTS)
    message = Message(id=str(uuid4()), source="urn:buendnisbus:members", type=kind, data=b"", time=time, subject=id_)
    return Received(message, topic, Erasure(id=id_), (), cast("Any", None))


async def project(connection: db.Connection, *told: Contract | Received) -> None:
    """Give what the service told to the gateway's views, in one batch; the caller commits."""
    await bring_up_to_date(connection, [one if isinstance(one, Received) else _received(one) for one in told])


def _received(fact: Contract) -> Received:
    topic = MEMBERS_PRIVATE if isinstance(fact, PersonFact | MinutesFact) else MEMBERS_FACTS
    return Received(cast("Any", None), topic, fact, (), cast("Any", None))


def _fact(model: type[Fact], document: dict[str, Any]) -> Fact:
    return model.model_validate_json(orjson.dumps(document))
