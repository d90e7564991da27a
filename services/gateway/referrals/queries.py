"""What may be asked of requests for help."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.gateway.common.http.queries import PageQuery
from shared.contracts.base import ONE_LINE, Contract, Line, Word, Words
from shared.contracts.members.organisations import Ags
from shared.contracts.referrals.asking import Contact, Occasion, Text
from shared.contracts.referrals.facts import ReferralState

_Short = Annotated[str, Field(max_length=100, pattern=ONE_LINE)]


class PlaceAsked(Contract):
    """Where: a postal code, the name of a municipality or both; or its key."""

    model_config = ConfigDict(extra="forbid")

    postal_code: Annotated[_Short, Field(examples=["08056"])] = ""
    municipality: Annotated[_Short, Field(examples=["Zwickau"])] = ""
    ags: Annotated[Ags | None, Field(description="What counts where it is given.")] = None

    @property
    def text(self) -> str:
        """The same as somebody writes it."""
        return self.ags or f"{self.postal_code.strip()} {self.municipality.strip()}".strip()


class NewRequest(Contract):
    """What a request for help says, whoever asks. With a contact the version of the text agreed to is needed."""

    model_config = ConfigDict(extra="forbid")

    place: PlaceAsked
    topics: Words = ()
    languages: Annotated[Words, Field(description="Languages that can be spoken, such as `de`; none: any.")] = ()
    message: Text | None = None
    availability: Annotated[Line | None, Field(description="When there is time.")] = None
    occasion: Annotated[Occasion | None, Field(description="For what a moderator is looked for.")] = None
    contact: Annotated[Contact | None, Field(description="Null: no answer is wanted.")] = None
    language: Annotated[Word, Field(description="In which the person is written to.")] = "de"
    consent: Annotated[Word | None, Field(description="Version of the text agreed to.", examples=["2026-11"])] = None
    wait: Annotated[bool, Field(description="Whether the person waits where nobody fits yet.")] = False
    on_behalf: Annotated[bool, Field(description="The office asks for somebody who called; needs its key.")] = False
    website: Annotated[str, Field(max_length=300, description="Left empty by people; programs fill it in.")] = ""


class NewReferral(NewRequest):
    """What somebody asks: to help, for help, a question, for a moderator (with the occasion)."""

    kind: Literal["offer-help", "seek-help", "question", "moderator"]


class NewSupport(NewRequest):
    """What an association asks of the others."""

    kind: Literal["support"] = "support"


class BoardFilter(BaseModel):
    """Filters of the office's board."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: ReferralState | None = None
    network: Annotated[str | None, Field(pattern="^[a-z0-9-]{3,40}$", description="Who is asked, or cares.")] = None
    overdue: Annotated[bool, Field(description="Those alone whose promise has run out.")] = False


class BoardQuery(PageQuery, BoardFilter):
    """The same, page by page."""


class OwnQuery(PageQuery):
    """Filters of an organisation's own list."""

    state: Literal["open", "all"] = "open"


class FigureQuery(BaseModel):
    """By what requests are counted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: Annotated[
        Literal["network", "area"],
        Field(description="Network: how each of them answers; area: what became of requests from each."),
    ] = "network"


class NewConcern(Contract):
    """What worries somebody, and where. Topics are those that the person has confirmed."""

    model_config = ConfigDict(extra="forbid")

    text: Text
    place: PlaceAsked
    topics: Words = ()
    website: Annotated[str, Field(max_length=300, description="Left empty by people; programs fill it in.")] = ""


class TrendQuery(BaseModel):
    """Filters of the worries that become more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: Annotated[Word | None, Field(examples=["demokratie"])] = None
    rising: Annotated[bool, Field(description="Those alone that rise.")] = False


class ConcernQuery(PageQuery):
    """Filters of the office's list of worries."""

    waiting: Annotated[bool, Field(description="Those alone that cannot wait and were not cared for yet.")] = False
