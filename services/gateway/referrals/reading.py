"""Requests for help as the view has them, with who asks and what the organisations in them are called."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from services.gateway.common.documents import Document
from services.gateway.common.http import cursor
from services.gateway.common.views import store as views_store
from services.gateway.referrals import store
from services.gateway.referrals.documents import names_in
from shared.db import Connection


class Found(NamedTuple):
    """A request. ``person``: who asks, None once that is erased; ``names``: of organisations, by their ids."""

    fact: Document
    person: Document | None
    names: dict[str, str]


async def read_request(connection: Connection, id_: str) -> Found | None:
    """The request with this id; None: there is none yet."""
    row = await store.read(connection, id_)
    if row is None:
        return None
    fact: Document = orjson.loads(row["document"])
    return Found(fact, person_of(row), await names_of(connection, [fact]))


async def names_of(connection: Connection, facts: Sequence[Document]) -> dict[str, str]:
    """What the organisations are called that these requests name."""
    return await views_store.names(connection, sorted(set().union(*map(names_in, facts))))


def person_of(row: Any) -> Document | None:
    """Who asks, of a row of ``store``; None once that is erased."""
    return orjson.loads(row["person"]) if row["person"] else None


def cursor_after(last: Any) -> str | None:
    """The cursor behind the last row of a page, those that are due first; None where there is no other page."""
    return cursor.write(last["at"] or store.LAST, last["id"]) if last else None
