"""What the office's commands share: sending one command and telling what became of it, finding what is meant."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

import orjson
import typer
from pydantic import ValidationError

from shared.clock import utc_now
from shared.commands.ask import ask_or_fail
from shared.commands.show import console, fail, show
from shared.contracts.base import Contract, field_errors
from shared.contracts.requests import Outcome
from shared.places import places
from shared.tables.times import UnclearTimeError, span
from shared.vocabulary import vocabulary

C = TypeVar("C", bound=Contract)

SHORTEST: Final = 6
"""How many characters of an id are enough, if no other one begins so."""

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask back.")]


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


I = TypeVar("I", bound=_Identified)  # noqa: E741


def build(model: type[C], document: Mapping[str, object]) -> C:
    """The command that the options make; what is wrong with them is told by field, never by value.

    Raises:
        typer.Exit: 2, the contract does not take it.
    """
    try:
        return model.model_validate_json(orjson.dumps(document))
    except ValidationError as error:
        reasons = "; ".join(f"{item.field.replace('_', '-')} {item.detail}".strip() for item in field_errors(error))
        raise fail(reasons, 2) from None


def send(service: str, kind: str, data: Contract, sentence: str, *, as_json: bool) -> Outcome:
    """Send ``service`` a command about one aggregate, whose ``id`` is its key, and tell what was done; see
    ``ask_or_fail``."""
    key = str(getattr(data, "id"))  # noqa: B009  # every command names its aggregate
    outcome = ask_or_fail(service, kind, key, data)
    if as_json:
        row = {"id": outcome.aggregate or key, "result": outcome.result, "version": outcome.version}
        show([row], [], as_json=True, empty="")
    elif outcome.result == "unchanged":
        console.print("[green]✓[/] Nothing to do: it is so already.")
    else:
        console.print(f"[green]✓[/] {sentence}.", soft_wrap=True)
    return outcome


def confirm(question: str, *, yes: bool) -> None:
    """Ask back before something is taken away.

    Raises:
        typer.Abort: the answer is no.
    """
    if not yes:
        typer.confirm(question, abort=True)


def today() -> date:
    """The day where the alliance lives."""
    return utc_now().astimezone(ZoneInfo(vocabulary().time_zone)).date()


def given(**options: object) -> dict[str, object]:
    """The options that were given, by field; an empty text clears the field, an empty entry alone the list."""
    found: dict[str, object] = {}
    for name, value in options.items():
        if value is None:
            continue
        if isinstance(value, list):
            found[name] = [one for one in value if one]
        else:
            found[name] = None if value == "" else value
    return found


def day(text: str | None, option: str = "--on") -> str | None:
    """The day that somebody means who writes ``3.12.2026``, as a contract takes it; None stays so.

    Raises:
        typer.Exit: 2, it is none.
    """
    if text is None:
        return None
    try:
        found = span(text).start.day
    except UnclearTimeError as error:
        raise fail(f"{option}: {error}", 2) from None
    if found is None:
        raise fail(f"{option}: holds no date, such as 2026-12-03", 2)
    return found.isoformat()


def moment(text: str, option: str) -> str:
    """A date, or date and time, as people write it (``3.12.2026 18:00``), as a contract takes it.

    Raises:
        typer.Exit: 2, it is none.
    """
    try:
        start = span(text).start
    except UnclearTimeError as error:
        raise fail(f"{option}: {error}", 2) from None
    if start.day is None:
        raise fail(f"{option}: holds no date, such as 2026-12-03 18:00", 2)
    return start.day.isoformat() if start.minutes is None else start.at(start.day)


def find(found: Sequence[I], text: str, what: str, see: str) -> I:
    """The one of ``found`` with this id, or with an id that alone begins so.

    Raises:
        typer.Exit: 1 there is none, 2 there are several or the beginning is too short.
    """
    wanted = text.strip().lower()
    for one in found:
        if one.id == wanted:
            return one
    matching = [one for one in found if one.id.startswith(wanted)]
    if matching and len(wanted) < SHORTEST:
        raise fail(f"{SHORTEST} characters of an id are needed at least; see: {see}", 2)
    return only(matching, what, see)


def only(found: Sequence[I], what: str, see: str) -> I:
    """The only one of ``found``.

    Raises:
        typer.Exit: 1 there is none, 2 there are several.
    """
    if not found:
        raise fail(f"there is no such {what}; see: {see}")
    if len(found) > 1:
        raise fail(f"several are meant: {', '.join(one.id for one in found[:10])}; give more of the id", 2)
    return found[0]


def municipality(text: str, option: str = "--place") -> str:
    """The key of the municipality that is meant by a name, a postal code or a key.

    Raises:
        typer.Exit: 2, there is none, or there are several, which are named.
    """
    found = places().meant(text)
    if len(found) == 1:
        return found[0].ags
    choices = ", ".join(f"{place.ags} {place.name}" for place in found)
    why = f"can be {choices}: give the key" if found else "is no municipality that is known here"
    raise fail(f"{option}: “{text}” {why}", 2)
