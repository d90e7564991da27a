"""Schemas: from nothing to the newest, by any number of processes at once, and all the way back."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from deploy.local.platform import Platform
from deploy.migrate import MigrationError, _dbmate, _without_tls, migrate
from tests.integration.workbench import throw_away

REPOSITORY = Path(__file__).parents[2]
SERVICES = sorted(path.parent.name for path in REPOSITORY.glob("services/*/migrations"))
COLUMNS = """
    select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
        || coalesce(column_default, '')
    from information_schema.columns where table_schema = 'public' and table_name <> 'schema_migrations'
    union all select indexdef from pg_indexes where schemaname = 'public' and tablename <> 'schema_migrations'
    union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
    where connamespace = 'public'::regnamespace and conrelid <> 'schema_migrations'::regclass
    union all select 'function ' || proname from pg_proc where pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
    order by 1
"""
VERSIONS = "select version from schema_migrations order by version"


@pytest.fixture(params=SERVICES)
async def place(request: pytest.FixtureRequest, platform: Platform) -> AsyncIterator[tuple[str, str]]:
    """A service and an empty database that belongs to its role."""
    async with throw_away(platform.postgres.admin_url, platform.database_url(request.param)) as url:
        yield request.param, url


def files(service: str) -> list[Path]:
    folders = (REPOSITORY / "shared" / "migrations", REPOSITORY / "services" / service / "migrations")
    return sorted((path for folder in folders for path in folder.glob("*.sql")), key=lambda path: path.name)


async def ask(url: str, query: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [row[0] for row in await connection.fetch(query)]
    finally:
        await connection.close()


def go_back(service: str, url: str) -> None:
    folders = [
        option for path in {path.parent for path in files(service)} for option in ("--migrations-dir", str(path))
    ]
    subprocess.run(
        [_dbmate(), "--url", _without_tls(url), *folders, "--no-dump-schema", "rollback"], check=True, timeout=60
    )


async def test_from_nothing_to_the_newest_and_a_second_time_changes_nothing(place: tuple[str, str]) -> None:
    service, url = place
    migrate(service, url)
    once = await ask(url, COLUMNS)
    assert await ask(url, VERSIONS) == [path.name.split("_")[0] for path in files(service)]
    assert any(line.startswith("inbox.") for line in once)

    migrate(service, url)
    assert await ask(url, COLUMNS) == once


async def test_several_processes_may_migrate_at_the_same_time(place: tuple[str, str]) -> None:
    service, url = place
    program = f"from deploy.migrate import migrate; migrate({service!r}, {url!r})"
    racing = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, env=os.environ | {"PYTHONPATH": str(REPOSITORY)}
        )
        for _ in range(3)
    ]
    assert [await process.wait() for process in racing] == [0, 0, 0]
    assert len(await ask(url, VERSIONS)) == len(files(service))


async def test_every_migration_can_be_taken_back_and_applied_again(place: tuple[str, str]) -> None:
    service, url = place
    nothing = await ask(url, COLUMNS.replace("and conrelid <> 'schema_migrations'::regclass", ""))
    migrate(service, url)
    full = await ask(url, COLUMNS)

    for _ in files(service):
        await asyncio.to_thread(go_back, service, url)
    assert await ask(url, VERSIONS) == []
    assert await ask(url, COLUMNS) == nothing == []

    migrate(service, url)
    assert await ask(url, COLUMNS) == full


async def test_a_database_that_cannot_be_reached_is_named_in_the_error_without_its_password() -> None:
    with pytest.raises(MigrationError, match="database of events") as failed:
        migrate("events", "postgresql://events:very-secret@127.0.0.1:1/events")
    assert "very-secret" not in str(failed.value)
