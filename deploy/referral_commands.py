"""All of ``buendnisbus referrals …``: the commands of the service, and those that join it with others."""

import typer

from deploy import erasure_commands
from services.referrals.commands import asking, concerns, deciding, requests
from shared.commands.environment import use_local_platform

app = typer.Typer(
    no_args_is_help=True,
    help="Requests for help and worries: the board, asking for callers, answers of networks, and what was erased.",
)
# Without a name of their own, its commands stand beside those of the groups.
app.add_typer(requests.app)
app.add_typer(asking.app)
app.add_typer(deciding.app)
app.add_typer(concerns.app, name="concerns")
app.add_typer(erasure_commands.referrals, name="erasures")


@app.callback()
def _environment() -> None:
    use_local_platform()
