"""PostgreSQL with a deadline on everything: connecting, waiting for a connection, each statement."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

# Quoted: asyncpg's classes take a type parameter in its stubs alone.
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Session: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

CONNECT_S: Final = 5.0
ACQUIRE_S: Final = 5.0
STATEMENT_S: Final = 20.0

# All that can be wrong with what is written; anything else is wrong with the server, its schema or its settings.
_ABOUT_THE_DATA: Final = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)


class DatabaseAwayError(ConnectionError):
    """No connection could be had, for whatever reason."""


def is_passing(error: BaseException) -> bool:
    """Whether the same may succeed later, once somebody or time has mended it, so that nothing may be given up."""
    if isinstance(error, asyncpg.PostgresError):
        return not isinstance(error, _ABOUT_THE_DATA)
    return isinstance(error, OSError | TimeoutError | asyncpg.InterfaceError)


async def connect(url: str, *, name: str) -> Session:
    """One connection of its own, for session locks and LISTEN. ``name`` shows in pg_stat_activity.

    Raises:
        OSError, TimeoutError, asyncpg.PostgresError: the server cannot be reached or refuses.
    """
    return await asyncpg.connect(
        url, timeout=CONNECT_S, command_timeout=STATEMENT_S, server_settings={"application_name": name}
    )


def create_pool(url: str, *, name: str, size: int) -> Pool:
    """A pool that opens connections when they are needed, so that a service starts without its database.

    It is to be entered (``async with``) before use.
    """
    return asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size,
        timeout=CONNECT_S,
        command_timeout=STATEMENT_S,
        max_inactive_connection_lifetime=120,
        server_settings={
            "application_name": name,
            "idle_in_transaction_session_timeout": "60s",
            "lock_timeout": "10s",
            "jit": "off",
        },
    )


@asynccontextmanager
async def reading(pool: Pool) -> AsyncIterator[Connection]:
    """A connection of ``pool`` for single statements.

    Raises:
        DatabaseAwayError: none could be had within ``ACQUIRE_S`` seconds.
    """
    try:
        connection = await pool.acquire(timeout=ACQUIRE_S)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseAwayError(type(error).__name__) from error
    try:
        yield connection
    finally:
        await pool.release(connection, timeout=ACQUIRE_S)


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """The same, inside one transaction: committed at the end, rolled back on any error."""
    async with reading(pool) as connection, connection.transaction():
        yield connection
