"""``buendnisbus office …``: who is signed in to the office's pages."""

import asyncio
import os
from typing import Annotated

import typer

from services.gateway.common.access.cli import sign_in_link, sign_out_all
from services.gateway.settings import Settings
from shared.commands.environment import use_local_platform
from shared.commands.show import Json, console, fail, show

app = typer.Typer(no_args_is_help=True, help="The office's pages: sign in, sign out.")


@app.callback()
def _environment() -> None:
    use_local_platform()


@app.command("sign-in")
def sign_in(as_json: Json = False) -> None:
    """Print a link that opens the office's pages once, within 15 minutes, for 12 hours."""
    link = asyncio.run(sign_in_link(gateway_settings()))
    if as_json:
        show([{"url": link}], [], as_json=True, empty="")
    else:
        console.print(link, soft_wrap=True, markup=False, highlight=False)


@app.command("sign-out")
def sign_out(
    everyone: Annotated[bool, typer.Option("--all", help="End every session, and void links not used yet.")] = False,
) -> None:
    """End the sessions of all browsers."""
    if not everyone:
        raise fail("say --all: sessions have no names; to end one, use the button on its page", 2)
    ended = asyncio.run(sign_out_all(Settings()))
    console.print(f"[green]✓[/] {ended} sessions ended.")


def gateway_settings() -> Settings:
    """The gateway's settings; of a local platform, whose port may be any, with where its pages really are."""
    settings = Settings()
    here = os.environ.get("WEB_URL")
    return settings.model_copy(update={"web_url": here}) if here and "GATEWAY_WEB_URL" not in os.environ else settings
