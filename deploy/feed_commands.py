"""``buendnisbus feeds …``: iCalendar feeds that are read for organisations."""

import asyncio
import re
import time
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from deploy.partner_commands import check_id
from deploy.topics import KafkaAdminError, apply_topics
from services.events.cli import list_feeds, list_partners, read_feed
from services.events.feeds.errors import FetchError
from services.events.feeds.urls import check_url
from services.events.settings import Settings
from shared.commands.ask import ask_or_fail
from shared.commands.environment import use_local_platform
from shared.commands.show import Json, console, fail, show
from shared.contracts import events as contract
from shared.contracts.requests import Outcome
from shared.settings import KafkaSettings
from shared.topics import partner_topic

app = typer.Typer(no_args_is_help=True, help="iCalendar feeds of organisations: add, list, show, poll, remove.")

Id = Annotated[UUID, typer.Argument(help="Id of the feed, as `feeds list` shows it.", metavar="ID")]
REPORT_S: Final = 120.0
_COUNTS: Final = ("read", "new", "changed", "unchanged", "withdrawn", "refused")
_MINUTES: Final = {"m": 1, "h": 60, "d": 24 * 60}


@app.callback()
def _environment() -> None:
    use_local_platform()


@app.command()
def add(
    partner: Annotated[str, typer.Argument(help="Id of the organisation.", metavar="PARTNER")],
    url: Annotated[str, typer.Argument(help="Address of its calendar: https://, http:// or webcal://.", metavar="URL")],
    every: Annotated[str, typer.Option(help="How often to read it: 15m, 6h, 1d; from 5m to 7d.")] = "60m",
    topic: Annotated[
        list[str] | None, typer.Option(help="For entries that have none of the alliance's topics; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read an organisation's iCalendar feed from now on; again: with these settings."""
    minutes = _minutes(every)
    try:
        address = check_url(url)
    except FetchError as error:
        raise fail(error.detail, 2) from None
    check_id(partner)
    if not any(row["id"] == partner and row["active"] for row in asyncio.run(list_partners(Settings()))):
        raise fail(f"there is no organisation {partner} that publishes; see: buendnisbus partner list")
    try:
        # What is read goes there, and an organisation that the office alone has registered has none so far.
        apply_topics(KafkaSettings(), wanted=(partner_topic(partner),))
    except KafkaAdminError as error:
        raise fail(str(error), 3) from None
    command = contract.AddFeed(partner=partner, url=address, every_minutes=minutes, topics=tuple(topic or ()))
    outcome = ask_or_fail("events", contract.ADD_FEED, partner, command)
    done = {"created": "is read from now on", "unchanged": "is read so already"}
    _tell(outcome, f"{outcome.aggregate} {done.get(outcome.result, 'is read differently from now on')}", as_json)


@app.command("list")
def list_(
    partner: Annotated[str | None, typer.Option(help="Of this organisation alone.")] = None, as_json: Json = False
) -> None:
    """Show all feeds with what came of them the last time."""
    facts = asyncio.run(list_feeds(Settings(), partner))
    rows = [fact.model_dump(mode="json") for fact in facts] if as_json else [_row(fact) for fact in facts]
    columns = ["id", "partner", "host", "last", "status", "read", "new", "changed", "refused", "next"]
    show(rows, columns, as_json=as_json, empty="No feeds yet: buendnisbus feeds add")


@app.command("show")
def show_(feed: Id, as_json: Json = False) -> None:
    """Show one feed, with the entries that could not be published and why."""
    fact, _ = _found(feed)
    _report(fact, as_json=as_json)


@app.command()
def poll(feed: Id, as_json: Json = False) -> None:
    """Read a feed now; exit status 1 if it could not be read or entries were refused."""
    before, _ = _found(feed)
    ask_or_fail("events", contract.POLL_FEED, str(feed), contract.PollFeed(id=str(feed)))
    fact = _polled(feed, before.last.at if before.last else "")
    _report(fact, as_json=as_json)
    if fact.last is None or fact.last.status == "failed" or fact.last.refused:
        raise typer.Exit(1)


@app.command()
def remove(
    feed: Id,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask back.")] = False,
    as_json: Json = False,
) -> None:
    """Read a feed no longer. What it brought stays until it is withdrawn."""
    if not yes:
        typer.confirm(f"Read {feed} no longer?", abort=True)
    outcome = ask_or_fail("events", contract.REMOVE_FEED, str(feed), contract.RemoveFeed(id=str(feed)))
    _tell(outcome, f"{feed} is read no longer", as_json)


def _found(feed: UUID) -> tuple[contract.FeedFact, int]:
    found = asyncio.run(read_feed(Settings(), feed))
    if found is None:
        raise fail(f"there is no feed {feed}; see: buendnisbus feeds list")
    return found


def _polled(feed: UUID, before: str) -> contract.FeedFact:
    """The feed once it was read after ``before``, and the calendar has decided on all that came of it."""
    deadline = time.monotonic() + REPORT_S
    while True:
        fact, undecided = _found(feed)
        is_read = fact.last is not None and fact.last.at > before
        if is_read and fact.last and (fact.last.status != "read" or not undecided):
            return fact
        if time.monotonic() > deadline:
            raise fail(f"no report within {REPORT_S:.0f} s; see later: buendnisbus feeds show {feed}", 3)
        time.sleep(0.3)


def _report(fact: contract.FeedFact, *, as_json: bool) -> None:
    if as_json:
        show([fact.model_dump(mode="json")], [], as_json=True, empty="")
        return
    show([_row(fact)], ["id", "partner", "host", "last", "status", *_COUNTS, "next"], as_json=False, empty="")
    if fact.last is None:
        return
    if fact.last.problem is not None:
        console.print(f"\n{fact.last.problem.detail}", markup=False, soft_wrap=True)
    if fact.last.refused_entries:
        console.print()
        rows = [{"entry": e.entry, "uid": e.uid, "reasons": "; ".join(e.reasons)} for e in fact.last.refused_entries]
        show(rows, ["entry", "uid", "reasons"], as_json=False, empty="")


def _row(fact: contract.FeedFact) -> dict[str, Any]:
    last = fact.last.model_dump() if fact.last else {}
    row = {"id": fact.id, "partner": fact.partner, "host": fact.host, "status": last.get("status")}
    row |= {"last": _moment(last.get("at")), "next": _moment(fact.next_at)}
    return row | {name: last.get(name) for name in _COUNTS}


def _moment(text: str | None) -> str | None:
    return f"{text[:16].replace('T', ' ')} UTC" if text else None


def _tell(outcome: Outcome, sentence: str, as_json: bool) -> None:
    if as_json:
        show([{"id": outcome.aggregate, "result": outcome.result}], [], as_json=True, empty="")
    else:
        console.print(f"[green]✓[/] {sentence}.")


def _minutes(text: str) -> int:
    match = re.fullmatch(r"(\d{1,5})([mhd])?", text.strip())
    minutes = int(match[1]) * _MINUTES[match[2] or "m"] if match else 0
    if not 5 <= minutes <= 7 * 24 * 60:
        raise fail("--every: such as 15m, 6h or 1d; from 5m to 7d", 2)
    return minutes
