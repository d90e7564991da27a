"""The ``buendnisbus`` command: for partners to publish, for operators to keep the bus going."""

import asyncio
from typing import Annotated

import typer

from deploy import dead_letter_commands, feed_commands, partner_commands, places_commands
from deploy import member_commands as members
from deploy import referral_commands as referrals
from deploy.migrate import MigrationError, migrate
from deploy.topics import KafkaAdminError, admin_client, apply_topics, diff_topics
from services.events.publishing.command import publish
from services.gateway.common.access import commands as office_commands
from services.gateway.common.access.cli import create_key, is_organisation, list_keys, revoke_keys
from services.gateway.common.access.keys import OFFICE
from services.gateway.settings import Settings
from shared.commands.environment import required, use_local_platform
from shared.commands.show import Json, console, fail, show
from shared.settings import KafkaSettings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The shared bus of a civic alliance: publish an event once, read it everywhere.",
)
topics = typer.Typer(no_args_is_help=True, help="Kafka topics: as declared, and as they are.")
keys = typer.Typer(no_args_is_help=True, help="API keys of organisations and of the office.")
app.command()(publish)
app.add_typer(partner_commands.app, name="partner")
app.add_typer(feed_commands.app, name="feeds")
app.add_typer(office_commands.app, name="office")
app.add_typer(members.app, name="members")
app.add_typer(referrals.app, name="referrals")
app.add_typer(topics, name="topics")
app.add_typer(keys, name="keys")
app.add_typer(dead_letter_commands.app, name="dead-letters")
app.add_typer(places_commands.app, name="places")


@topics.callback()
@keys.callback()
def _environment() -> None:
    use_local_platform()


@topics.command("diff")
def topics_diff(as_json: Json = False) -> None:
    """Show what differs from the declaration; exit status 1 if anything does."""
    try:
        differences = diff_topics(admin_client(KafkaSettings()))
    except KafkaAdminError as error:
        raise fail(str(error), 3) from None
    rows = [
        {"topic": d.topic, "what": d.what, "declared": d.declared, "actual": d.actual, "applies": d.can_be_applied}
        for d in differences
    ]
    show(rows, ["topic", "what", "declared", "actual", "applies"], as_json=as_json, empty="All topics are as declared.")
    raise typer.Exit(int(bool(rows)))


@topics.command("apply")
def topics_apply(
    replication: Annotated[
        int | None, typer.Option(help="Replicas of new topics; 3 by default, or one a broker.", min=1)
    ] = None,
    as_json: Json = False,
) -> None:
    """Create what is missing and change what can be changed; exit status 1 if something is left over."""
    settings = KafkaSettings()
    try:
        before = apply_topics(settings, replication)
        left = diff_topics(admin_client(settings))
    except KafkaAdminError as error:
        raise fail(str(error), 3) from None
    rows = [{"topic": d.topic, "what": d.what, "to": d.declared, "done": d not in left} for d in before]
    show(rows, ["topic", "what", "to", "done"], as_json=as_json, empty="All topics were as declared.")
    raise typer.Exit(int(bool(left)))


@keys.command("create")
def keys_create(
    owner: Annotated[str, typer.Argument(help="Id of a partner or member, or: office")],
    scope: Annotated[
        list[str] | None, typer.Option(help="events:write, members:write or office; default by owner.")
    ] = None,
    days: Annotated[int | None, typer.Option(help="Days until it expires; default never.", min=1)] = None,
    note: Annotated[str, typer.Option(help="What it is for.")] = "",
    as_json: Json = False,
) -> None:
    """Make a key. An owner can have two at a time, to change from one to the next."""
    if owner != OFFICE and not asyncio.run(is_organisation(Settings(), owner)):
        raise fail(f"there is no organisation {owner}; see: buendnisbus partner list, buendnisbus members list")
    try:
        key_id, key = asyncio.run(create_key(Settings(), owner, tuple(scope or ()), note=note, days=days))
    except ValueError as error:
        raise fail(str(error)) from None
    if as_json:
        show([{"id": key_id, "owner": owner, "key": key}], [], as_json=True, empty="")
    else:
        console.print(f"[green]✓[/] Key {key_id} of {owner}; it is shown once:\n\n  {key}\n", soft_wrap=True)


@keys.command("list")
def keys_list(
    owner: Annotated[str | None, typer.Option(help="Of this owner alone.")] = None, as_json: Json = False
) -> None:
    """Show keys, without what opens anything."""
    rows = asyncio.run(list_keys(Settings(), owner))
    columns = ["id", "owner", "scopes", "state", "created", "expires", "used", "note"]
    show(rows, columns, as_json=as_json, empty="No keys yet: buendnisbus keys create")


@keys.command("revoke")
def keys_revoke(key_id: Annotated[str, typer.Argument(metavar="KEY-ID")], as_json: Json = False) -> None:
    """Make a key void at once."""
    revoked = asyncio.run(revoke_keys(Settings(), key_id=key_id))
    if not revoked:
        raise fail(f"there is no live key {key_id}; see: buendnisbus keys list")
    show([{"id": key_id, "state": "revoked"}], ["id", "state"], as_json=as_json, empty="")


@app.command("migrate")
def migrate_command(
    service: Annotated[list[str], typer.Argument(help="events, members, referrals, gateway")],
) -> None:
    """Bring the databases of services up to date; the address is in <SERVICE>_DATABASE_URL."""
    use_local_platform()
    for name in service:
        try:
            migrate(name, required(f"{name.upper()}_DATABASE_URL"))
        except MigrationError as error:
            raise fail(str(error)) from None
        console.print(f"[green]✓[/] The database of {name} is up to date.")


def main() -> None:
    """Entry point; what the environment lacks or a server refuses is told in one line."""
    from asyncpg import PostgresError
    from pydantic import ValidationError

    try:
        app(prog_name="buendnisbus")
    except ValidationError as error:
        missing = ", ".join(f"{error.title.upper()}: {'.'.join(map(str, e['loc']))} {e['msg']}" for e in error.errors())
        raise SystemExit(f"Settings are missing or wrong ({missing}). Is the platform up? `make up`") from None
    except (OSError, PostgresError) as error:
        raise SystemExit(f"{type(error).__name__}: {error}") from None
