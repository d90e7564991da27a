"""Logs are lines of JSON, and what a message or a row says is in none of them (DESIGN 2)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
SECRET = "Erika Mustermann, Hauptstr. 1"
START = f"""
import asyncio, gc, logging
import structlog
from shared.observability import configure_logging
configure_logging("test")
log = structlog.get_logger()
SECRET = {SECRET!r}
"""


def lines(program: str, status: int = 0) -> list[dict[str, Any]]:
    """What a program logs, line by line; its errors count as well."""
    done = subprocess.run(
        [sys.executable, "-c", dedent(START) + dedent(program)],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == status, done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()]


async def test_every_line_says_what_when_and_who() -> None:
    [line] = lines('log.info("something happened", count=3)')

    assert (line["event"], line["count"], line["service"], line["level"]) == ("something happened", 3, "test", "info")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "program",
    {
        "from a thread": """
            import threading
            thread = threading.Thread(target=log.info, args=("said",))
            thread.start(); thread.join()
            """,
        "from a context of its own": """
            import contextvars
            contextvars.Context().run(logging.getLogger("asyncio").error, "said")
            """,
    }.values(),
)
async def test_the_service_is_on_lines_from_wherever_they_come(program: str) -> None:
    [line] = lines(program)

    assert (line["event"], line["service"]) == ("said", "test")


@pytest.mark.parametrize(
    "program",
    {
        "given": """
            try:
                raise ValueError(SECRET)
            except ValueError as error:
                log.warning("failed", exc_info=error)
            """,
        "caught": """
            try:
                raise ValueError(SECRET)
            except ValueError:
                log.exception("failed")
            """,
        "with-a-cause": """
            try:
                try:
                    raise KeyError(SECRET)
                except KeyError as error:
                    raise RuntimeError(SECRET) from error
            except RuntimeError:
                log.exception("failed")
            """,
        "a-group": """
            try:
                raise ExceptionGroup(SECRET, [ValueError(SECRET)])
            except ExceptionGroup:
                log.exception("failed")
            """,
        "of-a-library": """
            try:
                raise ValueError(SECRET)
            except ValueError:
                logging.getLogger("library").exception("failed")
            """,
        "of-a-library-by-hand": """
            try:
                raise ValueError(SECRET)
            except ValueError as error:
                logging.getLogger("library").error("failed", exc_info=error)
            """,
        "of-a-task-that-nobody-waited-for": """
            async def fail():
                raise ValueError(SECRET)

            async def main():
                task = asyncio.create_task(fail())
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                del task
                gc.collect()

            asyncio.run(main())
            """,
        "of-a-callback": """
            async def main():
                def fail():
                    raise ValueError(SECRET)

                asyncio.get_running_loop().call_soon(fail)
                await asyncio.sleep(0.01)

            asyncio.run(main())
            """,
    }.items(),
    ids=lambda item: item[0],
)
async def test_what_an_error_says_is_in_no_line(program: tuple[str, str]) -> None:
    logged = lines(program[1])

    assert logged
    assert "Mustermann" not in str(logged)
    assert any("Error" in line.get("error", "") or "Group" in line.get("error", "") for line in logged)
    assert any(line.get("at") for line in logged)


async def test_the_error_that_ends_a_service_is_logged_like_any_other() -> None:
    [line] = lines(
        """
        from shared.service import run

        async def main():
            raise ValueError(SECRET)

        run(main())
        """,
        status=1,
    )
    assert line["error"] == "ValueError"
    assert "Mustermann" not in str(line)


async def test_a_row_that_the_database_refuses_is_not_quoted(database: str) -> None:
    logged = lines(
        f"""
        import asyncpg

        async def main():
            connection = await asyncpg.connect({database!r})
            await connection.execute("create table person (name text primary key)")
            await connection.execute("insert into person values ($1)", SECRET)
            try:
                await connection.execute("insert into person values ($1)", SECRET)
            except asyncpg.PostgresError as error:
                log.warning("failed", exc_info=error)
            await connection.close()

        asyncio.run(main())
        """
    )
    [line] = logged
    assert line["error"] == "UniqueViolationError"
    assert "Mustermann" not in str(line)


async def test_what_is_no_json_is_logged_as_json_all_the_same() -> None:
    [line] = lines('log.info("line one\\nline two", value=b"\\xff", other=object(), name="Zwickau \\u2028 \\ud83d")')

    assert line["event"] == "line one\nline two"


async def test_libraries_log_in_the_same_form() -> None:
    first, second = lines(
        """
        logging.getLogger("library").warning("a %s message", "formatted")
        logging.getLogger("aiokafka").info("not shown")
        logging.getLogger("uvicorn.error").info("shown")
        """
    )
    assert (first["event"], first["level"], first["service"]) == ("a formatted message", "warning", "test")
    assert second["event"] == "shown"


def test_the_address_of_a_feed_and_what_it_sends_are_not_logged_at_any_level() -> None:
    program = """
        from services.events.feeds.fetching import FetchError, fetch
        from tests.support.feed_server import moved, says, serving
        configure_logging("test", "debug")

        async def main():
            async with serving({"/?" + SECRET[:5]: moved("/" + SECRET[:5]), "*": says(SECRET.encode())}) as server:
                try:
                    await fetch(server.url("/?" + SECRET[:5]), allowed=server.allowed)
                except FetchError:
                    log.exception("not fetched")

        asyncio.run(main())
    """
    found = lines(program)
    assert found[-1]["error"] == "FetchError"
    assert not any(word in json.dumps(line) for line in found for word in ("Erika", "Mustermann", "Hauptstr"))
