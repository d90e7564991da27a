"""Reads events from a table as offices keep it: any delimiter and encoding, German or English headings."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from deploy.publish.csv_columns import Columns, columns_of, understood
from deploy.publish.csv_rows import document_of
from shared.calendars.entries import Entry, UnreadableFileError, submission
from shared.calendars.text import REPLACEMENT, decode

_DELIMITERS: Final = (";", ",", "\t")
# Above the headings many offices have a title line or two, Excel also "sep=;".
_LINES_BEFORE_HEADINGS: Final = 10


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    after: int  # index of the line below it
    cells: tuple[str, ...] = ()
    fault: str | None = None


def read_csv(data: bytes, name: str) -> Iterator[Entry]:
    """The entries of a table with headings; rows are named by the line of the file they begin on.

    Raises:
        UnreadableFileError: no row has headings for a title and a date.
    """
    lines = list(io.StringIO(decode(data), newline=""))
    delimiter, header, columns = _find_header(lines, name)
    if columns.unknown:
        yield Entry(name, kind="note", note=f"columns not understood: {', '.join(columns.unknown)}")
    for record in _records(lines, delimiter, header):
        source = f"{name}, row {record.line}"
        if record.fault:
            yield Entry(source, problems=(record.fault,))
        elif any(cell.strip() for cell in record.cells):
            yield _entry(record.cells, columns, source)


def _entry(cells: Sequence[str], columns: Columns, source: str) -> Entry:
    if any(REPLACEMENT in cell for cell in cells):
        return Entry(source, problems=("holds a byte that is neither UTF-8 nor Windows-1252",))
    surplus = any(cell.strip() for cell in cells[columns.width :])
    row = document_of(cells, columns)
    notes = [*row.notes, *(["more cells than headings"] if surplus else [])]
    return submission(row.document, source, problems=row.problems, notes=notes, headings=columns.headings)


def _find_header(lines: list[str], name: str) -> tuple[str, int, Columns]:
    """The delimiter, the index of the first line after the headings, and what the headings mean."""
    best: tuple[int, int, str, _Record, Columns] | None = None
    for preference, delimiter in enumerate(_DELIMITERS):
        rows = (record for record in _records(lines, delimiter, 0) if any(map(str.strip, record.cells)))
        for record in islice(rows, _LINES_BEFORE_HEADINGS):
            columns = columns_of(record.cells)
            rank = (len(columns.at) + 100 * columns.complete, -preference)
            if best is None or rank > best[:2]:
                best = (*rank, delimiter, record, columns)
            if columns.complete:
                break
    if best is None:
        raise UnreadableFileError(f"{name}: is empty, or no row of it can be read")
    _, _, delimiter, header, columns = best
    if not columns.complete:
        found = ", ".join(cell.strip() for cell in header.cells if cell.strip())[:300]
        raise UnreadableFileError(
            f"{name}: no row has headings for a title and a date. Found: {found}. Understood: {understood()}"
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
