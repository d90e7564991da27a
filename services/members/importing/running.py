"""Carries an import out, table by table: first members, then people, meetings, attendance and contributions."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.members.importing.attendance import plan_attendance
from services.members.importing.contributions import plan_contributions
from services.members.importing.known import Known
from services.members.importing.meetings import plan_meetings
from services.members.importing.organisations import plan_organisations
from services.members.importing.people import plan_people
from services.members.importing.plan import Planned
from shared.calendars.entries import UnreadableFileError
from shared.commands.ask import ask_many, reasons
from shared.commands.results import Result
from shared.contracts.requests import Outcome
from shared.settings import KafkaSettings

# Of several commands of one row the strongest result is the row's.
_STRONGEST: Final = ("refused", "created", "changed", "withdrawn", "unchanged")


@dataclass(frozen=True, slots=True)
class Files:
    """The tables to import; None: not this one. ``consent``: the version of the text that a mere yes stands for."""

    members: Path | None = None
    people: Path | None = None
    meetings: Path | None = None
    attendance: Path | None = None
    contributions: Path | None = None
    consent: str | None = None


def plan_all(files: Files, known: Known) -> list[list[Planned]]:
    """What each table leads to, in the order in which they build on one another; nothing is sent.

    A file that cannot be read becomes a row that says so.
    """

    def people(data: bytes, name: str, known: Known) -> Iterator[Planned]:
        return plan_people(data, name, known, consent=files.consent)

    readers: list[tuple[Path | None, Callable[[bytes, str, Known], Iterator[Planned]]]] = [
        (files.members, plan_organisations),
        (files.people, people),
        (files.meetings, plan_meetings),
        (files.attendance, plan_attendance),
        (files.contributions, plan_contributions),
    ]
    return [_planned(file, reader, known) for file, reader in readers if file is not None]


def _planned(file: Path, reader: Callable[[bytes, str, Known], Iterator[Planned]], known: Known) -> list[Planned]:
    try:
        return list(reader(file.read_bytes(), file.name, known))
    except UnreadableFileError as error:
        return [Planned(str(file), "unreadable", details=(str(error),))]
    except OSError as error:
        return [Planned(str(file), "unreadable", details=(f"cannot be read ({error.strerror or error})",))]


def foreseen(planned: Planned) -> Result:
    """A row as the dry run shows it, or where nothing is to be sent."""
    return Result(planned.source, planned.id, planned.result, details=planned.details, note=planned.name)


async def carry_out(
    settings: KafkaSettings, tables: Iterable[Sequence[Planned]], report: Callable[[Result], None]
) -> None:
    """Send what each table leads to, and ``report`` every row with its outcome; one table after the other.

    Raises:
        NoAnswerError: Kafka or the service is away. What was reported is done; a further run does the rest.
    """
    for rows in tables:
        results = {place: foreseen(planned) for place, planned in enumerate(rows) if not planned.commands}
        row_of = [place for place, planned in enumerate(rows) for _ in planned.commands]
        commands = [command for planned in rows for command in planned.commands]
        outcomes: dict[int, list[Outcome]] = {}
        told = 0
        try:
            async for number, outcome in ask_many(settings, "members", commands):
                place = row_of[number]
                outcomes.setdefault(place, []).append(outcome)
                if len(outcomes[place]) == len(rows[place].commands):
                    results[place] = _done(rows[place], outcomes[place])
                while told in results:
                    report(results.pop(told))
                    told += 1
        finally:
            # Also after an error or Ctrl-C: these are done, whatever becomes of the rows between them.
            for place in sorted(results):
                report(results[place])


def _done(planned: Planned, outcomes: Sequence[Outcome]) -> Result:
    result = min((outcome.result for outcome in outcomes), key=_STRONGEST.index)
    refusals = tuple(dict.fromkeys(why for outcome in outcomes for why in reasons(outcome)))
    resource = next((outcome.resource for outcome in outcomes if outcome.resource), None)
    details = (*refusals, *planned.details)
    return Result(planned.source, planned.id, result, resource, details, planned.name)
