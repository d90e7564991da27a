"""Reads a table from a file as offices keep it: finds out encoding, delimiter and where the headings are."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from shared.calendars.entries import UnreadableFileError
from shared.calendars.text import REPLACEMENT, decode
from shared.tables.columns import Columns

_DELIMITERS: Final = (";", ",", "\t")
# Above the headings many offices have a title line or two, Excel also "sep=;".
_LINES_BEFORE_HEADINGS: Final = 10


@dataclass(frozen=True, slots=True)
class Layout:
    """What makes a row one of headings: ``columns_of`` understands it, ``is_complete`` says whether enough is there.

    ``needed`` and ``understood`` are for the error where none is: what is missing, and which headings there are.
    """

    columns_of: Callable[[Sequence[str]], Columns]
    is_complete: Callable[[Columns], bool]
    needed: str
    understood: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the headings; ``line`` of the file where it begins, from 1. With a ``fault`` it cannot be used."""

    line: int
    cells: tuple[str, ...] = ()
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    after: int  # index of the line below it
    cells: tuple[str, ...] = ()
    fault: str | None = None


def read_table(data: bytes, name: str, layout: Layout) -> tuple[Columns, Iterator[Row]]:
    """The columns of a table and the rows that are not empty.

    Raises:
        UnreadableFileError: no row has the headings that are needed.
    """
    lines = list(io.StringIO(decode(data), newline=""))
    delimiter, header, columns = _find_header(lines, name, layout)
    return columns, _rows(lines, delimiter, header)


def _rows(lines: list[str], delimiter: str, first: int) -> Iterator[Row]:
    for record in _records(lines, delimiter, first):
        if record.fault:
            yield Row(record.line, fault=record.fault)
        elif any(REPLACEMENT in cell for cell in record.cells):
            yield Row(record.line, record.cells, "holds a byte that is neither UTF-8 nor Windows-1252")
        elif any(cell.strip() for cell in record.cells):
            yield Row(record.line, record.cells)


def _find_header(lines: list[str], name: str, layout: Layout) -> tuple[str, int, Columns]:
    """The delimiter, the index of the first line after the headings, and what the headings mean."""
    best: tuple[int, int, str, _Record, Columns] | None = None
    for preference, delimiter in enumerate(_DELIMITERS):
        rows = (record for record in _records(lines, delimiter, 0) if any(map(str.strip, record.cells)))
        for record in islice(rows, _LINES_BEFORE_HEADINGS):
            columns = layout.columns_of(record.cells)
            complete = layout.is_complete(columns)
            rank = (len(columns.at) + 100 * complete, -preference)
            if best is None or rank > best[:2]:
                best = (*rank, delimiter, record, columns)
            if complete:
                break
    if best is None:
        raise UnreadableFileError(f"{name}: is empty, or no row of it can be read")
    _, _, delimiter, header, columns = best
    if not layout.is_complete(columns):
        found = ", ".join(cell.strip() for cell in header.cells if cell.strip())[:300]
        raise UnreadableFileError(
            f"{name}: no row has headings for {layout.needed}. Found: {found}. Understood: {layout.understood}"
        )
    return delimiter, header.after, columns


def _records(lines: list[str], delimiter: str, first: int) -> Iterator[_Record]:
    """The records from line index ``first`` on.

    After a fault it goes on with the line below the one where the faulty record began: a quotation mark
    that nobody closed costs one row, not the rest of the table.
    """
    while first < len(lines):
        rest = (lines[index] for index in range(first, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True, skipinitialspace=True)
        begin = first
        try:
            for cells in reader:
                after = first + reader.line_num
                yield _Record(begin + 1, after, tuple(cells))
                begin = after
        except csv.Error as error:
            yield _Record(
                begin + 1, begin + 1, fault=f"cannot be split into cells, check its quotation marks ({error})"
            )
            first = begin + 1
        else:
            return
