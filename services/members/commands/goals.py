"""``buendnisbus members goals …``: what the alliance wants, by what it is judged, and what became of it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from services.members.cli import list_goals
from services.members.commands import common
from services.members.commands.common import read, send
from services.members.commands.goal_file import GoalFileError, read_goals
from shared.commands import office
from shared.commands.ask import Command, NoAnswerError, ask_many, reasons
from shared.commands.office import Yes, build, find, only
from shared.commands.show import Json, fail, show
from shared.contracts.members import goals as contract
from shared.contracts.members.goals import GoalFact, SetGoal
from shared.contracts.requests import Outcome
from shared.goal_tree import number
from shared.settings import KafkaSettings

app = typer.Typer(no_args_is_help=True, help="Goals: set out, measure, review, report.")
Goal = Annotated[str, typer.Argument(help="Number of the goal, such as 1.2, or its id.", metavar="GOAL")]
_COLUMNS = ["key", "level", "title", "status", "indicators", "judgement"]
_SEE = "buendnisbus members goals list"


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Show goals and measures by number, with what they have come to."""
    found = sorted(read(list_goals), key=lambda one: number(one.key))
    rows = [one.model_dump(mode="json") for one in found] if as_json else [_row(one) for one in found]
    show(rows, _COLUMNS, as_json=as_json, empty="No goals yet: buendnisbus members goals set FILE")


@app.command("set")
def set_(
    file: Annotated[
        Path, typer.Argument(help="All goals with what serves them, as TOML or JSON; see docs/members.md.")
    ],
    as_json: Json = False,
) -> None:
    """Set out the goals of a file, or word them anew. Values and reviews stay; goals that are not in it stay, too."""
    try:
        levels = read_goals(file.read_bytes(), is_toml=file.suffix.lower() == ".toml")
    except GoalFileError as error:
        raise fail(f"{file}: {error}", 2) from None
    except OSError as error:
        raise fail(f"{file}: cannot be read ({error.strerror or error})", 2) from None
    try:
        done = asyncio.run(_set_all(levels))
    except NoAnswerError as error:
        raise fail(str(error), 3) from None
    rows = [
        {"key": goal.key, "title": goal.title, "result": outcome.result, "reasons": list(reasons(outcome))}
        for goal, outcome in done
    ]
    show(rows, ["key", "title", "result", "reasons"], as_json=as_json, empty="")
    if any(outcome.problem for _, outcome in done):
        raise typer.Exit(1)


@app.command()
def measure(
    goal: Goal,
    indicator: Annotated[str, typer.Argument(help="Its id, as `goals list --json` shows it.")],
    value: Annotated[float, typer.Argument(help="What it is.")],
    on: common.OnDay = None,
    note: Annotated[str | None, typer.Option(help="Where the value comes from.")] = None,
    as_json: Json = False,
) -> None:
    """Enter a value of an indicator that is not counted."""
    fact = _found(goal)
    document = {"id": fact.id, "indicator": indicator, "value": value, "on": office.day(on), "note": note}
    sentence = f"{indicator} of {fact.key} is {value:g}"
    send(contract.MEASURE, build(contract.MeasureIndicator, document), sentence, as_json=as_json)


@app.command()
def review(
    goal: Goal,
    judgement: Annotated[Literal["reached", "on-track", "at-risk", "missed"], typer.Argument(help="How it stands.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; no names of persons.")],
    meeting: Annotated[str | None, typer.Option(help="The retreat that judged: id or date.")] = None,
    on: common.OnDay = None,
    target: Annotated[
        list[str] | None, typer.Option(help="A changed target: INDICATOR=VALUE, or =VALUE:2027-12-31; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Keep what a retreat found about a goal, with targets that it changed."""
    fact = _found(goal)
    document = {
        "id": fact.id,
        "version": fact.version,
        "judgement": judgement,
        "reasons": reason,
        "meeting": common.meeting_id(meeting),
        "on": office.day(on),
        "targets": [_target(text) for text in target or ()],
    }
    send(contract.REVIEW, build(contract.ReviewGoal, document), f"{fact.key} is judged: {judgement}", as_json=as_json)


@app.command()
def retire(
    goal: Goal,
    reason: Annotated[str, typer.Option(help="Why; no names of persons.")],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Pursue a goal no more; its history stays."""
    fact = _found(goal)
    office.confirm(f"Pursue {fact.key} “{fact.title}” no more?", yes=yes)
    data = build(contract.RetireGoal, {"id": fact.id, "reason": reason})
    send(contract.RETIRE, data, f"{fact.key} is not pursued any more", as_json=as_json)


async def _set_all(levels: Sequence[Sequence[SetGoal]]) -> list[tuple[SetGoal, Outcome]]:
    """Send one level after the other, as a goal must be there before what serves it."""
    done: list[tuple[SetGoal, Outcome]] = []
    for goals in levels:
        commands = [Command(contract.SET, goal.id, goal) for goal in goals]
        outcomes = {place: outcome async for place, outcome in ask_many(KafkaSettings(), "members", commands)}
        done += [(goal, outcomes[place]) for place, goal in enumerate(goals)]
    return sorted(done, key=lambda one: number(one[0].key))


def _found(goal: str) -> GoalFact:
    goals = read(list_goals)
    if by_key := [one for one in goals if one.key == goal.strip()]:
        return only(by_key, "goal", _SEE)
    return find(goals, goal, "goal", _SEE)


def _target(text: str) -> dict[str, Any]:
    indicator, _, rest = text.partition("=")
    value, _, due = rest.partition(":")
    try:
        return {"indicator": indicator.strip(), "target": float(value), "due": office.day(due or None, "--target")}
    except ValueError:
        raise fail("--target: INDICATOR=VALUE or INDICATOR=VALUE:2027-12-31", 2) from None


def _row(fact: GoalFact) -> dict[str, Any]:
    indicators = []
    for one in fact.indicators:
        value = f"{one.values[-1].value:g}" if one.values else "–"
        indicators.append(f"{one.id} {value} of {one.target:g}")
    row: dict[str, Any] = fact.model_dump(mode="json", include={"key", "level", "title", "status"})
    return row | {"indicators": indicators, "judgement": fact.reviews[-1].judgement if fact.reviews else None}
