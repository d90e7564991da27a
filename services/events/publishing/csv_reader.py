"""Reads events from a table as offices keep it: any delimiter and encoding, German or English headings."""

from collections.abc import Iterator
from typing import Final

from services.events.publishing.csv_columns import columns_of, is_complete, understood
from services.events.publishing.csv_rows import document_of
from shared.calendars.entries import Entry, submission
from shared.tables.columns import Columns
from shared.tables.reading import Layout, Row, read_table

_LAYOUT: Final = Layout(columns_of, is_complete, "a title and a date", understood())


def read_csv(data: bytes, name: str) -> Iterator[Entry]:
    """The entries of a table with headings; rows are named by the line of the file they begin on.

    Raises:
        UnreadableFileError: no row has headings for a title and a date.
    """
    columns, rows = read_table(data, name, _LAYOUT)
    if columns.unknown:
        yield Entry(name, kind="note", note=f"columns not understood: {', '.join(columns.unknown)}")
    for row in rows:
        source = f"{name}, row {row.line}"
        yield Entry(source, problems=(row.fault,)) if row.fault else _entry(row, columns, source)


def _entry(row: Row, columns: Columns, source: str) -> Entry:
    surplus = any(cell.strip() for cell in row.cells[columns.width :])
    found = document_of(row.cells, columns)
    notes = [*found.notes, *(["more cells than headings"] if surplus else [])]
    return submission(found.document, source, problems=found.problems, notes=notes, headings=columns.headings)
