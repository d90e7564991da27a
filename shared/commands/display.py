"""Shows results: a table for people, or one JSON object a line for programs."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Final, Self

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from shared.commands.results import BAD, Result

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


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """How results are shown to people. ``one``, ``many``: what they are called; ``doing``: what is done to them;
    ``columns``: of the table, by heading, what a result says there."""

    one: str
    many: str
    doing: str
    columns: Mapping[str, Callable[[Result], str]]


ENTRIES: Final = Shown(
    "entry",
    "entries",
    "publishing",
    {
        "entry": lambda result: result.source,
        "uid": lambda result: result.uid or "",
        "result": lambda result: result.result,
        "details": lambda result: "\n".join([*result.details, *filter(None, (result.resource, result.note))]),
    },
)


class Display:
    """Collects results and shows them when left, whatever ended the work before.

    Results go to stdout, everything else (progress, summary, errors) to stderr.
    """

    def __init__(self, *, as_json: bool, shown: Shown = ENTRIES) -> None:
        self._shown = shown
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
            self._out.print(_table(self.results, self._shown))
        if kind is None or self.results:
            self.say(summary(self.results, self._shown))

    def expect(self, entries: int) -> None:
        """How many entries there are, for the progress bar."""
        done = len(self.results)
        self._progress.update(self._task, description=self._shown.doing, total=done + entries, completed=done)

    def add(self, result: Result) -> None:
        """One more result; as JSON it is printed at once."""
        self.results.append(result)
        self._progress.advance(self._task)
        if self._as_json:
            print(orjson.dumps(dataclasses.asdict(result)).decode(), flush=True)

    def say(self, sentence: str) -> None:
        """A sentence for people, on stderr."""
        self._err.print(_plain(sentence), soft_wrap=True)


def summary(results: Iterable[Result], shown: Shown = ENTRIES) -> str:
    """``5 entries: 3 created, 2 refused``; notes are no entries and are counted apart."""
    counted = Counter(result.result for result in results)
    notes = counted.pop("note", 0)
    total = counted.total()
    parts = ", ".join(f"{number} {name}" for name, number in counted.most_common())
    said = f"{total} {shown.one if total == 1 else shown.many}" + (f": {parts}" if parts else "")
    return said + (f"; {notes} {'note' if notes == 1 else 'notes'}" if notes else "")


def _table(results: Iterable[Result], shown: Shown) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in shown.columns:
        table.add_column(heading, overflow="fold")
    for result in results:
        colour = "red" if result.result in BAD else _COLOURS.get(result.result, "")
        cells = {heading: _plain(said(result)) for heading, said in shown.columns.items()}
        table.add_row(*(cells | {"result": Text(result.result, colour)}).values())
    return table


def _plain(text: str) -> Text:
    """``text`` as it is: no markup, and nothing that a file could tell the terminal to do."""
    return Text("".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text))
