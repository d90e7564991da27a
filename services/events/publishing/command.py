"""The command ``buendnisbus publish``; mounted by ``deploy.cli``."""

import asyncio
import logging
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import stamina.instrumentation
import typer

from services.events.publishing.entries import read_file
from services.events.publishing.options import Options, SettingsError, UnreachableError, variable
from services.events.publishing.sending import publish_entries
from shared.calendars.entries import Entry, UnreadableFileError
from shared.commands.display import Display
from shared.commands.exit_codes import INTERRUPTED, REFUSED, UNREACHABLE, USAGE
from shared.commands.results import Result


class Via(StrEnum):
    """The ways to publish."""

    HTTP = "http"
    KAFKA = "kafka"


def publish(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="JSON, JSON Lines, CSV or iCalendar files.")],
    via: Annotated[Via, typer.Option(help="Through the gateway, or straight to the partner's topic.")] = Via.HTTP,
    partner: Annotated[str, typer.Option(envvar=variable("partner"), help="Slug of the partner.")] = "",
    url: Annotated[str, typer.Option(envvar=variable("url"), help="Address of the gateway.")] = "",
    key: Annotated[str, typer.Option(envvar=variable("key"), help="API key; better in the environment.")] = "",
    kafka: Annotated[str, typer.Option(envvar=variable("kafka"), help="Bootstrap servers, host:port.")] = "",
    kafka_user: Annotated[str, typer.Option(envvar=variable("kafka-user"), help="None: no login.")] = "",
    kafka_password: Annotated[str, typer.Option(envvar=variable("kafka-password"), help="Of that user.")] = "",
    kafka_security_protocol: Annotated[
        str, typer.Option(envvar=variable("kafka-security-protocol"), help="SASL_SSL over the internet.")
    ] = "SASL_PLAINTEXT",
    kafka_mechanism: Annotated[
        str, typer.Option(envvar=variable("kafka-mechanism"), help="How Kafka checks the password.")
    ] = "SCRAM-SHA-512",
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for outcomes over Kafka.")] = 20.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read, check and show; send nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per entry and line.")] = False,
) -> None:
    """Publish events, or newer versions of them, from files.

    Doing it again is safe: what is unchanged stays as it is. Exit codes: 0 all done, 1 some entries refused
    or unreadable, 2 settings missing, 3 server or broker not reached, 130 interrupted.
    """
    options = Options(
        via="kafka" if via is Via.KAFKA else "http",
        partner=partner,
        url=url,
        key=key,
        kafka=kafka,
        kafka_user=kafka_user,
        kafka_password=kafka_password,
        kafka_security_protocol=kafka_security_protocol.upper(),
        kafka_mechanism=kafka_mechanism.upper(),
        wait=wait,
    )
    _be_quiet()
    display = Display(as_json=as_json)
    try:
        if not dry_run:
            options.check()
        with display:
            entries = _read(files, display)
            asyncio.run(publish_entries(entries, options, display.add, dry_run=dry_run))
    except SettingsError as error:
        display.say(f"{error}. --dry-run only reads and checks, and needs no settings.")
        raise typer.Exit(USAGE) from None
    except UnreachableError as error:
        display.say(f"{error}. Entries without a result were not sent; run it again when it is mended.")
        raise typer.Exit(UNREACHABLE) from None
    except KeyboardInterrupt:
        display.say("Interrupted. Run the same command again: what is done already stays as it is.")
        raise typer.Exit(INTERRUPTED) from None
    if not all(result.good for result in display.results):
        raise typer.Exit(REFUSED)


def _read(files: Iterable[Path], display: Display) -> list[Entry]:
    """The entries of all files; one that cannot be read becomes a result, and the others go on."""
    entries: list[Entry] = []
    for file in files:
        try:
            entries += read_file(file)
        except UnreadableFileError as error:
            display.add(Result(str(file), None, "unreadable", details=(str(error),)))
    display.expect(len(entries))
    return entries


def _be_quiet() -> None:
    """Libraries log each retry, some to stdout, where only results belong; what it comes to is said below."""
    stamina.instrumentation.set_on_retry_hooks([])
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL + 1)
