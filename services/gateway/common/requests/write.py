"""What a write says: a route, the message it becomes, the scope it needs, and where the message goes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from services.gateway.common.access.keys import EVENTS_WRITE, MEMBERS_WRITE, OFFICE
from services.gateway.common.access.links import Purpose
from shared.contracts.base import Contract
from shared.db import Connection
from shared.topics import EVENTS_COMMANDS, MEMBERS_COMMANDS, REFERRALS_COMMANDS


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
Stamp = Callable[[Mapping[str, str]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Write:
    """A route, the message it becomes, the scope it needs, where it goes.

    ``names``: which fields of the body the path names, as ``(parameter, field)``. ``stamp``: fields that are set from
    the path whatever the body says, so that nobody speaks for somebody else. ``effect``: what the gateway itself does
    in the same transaction, with the body. ``link``: instead of a key a link of that purpose opens it, whose token is
    in the path; what it opens is known there as ``id``, and its number as ``number``.
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
    link: Purpose | None = None


def _write(
    route: str,
    kind: str,
    body: type[Contract],
    target: Callable[[Any, Mapping[str, str]], Target],
    summary: str,
    names: tuple[tuple[str, str], ...],
    **more: Any,
) -> Write:
    """A write; ``route``: method and path, parted by a space."""
    method, path = route.split(" ")
    return Write(method, path, kind, body, target=target, summary=summary, names=names, **more)


partners_write: Final = partial(_write, scope=EVENTS_WRITE)
members_write: Final = partial(_write, scope=MEMBERS_WRITE)
office_write: Final = partial(_write, scope=OFFICE)
link_write: Final = partial(_write, scope="")


def to_members(prefix: str) -> Callable[[Any, Mapping[str, str]], Target]:
    """To the service members, about what the ``id`` of the body names, which is found under ``prefix``."""
    return partial(_to, MEMBERS_COMMANDS, prefix)


def to_events(prefix: str) -> Callable[[Any, Mapping[str, str]], Target]:
    """The same to the service events."""
    return partial(_to, EVENTS_COMMANDS, prefix)


def to_referrals(prefix: str) -> Callable[[Any, Mapping[str, str]], Target]:
    """The same to the service referrals."""
    return partial(_to, REFERRALS_COMMANDS, prefix)


def _to(topic: str, prefix: str, data: Any, _: Mapping[str, str]) -> Target:
    return Target(topic, data.id, data.id, f"{prefix}{data.id}")
