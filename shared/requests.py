"""Exactly one outcome for each request, whichever service decides on it (DESIGN 2, 4)."""

from collections.abc import Sequence
from datetime import datetime

from shared import inbox
from shared.clock import rfc3339
from shared.consume import Received
from shared.contracts.requests import Outcome
from shared.db import Connection
from shared.envelope import Message, new_message


class Requests:
    """The requests of one batch and their answers; made by ``load``, written by ``save``.

    ``messages``: the outcomes, for the outbox of the same transaction.
    """

    def __init__(self, service: str, now: datetime, taken: dict[tuple[str, str], bytes]) -> None:
        self.at = rfc3339(now)
        self.messages: list[tuple[str, str, Message]] = []
        self._service = service
        self._taken = taken
        self._outcomes: list[tuple[str, str, bytes, str]] = []

    @classmethod
    async def load(cls, connection: Connection, service: str, batch: Sequence[Received], now: datetime) -> "Requests":
        """The requests of ``batch`` to ``service``, with what is known of those that were taken before."""
        taken = await inbox.taken(connection, [(request.topic, request.message.id) for request in batch])
        return cls(service, now, taken)

    async def open(self, connection: Connection, request: Received) -> str | None:
        """Under which id a request is to be answered; None where it was before.

        One that comes under the id of another gets an id of its own, or it would have no outcome; it is to be
        refused with ``id_reused``.
        """
        id_, fingerprint = request.message.id, inbox.fingerprint(request.message)
        earlier = self._taken.get((request.topic, id_))
        if earlier == fingerprint:
            return None
        if earlier is not None:
            id_ = f"{id_}#{fingerprint.hex()[:12]}"
            if (request.topic, id_) in self._taken or await inbox.taken(connection, [(request.topic, id_)]):
                return None
        self._taken[request.topic, id_] = fingerprint
        return id_

    def answer(self, request: Received, outcome: Outcome) -> None:
        """Keep the one outcome of a request, which ``open`` has named."""
        kind = f"{self._service}.request.{'refused' if outcome.problem else 'done'}.v1"
        data, id_ = outcome.model_dump_json(exclude_none=True), outcome.request
        source = f"urn:buendnisbus:{self._service}"
        message = new_message(kind, data.encode(), source=source, subject=id_, because_of=request.message, time=self.at)
        self._outcomes.append((request.topic, id_, self._taken[request.topic, id_], data))
        self.messages.append((f"{self._service}.outcomes", id_, message))

    async def save(self, connection: Connection) -> None:
        """Write the requests with their outcomes: before any effect, so that a concurrent delivery is noticed.

        Raises:
            inbox.ConcurrentDeliveryError: one of them was taken in the meantime.
        """
        await inbox.record(connection, self._outcomes)
