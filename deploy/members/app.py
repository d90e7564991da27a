"""All of ``buendnisbus members …``; mounted by ``deploy.cli``."""

import typer

from deploy.environment import use_local_platform
from deploy.members import (
    charter_commands,
    contribution_commands,
    erasure_commands,
    goal_commands,
    meeting_commands,
    multiplier_commands,
    organisation_commands,
    people_commands,
    training_commands,
)
from deploy.members.importing.command import import_

app = typer.Typer(
    no_args_is_help=True,
    help="Members: organisations, people, meetings, contributions, trainings, goals, papers; import from CSV.",
)
# Without a name of their own, its commands stand beside those of the groups.
app.add_typer(organisation_commands.app)
app.command("import")(import_)
app.add_typer(people_commands.app, name="people")
app.add_typer(meeting_commands.app, name="meetings")
app.add_typer(contribution_commands.app, name="contributions")
app.add_typer(training_commands.app, name="trainings")
app.add_typer(multiplier_commands.app, name="multipliers")
app.add_typer(goal_commands.app, name="goals")
app.add_typer(charter_commands.app, name="charters")
app.add_typer(erasure_commands.app, name="erasures")


@app.callback()
def _environment() -> None:
    use_local_platform()
