"""What the routes work with, and who is asking."""

from dataclasses import dataclass, field

from fastapi import Request

from services.gateway.calendar.live.stream import Stream
from services.gateway.common.http.limits import Limits
from services.gateway.common.requests.waiting import RequestWaiter
from services.gateway.members.known_networks import KnownNetworks
from services.gateway.settings import Settings
from shared import db
from shared.outbox import Relay
from shared.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of a running gateway."""

    settings: Settings
    pool: db.Pool
    relay: Relay
    waiter: RequestWaiter
    stream: Stream
    words: Vocabulary
    networks: KnownNetworks = field(default_factory=KnownNetworks)
    limits: Limits = field(init=False)

    def __post_init__(self) -> None:
        limits = Limits(self.settings.asked_by_each, self.settings.asked_by_all)
        object.__setattr__(self, "limits", limits)


def context(request: Request) -> Context:
    """The parts of the gateway that serves ``request``."""
    parts: Context = request.app.state.context
    return parts
