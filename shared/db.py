"""PostgreSQL with a deadline on everything: connecting, waiting for a connection, each statement."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeAlias

import asyncpg
import structlog
from asyncpg.pool import PoolConnectionProxy

# Quoted: asyncpg's classes take a type parameter in its stubs alone.
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Session: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

log = structlog.get_logger()

CONNECT_S: Final = 5.0
ACQUIRE_S: Final = 5.0
STATEMENT_S: Final = 20.0
FIRST_PAUSE_S: Final = 0.2

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
    # InternalClientError: a server that shuts down spoke when nobody had asked it.
    return isinstance(error, OSError | TimeoutError | asyncpg.InterfaceError | asyncpg.InternalClientError)


async def connect(url: str, *, name: str) -> Session:
    """One connection of its own, for session locks and LISTEN. ``name`` shows in pg_stat_activity.

    Raises:
        OSError, TimeoutError, asyncpg.PostgresError: the server cannot be reached or refuses.
    """
    return await asyncpg.connect(
        url,
        timeout=CONNECT_S,
        command_timeout=STATEMENT_S,
        server_settings={
            "application_name": name,
            # The locks of a machine that vanished are free after half a minute instead of two hours.
            "tcp_keepalives_idle": "10",
            "tcp_keepalives_interval": "5",
            "tcp_keepalives_count": "4",
        },
    )


async def keep_session(url: str, work: Callable[[Session], Awaitable[None]], *, name: str) -> None:
    """Do ``work`` with a connection of its own, until cancelled: whenever that breaks, with a new one.

    The pauses between attempts grow to five seconds, and begin anew after ten seconds that went well.
    """
    pause = FIRST_PAUSE_S
    while True:
        began = time.monotonic()
        try:
            session = await connect(url, name=name)
            try:
                await work(session)
            finally:
                with suppress(Exception):
                    await session.close(timeout=2)
        except Exception as error:
            log.warning("session interrupted", session=name, exc_info=error)
        if time.monotonic() - began > 10:
            pause = FIRST_PAUSE_S
        await asyncio.sleep(pause)
        pause = min(pause * 2, 5.0)


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
        # asyncpg's own timeout makes a task for each acquisition.
        async with asyncio.timeout(ACQUIRE_S):
            connection = await pool.acquire()
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseAwayError(type(error).__name__) from error
    try:
        yield connection
    finally:
        await pool.release(connection)


async def check(pool: Pool) -> None:
    """Fail unless the database of a service answers and is set up."""
    async with reading(pool) as connection:
        await connection.fetchval("select 1 from inbox limit 1")


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """The same, inside one transaction: committed at the end, rolled back on any error."""
    async with reading(pool) as connection, connection.transaction():
        yield connection
