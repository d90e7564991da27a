"""People: personal data, which travels on ``members.commands`` and ``members.private`` alone (DESIGN 9)."""

from typing import Annotated, Final, Literal

from pydantic import Field

from shared.contracts.base import Contract, Day, Line, PartnerId, Prose, Uuid, Version, Word

KEEP_PERSON: Final = "members.person.keep.v1"
ERASE_PERSON: Final = "members.person.erase.v1"

PERSON_KEPT: Final = "members.person.kept.v1"
PERSON_ERASED: Final = "members.person.erased.v1"
MINUTES_KEPT: Final = "members.minutes.kept.v1"

Email = Annotated[
    str, Field(max_length=254, pattern=r"^[^@\s\x00-\x1F\x7F]+@[^@\s\x00-\x1F\x7F]+\.[^@\s\x00-\x1F\x7F]+$")
]
Phone = Annotated[str, Field(max_length=40, pattern=r"^[0-9+()/ .-]{4,40}$")]


class Role(Contract):
    """What a person is in an organisation. Invitations go to representatives and deputies, else to contacts."""

    organisation: PartnerId
    role: Literal["representative", "deputy", "contact", "member"]


class KeepPerson(Contract):
    """Sent when the office enters a person, or what is known of one changes; the whole person each time."""

    id: Uuid
    name: Line
    email: Email | None = None
    phone: Phone | None = None
    language: Word = "de"
    roles: Annotated[tuple[Role, ...], Field(max_length=20)] = ()
    consent: Annotated[Word, Field(description="Version of the text that the person agreed to.", examples=["2026-11"])]


class ErasePerson(Contract):
    """Sent when a person is to be forgotten, by wish or by schedule. May be sent again, after a restored backup."""

    id: Uuid


class Participation(Contract):
    """A training that a person took part in. ``qualification`` and ``until`` (the last day): what it gave, if any."""

    training: Uuid
    on: Day
    qualification: Word | None = None
    until: Day | None = None


class PersonFact(Contract):
    """A person with roles and trainings; the whole state of the aggregate, for mail and the office's pages."""

    id: str
    version: Version
    name: str
    email: str | None = None
    phone: str | None = None
    language: str
    roles: tuple[Role, ...] = ()
    consent: str
    consented_at: Annotated[str, Field(description="When this version of the text was first recorded, RFC 3339 UTC.")]
    trainings: tuple[Participation, ...] = ()
    multiplier: Annotated[
        str | None, Field(description="Under which id the person is in the registry of multipliers.")
    ] = None
    updated_at: str


class MinutesFact(Contract):
    """The words of a meeting's minutes, which may name people; decisions and tasks are in the meeting's fact."""

    id: Annotated[str, Field(description="Of the meeting.")]
    version: Version
    text: Annotated[Prose, Field(description="Markdown.")]
    updated_at: str
