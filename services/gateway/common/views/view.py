"""What a subject declares of its facts, for them to be kept in the view that all subjects share."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.gateway.common.documents import Document
from shared.contracts.base import Contract
from shared.db import Connection


def _without_time(_: Document) -> datetime | None:
    return None


def _without_keys(_: Document) -> Sequence[str]:
    return ()


async def _nothing_more(_: Connection, __: Sequence[str]) -> None:
    return None


@dataclass(frozen=True, slots=True)
class View:
    """How the facts of one kind are kept: the newest of each aggregate, as JSON, with what it is found by.

    ``is_private``: apart from what everyone may read, without the columns below. ``at``: by which it is sorted.
    ``labels``, ``covers``: words, and keys of areas, by which it is found. ``erased_by``: the type of the message
    that erases it. ``follow_up``: what is derived in the database from those that are newer, by their ids.
    """

    kind: str
    fact: type[Contract]
    is_private: bool = False
    at: Callable[[Document], datetime | None] = _without_time
    labels: Callable[[Document], Sequence[str]] = _without_keys
    covers: Callable[[Document], Sequence[str]] = _without_keys
    erased_by: str | None = None
    follow_up: Callable[[Connection, Sequence[str]], Awaitable[None]] = _nothing_more
