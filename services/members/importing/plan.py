"""What an import would do, row by row: found out by comparing tables with what is known, before anything is sent."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import orjson
from pydantic import ValidationError

from shared.calendars.text import one_line, slug
from shared.commands.ask import Command
from shared.commands.results import Outcome
from shared.contracts.base import Contract, field_errors
from shared.tables.reading import Layout, read_table
from shared.tables.times import Span, UnclearTimeError, span

C = TypeVar("C", bound=Contract)


@dataclass(frozen=True, slots=True)
class Planned:
    """What one row (of attendance: one meeting) leads to.

    ``result``: ``new``, ``changed``, ``unchanged``, ``refused``, ``unreadable``, or ``note`` where it is only told.
    ``name``: what people know it by. ``commands``: what would be sent, in their order; none where nothing is to do.
    """

    source: str
    result: Outcome
    id: str | None = None
    name: str | None = None
    details: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()


class RefusedRowError(ValueError):
    """A row cannot be taken; each of its reasons names the column."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Line:
    """A row to be understood: ``given`` its cells that are not empty, by field; ``notes`` what is to be told of it."""

    source: str
    given: Mapping[str, str]
    headings: Mapping[str, str]
    notes: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The text of a field in one line; empty where there is none."""
        return one_line(self.given.get(name, ""))

    def wrong(self, name: str, why: str) -> RefusedRowError:
        """The reason that a column is wrong; to be raised."""
        return RefusedRowError(f"column {self.headings.get(name, name)}: {why}")

    def needed(self, name: str) -> str:
        """The text of a field that must be there.

        Raises:
            RefusedRowError: it is empty.
        """
        if text := self.text(name):
            return text
        raise self.wrong(name, "is empty")

    def word(self, name: str, words: Mapping[str, str], shown: str, default: str | None = None) -> str | None:
        """The meaning of a field that takes certain words alone, which ``shown`` names; ``default``: of an empty one.

        Raises:
            RefusedRowError: it is none of them.
        """
        text = self.text(name)
        if not text:
            return default
        if (meaning := words.get(word_key(text))) is None:
            raise self.wrong(name, f"known are {shown}")
        return meaning

    def when(self, name: str) -> Span:
        """A date, time or both; an empty field gives an empty one.

        Raises:
            RefusedRowError: it cannot be understood.
        """
        try:
            return span(self.given.get(name, ""))
        except UnclearTimeError as unclear:
            raise self.wrong(name, str(unclear)) from None

    def day(self, name: str) -> date | None:
        """The date in a field; None where it is empty.

        Raises:
            RefusedRowError: it holds no date.
        """
        if name not in self.given:
            return None
        day = self.when(name).start.day
        if day is None:
            raise self.wrong(name, "holds no date")
        return day

    def build(self, model: type[C], document: Mapping[str, object]) -> C:
        """A command of this row.

        Raises:
            RefusedRowError: the contract does not take it.
        """
        try:
            return model.model_validate_json(orjson.dumps(document))
        except ValidationError as error:
            reasons = []
            for item in field_errors(error):
                heading = self.headings.get(item.field.partition(".")[0])
                reasons.append(f"{f'column {heading}' if heading else item.field} {item.detail}".strip())
            raise RefusedRowError(*reasons) from None


def plan_rows(
    data: bytes, name: str, layout: Layout, decide: Callable[[Line], Planned], *, label: str
) -> Iterator[Planned]:
    """Decide on each row of a table; one that cannot be taken is told as refused and stops no other.

    ``label``: the field by which people know a row.

    Raises:
        UnreadableFileError: there are no headings that can be understood.
    """
    columns, rows = read_table(data, name, layout)
    if columns.unknown:
        yield Planned(name, "note", name=f"columns not understood: {', '.join(columns.unknown)}")
    for row in rows:
        source = f"{name}, row {row.line}"
        line = Line(source, columns.given(row.cells), columns.headings)
        if row.fault:
            yield Planned(source, "unreadable", details=(row.fault,))
            continue
        try:
            yield decide(line)
        except RefusedRowError as refused:
            yield Planned(source, "refused", name=line.text(label) or None, details=refused.reasons)


def differing(new: Contract, old: Contract, names: Iterable[str]) -> list[str]:
    """The names of the fields in which ``new`` is not as ``old``."""
    return [name for name in names if getattr(new, name) != getattr(old, name)]


def word_key(text: str) -> str:
    """A word as it is compared: without case, spaces and signs, so that ``Vertreter:in`` is ``Vertreterin``."""
    return slug(text).replace("-", "")


def words(table: Mapping[str, str]) -> dict[str, str]:
    """A meaning for each of its words: ``{meaning: "word, other word"}`` turned round."""
    return {word_key(word): meaning for meaning, listed in table.items() for word in listed.split(", ")}


def shown(table: Mapping[str, str]) -> str:
    """The first word of each meaning, for an error's text."""
    return ", ".join(listed.partition(", ")[0] for listed in table.values())
