"""Requests for help as the view has them, with who asks and what the organisations in them are called."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from services.gateway.common.documents import Document
from services.gateway.common.http import cursor
from services.gateway.common.networks import some_multiplier
from services.gateway.common.views import store as views_store
from services.gateway.referrals import store
from services.gateway.referrals.documents import Names, multipliers_in, names_in
from shared.db import Connection
from shared.language import Language


class Found(NamedTuple):
    """A request. ``person``: who asks, None once that is erased; ``names``: who is asked, by their ids."""

    fact: Document
    person: Document | None
    names: Names


async def read_request(
    connection: Connection, id_: str, language: Language, *, for_office: bool = False
) -> Found | None:
    """The request with this id; None: there is none yet. ``for_office``: as ``names_of``."""
    row = await store.read(connection, id_)
    if row is None:
        return None
    fact: Document = orjson.loads(row["document"])
    return Found(fact, person_of(row), await names_of(connection, [fact], language, for_office=for_office))


async def names_of(
    connection: Connection, facts: Sequence[Document], language: Language, *, for_office: bool = False
) -> Names:
    """What those are called whom these requests name; of a multiplier only the office sees who that is."""
    organisations = await views_store.names(connection, sorted(set().union(*map(names_in, facts))))
    multipliers = sorted(set().union(*map(multipliers_in, facts)))
    named = {id_: {"id": id_, "name": name} for id_, name in organisations.items()}
    if for_office:
        return named | await people_named(connection, multipliers, language)
    return named | dict.fromkeys(multipliers, some_multiplier(language))


async def people_named(connection: Connection, multipliers: Sequence[str], language: Language) -> Names:
    """The same of multipliers, for the office: by the people behind them, as far as they are not erased."""
    people = await views_store.people_behind(connection, multipliers) if multipliers else {}
    nobody = some_multiplier(language)
    return {id_: {"id": id_, "name": people.get(id_, nobody)["name"]} for id_ in multipliers}


def person_of(row: Any) -> Document | None:
    """Who asks, of a row of ``store``; None once that is erased."""
    return orjson.loads(row["person"]) if row["person"] else None


def cursor_after(last: Any) -> str | None:
    """The cursor behind the last row of a page, those that are due first; None where there is no other page."""
    return cursor.write(last["at"] or store.LAST, last["id"]) if last else None
