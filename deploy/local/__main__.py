"""`python -m deploy.local up | down | demo | status`: what `make` calls."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.local import jars, processes
from deploy.local.backends import DEFAULT_ROOT
from deploy.local.bootstrap import bootstrap, gateway_settings
from deploy.local.errors import CancelledError, LocalPlatformError
from deploy.local.platform import Platform
from deploy.local.supervise import supervise
from services.gateway.common.access.cli import sign_in_link

app = typer.Typer(
    help="The local platform: real Kafka and PostgreSQL, no containers.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
_console = Console(highlight=False, soft_wrap=True)
_NOT_STARTED: Final = "(not started)"

Root = Annotated[Path, typer.Option(help="Where data, logs and addresses are kept.")]
Brokers = Annotated[int | None, typer.Option(envvar="BROKERS", help="Kafka brokers: 1 or 3.")]
Events = Annotated[int | None, typer.Option(envvar="EVENTS", help="Instances of the service.", min=0)]
Members = Annotated[int | None, typer.Option(envvar="MEMBERS", help="Instances of the service.", min=0)]
Referrals = Annotated[int | None, typer.Option(envvar="REFERRALS", help="Instances of the service.", min=0)]
Gateway = Annotated[int | None, typer.Option(envvar="GATEWAY", help="Instances of the service.", min=0)]
Web = Annotated[int | None, typer.Option(envvar="WEB", help="Instances of the pages.", min=0)]


@app.command()
def up(
    root: Root = DEFAULT_ROOT,
    brokers: Brokers = None,
    events: Events = None,
    members: Members = None,
    referrals: Referrals = None,
    gateway: Gateway = None,
    web: Web = None,
) -> None:
    """Start everything detached; what runs already stays, what died is started again."""
    with _told_plainly():
        platform = _platform(
            root, brokers, events=events, members=members, referrals=referrals, gateway=gateway, web=web
        )
        with _stopping_on_signals(platform.workspace.cancelled):
            platform.up(report)
        _print_addresses(platform)


@app.command()
def down(
    root: Root = DEFAULT_ROOT,
    purge: Annotated[bool, typer.Option("--purge", help="Delete all local data afterwards.")] = False,
) -> None:
    """Stop everything that `up` or `demo` started in this root."""
    with _told_plainly():
        platform = Platform(root)
        _end_demo(platform)
        platform.down(report, purge=purge)


@app.command()
def demo(
    root: Root = DEFAULT_ROOT,
    brokers: Brokers = None,
    events: Events = None,
    members: Members = None,
    referrals: Referrals = None,
    gateway: Gateway = None,
    web: Web = None,
) -> None:
    """Start everything with example data and keep it alive until Ctrl-C; then stop all of it."""
    # Imported here: nothing else needs the example data.
    from deploy.local import example_members, example_referrals, examples

    with _told_plainly():
        platform = _platform(
            root, brokers, events=events, members=members, referrals=referrals, gateway=gateway, web=web
        )
        stop = platform.workspace.cancelled
        with platform.lock.held("demo"), _stopping_on_signals(stop):
            try:
                platform.up(report)
                examples.publish(platform, report)
                example_members.publish(platform, report)
                example_referrals.publish(platform, report)
                _print_addresses(platform)
                _print_sign_in(platform)
                report("Ctrl-C stops everything")
                supervise(platform, report, stop)
            except CancelledError:
                report("Interrupted while starting")
            finally:
                platform.down(report)


@app.command()
def status(root: Root = DEFAULT_ROOT) -> None:
    """Show how every part is doing; exit status 1 if one is not ready."""
    with _told_plainly():
        rows = Platform(root).status()
        table = Table("part", "condition", "pid", "memory", "address", box=None)
        for row in rows:
            colour = "green" if row.condition == "ready" else "red"
            memory = f"{row.memory / 2**20:.0f} MB" if row.memory else ""
            condition = f"[{colour}]{row.condition}[/]"
            table.add_row(row.part, condition, str(row.pid or ""), memory, row.url)
        _console.print(table)
    raise typer.Exit(int(any(row.condition != "ready" for row in rows)))


@app.command(hidden=True)
def pin_jars() -> None:
    """Write `jars.sha256` anew after the Kafka version was changed; review the difference."""
    jars.pin()


def report(line: str) -> None:
    """Print one line of progress."""
    mark = "[yellow]→[/]" if line.endswith("…") else "[green]✓[/]"
    _console.print(mark, escape(line))


def _platform(root: Path, brokers: int | None, **counts: int | None) -> Platform:
    platform = Platform(root, brokers=brokers, bootstrap=bootstrap)
    platform.services.counts |= {name: count for name, count in counts.items() if count is not None}
    return platform


def _print_addresses(platform: Platform) -> None:
    env = platform.env
    # An address is chosen for what is left out, too, so that others can be told where it will be.
    pages, gateway = (env[f"{name}_URL"] if env.get(f"{name}_URLS") else "" for name in ("WEB", "GATEWAY"))
    members = f"\n  Members and goals    {pages}/members, {pages}/goals" if pages else ""
    described = f", described at {pages}/docs" if pages and gateway else ""
    _console.print(
        f"\n  Pages                [bold]{pages or _NOT_STARTED}[/]{members}"
        f"\n  Interface            [bold]{gateway or _NOT_STARTED}[/]{described}"
        f"\n  Feeds to try out     {env.get('FEEDS_URL', _NOT_STARTED)} ({platform.feeds.folder})"
        f"\n  Kafka for partners   {env['KAFKA_PARTNER_BOOTSTRAP_SERVERS']}"
        f"\n  Addresses and keys   {platform.root / 'env'}"
        f"\n  Logs                 {platform.root / 'logs'}\n"
    )


def _print_sign_in(platform: Platform) -> None:
    """A way into the office's pages, for those who look around."""
    settings = gateway_settings(platform).model_copy(update={"web_url": platform.public_url("web")})
    link = asyncio.run(sign_in_link(settings))
    _console.print(
        f"  Pages of the office  {link}\n  (once, within 15 minutes; a new one: buendnisbus office sign-in)\n"
    )


