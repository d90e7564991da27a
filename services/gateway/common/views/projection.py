"""A batch of facts and outcomes becomes views, subject by subject, in one transaction. Never commits."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from services.gateway.common.views import store
from shared.consume import Received
from shared.db import Connection

CHANNEL: Final = "views"

Projection: TypeAlias = Callable[[Connection, Sequence[Received]], Awaitable[None]]
"""Brings the views of a subject up to date with what of a batch concerns it."""


async def project(connection: Connection, batch: Sequence[Received], projections: Sequence[Projection]) -> None:
    """Bring all views up to date with ``batch`` by ``projections``, in their order, and notify those who wait."""
    for bring_up_to_date in projections:
        await bring_up_to_date(connection, batch)
    await store.notify(connection, CHANNEL)
