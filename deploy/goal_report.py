"""``buendnisbus members goals report``: the goals of the service members as the gateway words them."""

from pathlib import Path
from typing import Annotated

import typer

from services.gateway.common.access.commands import gateway_settings
from services.members.cli import list_goals, list_organisations
from services.members.commands.common import read
from shared.commands import office
from shared.commands.show import Json, console, show
from shared.goal_tree import tree


def report(
    out: Annotated[Path | None, typer.Option(help="File to write; default: the terminal.")] = None,
    language: Annotated[str, typer.Option(help="Language of the headings: de, en.")] = "de",
    retired: Annotated[bool, typer.Option("--retired", help="Those not pursued any more, too.")] = False,
    as_json: Json = False,
) -> None:
    """Write the goals with values, targets and reviews as a report in Markdown."""
    # Imported here: wording dates takes a library that is long to load.

    from services.web.common.language import negotiate
    from services.web.goals.report import goals_markdown

    documents = [one.model_dump(mode="json") for one in read(list_goals)]
    names = {one.id: one.name for one in read(list_organisations)}
    items = tree(documents, names, "all" if retired else "open")
    page = f"{gateway_settings().web_url}/goals"
    markdown = goals_markdown({"items": items}, negotiate(language), today=office.today(), page=page)
    if out is not None:
        out.write_text(markdown, encoding="utf-8")
        console.print(f"[green]✓[/] {len(documents)} goals in {out}", soft_wrap=True)
    elif as_json:
        show([{"markdown": markdown}], [], as_json=True, empty="")
    else:
        typer.echo(markdown, nl=False)
