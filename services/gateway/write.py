"""What a row of the table of writes says."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts.base import Contract
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Target:
    """Where a write goes. ``aggregate``: whose view shows the result, and the message's key unless ``key`` is
    another; ``resource``: its path here."""

    topic: str
    aggregate: str
    subject: str
    resource: str
    key: str | None = None


Effect = Callable[[Connection, Any], Awaitable[object]]
Stamp = Callable[[Mapping[str, str]], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Write:
    """One row of the table: a route, the message it becomes, the scope it needs, where it goes.

    ``names``: which fields of the body the path names, as ``(parameter, field)``. ``stamp``: fields that are set from
    the path whatever the body says, so that nobody speaks for somebody else. ``effect``: what the gateway itself does
    in the same transaction, with the body.
    """

    method: str
    path: str
    kind: str
    body: type[Contract]
    scope: str
    target: Callable[[Any, Mapping[str, str]], Target]
    summary: str
    names: tuple[tuple[str, str], ...]
    needs_body: bool = True
    effect: Effect | None = None
    stamp: Stamp | None = None
