"""``buendnisbus members import``: reads the files, shows what it did row by row, and ends with a code."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

import typer
from asyncpg import PostgresError
from pydantic import ValidationError

from services.members.cli import read_kept
from services.members.importing.known import Known, known_of
from services.members.importing.running import Files, carry_out, foreseen, plan_all
from services.members.settings import Settings
from shared.commands.ask import NoAnswerError
from shared.commands.display import Display, Shown
from shared.commands.exit_codes import INTERRUPTED, REFUSED, UNREACHABLE, USAGE
from shared.commands.office import today
from shared.settings import KafkaSettings
from shared.vocabulary import vocabulary

ReadPartners = Callable[[], Coroutine[Any, Any, Sequence[tuple[str, str]]]]
_ROWS: Final = Shown(
    "row",
    "rows",
    "importing",
    {
        "row": lambda result: result.source,
        "name": lambda result: result.note or "",
        "result": lambda result: result.result,
        "details": lambda result: "\n".join(result.details),
        "id": lambda result: result.uid or "",
    },
)


def import_files(files: Files, read_partners: ReadPartners, *, dry_run: bool, as_json: bool) -> None:
    """Take over what is in ``files``, or show what would happen; ``read_partners``: ids and names of organisations that
    publish, so that a member gets the same id.

    Raises:
        typer.Exit: not all was done; with one of ``shared.commands.exit_codes``.
    """
    display = Display(as_json=as_json, shown=_ROWS)
    if not any((files.members, files.people, files.meetings, files.attendance, files.contributions)):
        display.say("Name at least one file: --members, --people, --meetings, --attendance or --contributions.")
        raise typer.Exit(USAGE)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL + 1)  # what it comes to is said below
    try:
        with display:
            tables = plan_all(files, asyncio.run(_known(read_partners)))
            display.expect(sum(map(len, tables)))
            if dry_run:
                for planned in (planned for rows in tables for planned in rows):
                    display.add(foreseen(planned))
            else:
                asyncio.run(carry_out(KafkaSettings(), tables, display.add))
    except ValidationError as error:
        missing = ", ".join(f"{error.title.upper()}: {'.'.join(map(str, one['loc']))}" for one in error.errors())
        display.say(f"Settings are missing or wrong ({missing}). Is the platform up? `make up`")
        raise typer.Exit(USAGE) from None
    except (NoAnswerError, OSError, PostgresError) as error:
        told = str(error) if isinstance(error, NoAnswerError) else f"the database: {type(error).__name__}"
        display.say(f"{told}. Rows without a result may not be done; run it again when it is mended.")
        raise typer.Exit(UNREACHABLE) from None
    except KeyboardInterrupt:
        display.say("Interrupted. Run the same command again: what is done already stays as it is.")
        raise typer.Exit(INTERRUPTED) from None
    if not all(result.good for result in display.results):
        raise typer.Exit(REFUSED)


async def _known(read_partners: ReadPartners) -> Known:
    kept = await read_kept(Settings())
    return known_of(
        today=today(),
        zone=vocabulary().time_zone,
        organisations=kept.organisations,
        people=kept.people,
        meetings=kept.meetings,
        contributions=kept.contributions,
        partners=await read_partners(),
    )
