"""``python -m shared.contracts release|check``: keeping what was promised to partners and services."""

import typer

from shared.contracts.released.revisions import TYPES, BreakingChangeError, unreleased
from shared.contracts.released.revisions import release as write_release
from shared.contracts.released.samples import SAMPLES

cli = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)


@cli.command()
def release() -> None:
    """Write a revision, schema and golden sample, of each message type that changed since its last one."""
    try:
        written = write_release(TYPES, SAMPLES)
    except BreakingChangeError as error:
        typer.echo(f"{error}\nWithin a version only optional fields are added; make it a new type, .v2.", err=True)
        raise typer.Exit(1) from None
    for revision in written:
        typer.echo(f"{revision.kind} {revision.number:04}")


@cli.command()
def check() -> None:
    """Fail where a contract changed and was not released."""
    changed = unreleased(TYPES)
    for kind in changed:
        typer.echo(f"{kind} changed: run python -m shared.contracts release", err=True)
    if changed:
        raise typer.Exit(1)


if __name__ == "__main__":
    cli()
