"""Databases and roles: one of each per service, and no way from one to the other."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

T = TypeVar("T")


def answers(url: str, timeout: float = 2.0) -> bool:
    """Whether a connection can be made and a query is answered within `timeout` seconds."""

    async def ask() -> bool:
        try:
            async with asyncio.timeout(timeout):
                connection = await asyncpg.connect(url)
                try:
                    return bool(await connection.fetchval("select true"))
                finally:
                    await connection.close()
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False

    return _run(ask)


def provision(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Give every service (name → password) its role and the database it owns; may be repeated.

    Raises asyncpg.PostgresError where the server refuses.
    """

    async def create() -> None:
        connection = await asyncpg.connect(admin_url, timeout=10, command_timeout=30)
        try:
            for service, password in passwords.items():
                await _provision_one(connection, service, password)
        finally:
            await connection.close()

    _run(create)


def service_url(admin_url: str, service: str, password: str) -> str:
    """The connection string of a service, on the server that `admin_url` names."""
    parts = urlsplit(admin_url)
    server = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{service}:{password}@{server}", path=f"/{service}"))


async def _provision_one(connection: "asyncpg.Connection[asyncpg.Record]", service: str, password: str) -> None:
    if not await connection.fetchval("select true from pg_roles where rolname = $1", service):
        await connection.execute(f'create role "{service}" login')
    await connection.execute(f"alter role \"{service}\" password '{password}'")
    if not await connection.fetchval("select true from pg_database where datname = $1", service):
        await connection.execute(f'create database "{service}" owner "{service}"')
    await connection.execute(f'revoke connect on database "{service}" from public')


def _run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run async work to its end, also when called from inside a running event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()
