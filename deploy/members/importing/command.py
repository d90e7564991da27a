"""The command ``buendnisbus members import``; mounted by ``deploy.members.app``."""

import asyncio
import logging
from pathlib import Path
from typing import Annotated, Final

import typer
from asyncpg import PostgresError
from pydantic import ValidationError

from deploy.ask import NoAnswerError
from deploy.members.common import today
from deploy.members.importing.known import Known, known_of
from deploy.members.importing.running import Files, carry_out, foreseen, plan_all
from deploy.publish.command import INTERRUPTED, REFUSED, UNREACHABLE, USAGE
from deploy.publish.display import Display, Shown
from services.events.cli import list_partners
from services.events.settings import Settings as EventsSettings
from services.members.cli import read_kept
from services.members.settings import Settings
from shared.settings import KafkaSettings
from shared.vocabulary import vocabulary

_File = Path | None
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


def import_(
    members: Annotated[_File, typer.Option(help="Organisations, one a row.", metavar="FILE")] = None,
    people: Annotated[_File, typer.Option(help="People, one row for each role.", metavar="FILE")] = None,
    meetings: Annotated[_File, typer.Option(help="Meetings, one a row.", metavar="FILE")] = None,
    attendance: Annotated[
        _File,
        typer.Option(help="Organisations down and dates across, or Datum;Organisation;Anwesenheit.", metavar="FILE"),
    ] = None,
    contributions: Annotated[_File, typer.Option(help="Contributions, one a row.", metavar="FILE")] = None,
    consent: Annotated[
        str | None, typer.Option(help="Version of the text that a mere yes in the column Einwilligung stands for.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show row by row what would happen; send nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per row and line.")] = False,
) -> None:
    """Take over members, people, meetings, attendance and contributions from CSV files, as offices keep them.

    Any delimiter and encoding, German or English headings, dates as people write them. Importing again changes only
    what has changed in the files; nothing is ever removed, and an empty cell leaves things as they are. Exit codes:
    0 all done, 1 some rows refused or unreadable, 2 settings missing, 3 server not reached, 130 interrupted.
    """
    files = Files(members, people, meetings, attendance, contributions, consent)
    display = Display(as_json=as_json, shown=_ROWS)
    if not any((members, people, meetings, attendance, contributions)):
        display.say("Name at least one file: --members, --people, --meetings, --attendance or --contributions.")
        raise typer.Exit(USAGE)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL + 1)  # what it comes to is said below
    try:
        with display:
            tables = plan_all(files, asyncio.run(_known()))
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


async def _known() -> Known:
    """What is there now; organisations that publish are known by name, so that a member gets the same id."""
    kept = await read_kept(Settings())
    partners = await list_partners(EventsSettings())
    return known_of(
        today=today(),
        zone=vocabulary().time_zone,
        organisations=kept.organisations,
        people=kept.people,
        meetings=kept.meetings,
        contributions=kept.contributions,
        partners=[(str(one["id"]), str(one["name"])) for one in partners],
    )