def _end_demo(platform: Platform, timeout: float = 60.0) -> None:
    """A running demo would restart what we stop: ask it to end first."""
    holder = platform.lock.holder()
    if holder is None or holder.command != "demo":
        return
    report(f"Ending the demo (pid {holder.process.pid}) …")
    processes.send(holder.process, signal.SIGTERM)
    if not processes.wait_for_end(holder.process, timeout):
        raise LocalPlatformError(f"the demo (pid {holder.process.pid}) did not end within {timeout:.0f} s")


@contextmanager
def _stopping_on_signals(stop: Event) -> Iterator[None]:
    """Set `stop` on Ctrl-C, SIGTERM or a closed terminal, instead of breaking off wherever we are."""
    heard: SimpleQueue[bool] = SimpleQueue()

    def on_signal(_number: int, _frame: object) -> None:
        # Nothing else may be done here: the lock of an Event may be held by what was interrupted, or by the handler
        # of another signal. A SimpleQueue takes none.
        heard.put(True)

    def listen() -> None:
        while heard.get():
            if stop.is_set():
                report("Stopping already …")
            stop.set()

    listener = Thread(target=listen, daemon=True)
    listener.start()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, on_signal) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        heard.put(False)
        listener.join()


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Show errors meant for the user without a traceback."""
    try:
        yield
    except CancelledError:
        _console.print("[red]✗[/] Interrupted. What was started runs on: `make up` goes on, `make down` stops it.")
        raise typer.Exit(130) from None
    except LocalPlatformError as error:
        _console.print("[red]✗[/]", escape(str(error)))
        raise typer.Exit(1) from None


if __name__ == "__main__":
    app(prog_name="python -m deploy.local")
