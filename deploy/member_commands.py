"""All of ``buendnisbus members …``: the commands of the service, and those that join it with others."""

import typer

from deploy import erasure_commands
from deploy.goal_report import report
from deploy.import_command import import_
from services.members.commands import (
    charters,
    contributions,
    goals,
    meetings,
    multipliers,
    organisations,
    people,
    trainings,
)
from shared.commands.environment import use_local_platform

app = typer.Typer(
    no_args_is_help=True,
    help="Members: organisations, people, meetings, contributions, trainings, goals, papers; import from CSV.",
)
# Without a name of their own, its commands stand beside those of the groups.
app.add_typer(organisations.app)
app.command("import")(import_)
app.add_typer(people.app, name="people")
app.add_typer(meetings.app, name="meetings")
app.add_typer(contributions.app, name="contributions")
app.add_typer(trainings.app, name="trainings")
app.add_typer(multipliers.app, name="multipliers")
goals.app.command()(report)
app.add_typer(goals.app, name="goals")
app.add_typer(charters.app, name="charters")
app.add_typer(erasure_commands.members, name="erasures")


@app.callback()
def _environment() -> None:
    use_local_platform()
