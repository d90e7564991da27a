"""Commands to the service ``members`` as they are sent, and a search through all that a database holds."""

from typing import Any, Final, TypeVar
from uuid import UUID

import asyncpg
import orjson

from shared.broker import Record
from shared.contracts.base import Contract
from shared.contracts.members import COMMANDS
from shared.envelope import binary_headers, new_message
from shared.topics import MEMBERS_COMMANDS

C = TypeVar("C", bound=Contract)
KINDS: Final = {model: kind for kind, model in COMMANDS.items()}


def id_of(number: int) -> str:
    """The id of whatever is number so and so."""
    return str(UUID(int=number))


def made(model: type[C], **fields: Any) -> C:
    """A contract as it is read from a message, so that every check of it has been made."""
    return model.model_validate_json(orjson.dumps(fields))


def sent(model: type[Contract], *, message_id: str = "", **fields: Any) -> Record:
    """A command as it comes out of Kafka; the key is the aggregate."""
    data = made(model, **fields).model_dump_json().encode()
    message = new_message(KINDS[model], data, source="urn:test", subject=fields["id"], message_id=message_id)
    return Record(MEMBERS_COMMANDS, fields["id"].encode(), data, binary_headers(message))


async def tables_with(connection: "asyncpg.Connection[asyncpg.Record]", text: str) -> set[str]:
    """Every table of a database that holds ``text`` in some column, whatever the column's type."""
    columns = await connection.fetch(
        "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'"
    )
    found = set()
    for table, column, kind in columns:
        where = f'position($1 in "{column}") > 0' if kind == "bytea" else f'strpos("{column}"::text, $1) > 0'
        needle: object = text.encode() if kind == "bytea" else text
        if await connection.fetchval(f'select exists (select from "{table}" where {where})', needle):
            found.add(table)
    return found
