"""The demo's example members: organisations, people, meetings, contributions, goals and papers, all invented."""

import asyncio
import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from deploy.local import example_commands, example_goals
from deploy.local.errors import LocalPlatformError
from deploy.local.example_commands import Known
from deploy.local.platform import Platform
from deploy.local.workspace import Report
from services.members.cli import (
    is_all_assessed,
    list_charters,
    list_erased,
    list_goals,
    list_multipliers,
    list_trainings,
    read_kept,
)
from services.members.commands.goal_file import read_goals
from services.members.settings import Settings
from shared.clock import utc_now
from shared.commands.ask import Command, NoAnswerError, ask_many, reasons
from shared.contracts.requests import Outcome

_DATA: Final = Path(__file__).parent / "data"
_ASSESSED_WITHIN_S: Final = 15


class Answered(NamedTuple):
    """A command with what became of it."""

    command: Command
    outcome: Outcome


def publish(platform: Platform, report: Report) -> None:
    """Send all that the example members ask for; repeating it changes only dates.

    Raises:
        LocalPlatformError: the service members did not answer.
    """
    if not platform.services.counts.get("members"):
        report("The example members wait until an instance of members is wanted")
        return
    try:
        answers = asyncio.run(send(platform))
    except NoAnswerError as error:
        raise LocalPlatformError(f"the example members could not be sent: {error}") from error
    counts = Counter(answer.outcome.result for answer in answers)
    report(f"Members of the alliance: {', '.join(f'{n} {result}' for result, n in sorted(counts.items()))}")
    for kind, outcome in answers:
        if outcome.problem is not None:
            report(f"{kind.kind} was refused: {'; '.join(reasons(outcome))}")


async def send(platform: Platform) -> list[Answered]:
    """Send everything, step by step, and wait for each step; returns all commands with their outcomes.

    Raises:
        NoAnswerError: the service did not answer.
    """
    data = read_data()
    today = utc_now().astimezone(ZoneInfo(data["meetings"]["zone"])).date()
    settings = Settings(database_url=platform.database_url("members"))
    known = await _known(settings)
    answers: list[Answered] = []

    async def ask(commands: list[Command]) -> None:
        async for place, outcome in ask_many(platform.kafka.settings, "members", commands):
            answers.append(Answered(commands[place], outcome))

    for step in steps(data, known, today):
        await ask(step)
    # The office decides on what the log says: its word before that would hold until the log is looked at.
    await _assessed(settings)
    await ask(list(example_commands.confirmations(data, known)))
    return answers


def read_data() -> dict[str, Any]:
    """The examples as they stand in ``deploy/local/data``; of the goals those of each depth together."""
    names = ("members", "meetings", "contributions", "charters")
    data = {name: tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8")) for name in names}
    data["history"] = tomllib.loads((_DATA / "goals_history.toml").read_text(encoding="utf-8"))
    data["goals"] = read_goals((_DATA / "goals.toml").read_bytes(), is_toml=True)  # type: ignore[assignment]
    data["places"] = json.loads((_DATA / "examples.json").read_text(encoding="utf-8"))["places"]
    return data


def steps(data: example_commands.Data, known: Known, today: date) -> Iterator[list[Command]]:
    """The commands in steps, but what the office decides on the log: each needs what the one before has brought about,
    and within one only the order of each key counts."""
    guiding, intermediate, measures = example_goals.set_out(data, known, today)
    yield [
        *example_commands.entries(data, known, today),
        *example_commands.plans(data, known, today),
        *guiding,
    ]
    yield [
        *example_commands.admissions(data, known, today),
        *example_commands.persons(data, known),
        *intermediate,
    ]
    yield [
        *example_commands.happenings(data, known, today),
        *example_commands.brought_in(data, known, today),
        *example_commands.thanks(data, today),
        *measures,
        *example_goals.year_of_goals(data, known, today),
        *example_goals.papers(data, known, today),
    ]
    yield list(example_commands.registry(data, known))


async def _assessed(settings: Settings) -> None:
    """Wait until the service has looked at the activity of all members."""
    for _ in range(_ASSESSED_WITHIN_S * 10):
        if await is_all_assessed(settings):
            return
        await asyncio.sleep(0.1)


async def _known(settings: Settings) -> Known:
    kept, trainings, multipliers, goals, charters, erased = await asyncio.gather(
        read_kept(settings),
        list_trainings(settings),
        list_multipliers(settings),
        list_goals(settings),
        list_charters(settings),
        list_erased(settings),
    )
    return Known(
        organisations={one.id: one.status for one in kept.organisations},
        held=frozenset(one.id for one in (*kept.meetings, *trainings) if one.status == "held"),
        declined=frozenset(one.id for one in kept.contributions if one.status == "declined"),
        multipliers=frozenset(one.id for one in multipliers),
        goals={one.id: one for one in goals},
        editions={one.kind: len(one.editions) for one in charters},
        erased=frozenset(one["id"] for one in erased),
    )
