"""Outcomes become the view of requests."""

from collections.abc import Sequence

from services.gateway.common.requests import store
from shared.consume import Received
from shared.contracts.requests import Outcome
from shared.db import Connection


async def project(connection: Connection, batch: Sequence[Received]) -> None:
    """Store the outcomes of ``batch``; of several of one request the first counts."""
    outcomes: dict[tuple[str, str], Outcome] = {}
    for received in batch:
        if isinstance(outcome := received.data, Outcome):
            outcomes.setdefault((outcome.source, outcome.request), outcome)
    if outcomes:
        await store.insert_outcomes(connection, list(outcomes.values()))
