"""``buendnisbus members import``: members know the organisations that publish by what the service events knows."""

from pathlib import Path
from typing import Annotated

import typer

from services.events.cli import list_partners
from services.events.settings import Settings
from services.members.importing.command import import_files
from services.members.importing.running import Files

_File = Path | None


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
    import_files(files, _partners, dry_run=dry_run, as_json=as_json)


async def _partners() -> list[tuple[str, str]]:
    return [(str(one["id"]), str(one["name"])) for one in await list_partners(Settings())]
