"""Shows results: a table for people, or one JSON object a line for programs."""

import dataclasses
from collections import Counter
from collections.abc import Iterable
from types import TracebackType
from typing import Final, Self

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from deploy.publish.results import BAD, Result

# Rich takes 80 where nothing is said, which breaks rows that somebody greps.
_WIDTH_OF_A_FILE: Final = 200
_COLOURS: Final = {
    "created": "green",
    "changed": "green",
    "withdrawn": "green",
    "valid": "green",
    "new": "green",
    "note": "dim",
}


class Display:
    """Collects results and shows them when left, whatever ended the work before.

    Results go to stdout, everything else (progress, summary, errors) to stderr. ``id_heading``, ``doing`` and ``of``
    (one and many) are what people read of what is shown.
    """

    def __init__(
        self,
        *,
        as_json: bool,
        id_heading: str = "uid",
        doing: str = "publishing",
        of: tuple[str, str] = ("entry", "entries"),
    ) -> None:
        self._id_heading = id_heading
        self._doing = doing
        self._of = of
        self.results: list[Result] = []
        self._as_json = as_json
        self._out = Console()
        if not self._out.is_terminal:
            self._out.width = _WIDTH_OF_A_FILE
        self._err = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=self._err,
            transient=True,
            disable=not self._err.is_terminal,
        )
        self._task = self._progress.add_task("reading", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        if not self._as_json and self.results:
            self._out.print(_table(self.results, (self._of[0], self._id_heading)))
        if kind is None or self.results:
            self.say(summary(self.results, self._of))

    def expect(self, entries: int) -> None:
        """How many entries there are, for the progress bar."""
        done = len(self.results)
        self._progress.update(self._task, description=self._doing, total=done + entries, completed=done)

    def add(self, result: Result) -> None:
        """One more result; as JSON it is printed at once."""
        self.results.append(result)
        self._progress.advance(self._task)
        if self._as_json:
            print(orjson.dumps(dataclasses.asdict(result)).decode(), flush=True)

    def say(self, sentence: str) -> None:
        """A sentence for people, on stderr."""
        self._err.print(_plain(sentence), soft_wrap=True)


def summary(results: Iterable[Result], of: tuple[str, str] = ("entry", "entries")) -> str:
    """``5 entries: 3 created, 2 refused``; notes are no entries and are counted apart."""
    counted = Counter(result.result for result in results)
    notes = counted.pop("note", 0)
    total = counted.total()
    parts = ", ".join(f"{number} {name}" for name, number in counted.most_common())
    said = f"{total} {of[total != 1]}" + (f": {parts}" if parts else "")
    return said + (f"; {notes} {'note' if notes == 1 else 'notes'}" if notes else "")


def _table(results: Iterable[Result], headings: tuple[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (*headings, "result", "details"):
        table.add_column(heading, overflow="fold")
    for result in results:
        details = [*result.details, *filter(None, (result.resource, result.note))]
        colour = "red" if result.result in BAD else _COLOURS.get(result.result, "")
        table.add_row(
            _plain(result.source), _plain(result.uid or ""), Text(result.result, colour), _plain("\n".join(details))
        )
    return table


def _plain(text: str) -> Text:
    """``text`` as it is: no markup, and nothing that a file could tell the terminal to do."""
    return Text("".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text))
