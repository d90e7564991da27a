"""``buendnisbus partner …``: an organisation's place on the bus, all of it in one step."""

import asyncio
import sys
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from deploy import partners
from deploy.topics import KafkaAdminError
from services.events.cli import list_partners
from services.events.settings import Settings as EventsSettings
from services.gateway.common.access.cli import create_key, list_keys, revoke_keys
from services.gateway.settings import Settings as GatewaySettings
from shared.commands.ask import ask_or_fail
from shared.commands.environment import use_local_platform
from shared.commands.show import Json, console, fail, show
from shared.contracts import events as contract
from shared.contracts.base import PartnerId, field_errors
from shared.contracts.requests import Outcome
from shared.settings import KafkaSettings

app = typer.Typer(no_args_is_help=True, help="Organisations that publish: add, list, trust, remove.")

Id = Annotated[str, typer.Argument(help="Slug of the organisation: 3 to 40 of a-z, 0-9 and -.", metavar="ID")]


@app.callback()
def _environment() -> None:
    use_local_platform()


@app.command()
def add(
    partner: Id,
    name: Annotated[str, typer.Option(help="How people know it.", prompt=sys.stdin.isatty())],
    trusted: Annotated[
        bool | None, typer.Option("--trusted/--not-trusted", help="Publishes without the office; not, at first.")
    ] = None,
    replication: Annotated[
        int | None, typer.Option(help="Replicas of its topic; 3 by default, or one a broker.", min=1)
    ] = None,
    as_json: Json = False,
) -> None:
    """Register an organisation; make its topic, Kafka user, permission and API key.

    May be repeated: the name is renewed, the Kafka password too, and a key is made if it has none that is live.
    """
    check_id(partner)
    ask_or_fail(
        "events", contract.REGISTER_PARTNER, partner, contract.RegisterPartner(id=partner, name=name, trusted=trusted)
    )
    settings = KafkaSettings()
    try:
        password = partners.allow(settings, partner, replication_factor=replication)
    except KafkaAdminError as error:
        raise fail(str(error)) from None
    key = _key(partner)
    made = {
        "BUENDNISBUS_PARTNER": partner,
        "BUENDNISBUS_KEY": key,
        "BUENDNISBUS_KAFKA_USER": partners.kafka_user(partner),
        "BUENDNISBUS_KAFKA_PASSWORD": password,
    }
    if as_json:
        show([made], [], as_json=True, empty="")
        return
    console.print(f"[green]✓[/] {partner} may publish. Hand this over safely, it is shown once:\n")
    for variable, value in made.items():
        console.print(f"  export {variable}='{value}'", soft_wrap=True)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Show all organisations."""
    rows = asyncio.run(list_partners(EventsSettings()))
    show(rows, ["id", "name", "trusted", "active"], as_json=as_json, empty="No partners yet: buendnisbus partner add")


@app.command()
def trust(
    partner: Id,
    off: Annotated[bool, typer.Option("--off", help="Cease to trust: what comes from now on waits.")] = False,
    as_json: Json = False,
) -> None:
    """Let an organisation publish without the office; what waits is published."""
    outcome = ask_or_fail("events", contract.TRUST_PARTNER, partner, contract.TrustPartner(id=partner, trusted=not off))
    _tell(outcome, f"{partner} is {'no longer ' if off else ''}trusted", as_json=as_json)


@app.command()
def remove(
    partner: Id,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask back.")] = False,
    as_json: Json = False,
) -> None:
    """Take an organisation's Kafka user, permission and keys away. What it published stays, its topic too."""
    if not yes:
        typer.confirm(f"Remove {partner}? Its keys and its Kafka user stop working at once", abort=True)
    try:
        partners.forbid(KafkaSettings(), partner)
    except KafkaAdminError as error:
        raise fail(str(error)) from None
    asyncio.run(revoke_keys(GatewaySettings(), owner=partner))
    outcome = ask_or_fail("events", contract.REMOVE_PARTNER, partner, contract.RemovePartner(id=partner))
    _tell(outcome, f"{partner} may not publish any more", as_json=as_json)


def _tell(outcome: Outcome, sentence: str, *, as_json: bool) -> None:
    if as_json:
        show([{"id": outcome.partner, "result": outcome.result}], [], as_json=True, empty="")
    else:
        console.print(f"[green]✓[/] {sentence}{' already' if outcome.result == 'unchanged' else ''}.")


def _key(partner: str) -> str:
    """A key for a partner that has none; those that exist are known to nobody but their owner."""
    settings = GatewaySettings()
    if any(row["state"] == "live" for row in asyncio.run(list_keys(settings, partner))):
        return f"(as before; a further one: buendnisbus keys create {partner})"
    return asyncio.run(create_key(settings, partner, note="partner add"))[1]


def check_id(partner: str) -> None:
    """See whether ``partner`` can be the id of an organisation.

    Raises:
        typer.Exit: 2, it cannot, and why was told.
    """
    try:
        TypeAdapter(PartnerId).validate_python(partner)
    except ValidationError as error:
        reasons = "; ".join(f"it {reason.detail}" for reason in field_errors(error))
        raise fail(f"an id has 3 to 40 of the characters a-z, 0-9 and -: {reasons}", 2) from None
