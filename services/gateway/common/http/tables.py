"""Tables for spreadsheets: comma-separated values as offices open them, parted by semicolons (RFC 4180 otherwise)."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from fastapi import Request
from starlette.responses import Response

from services.gateway.common.http.lists import VARY
from shared.responses import respond


def respond_csv(
    request: Request, columns: Sequence[str], rows: Iterable[Sequence[object]], *, private: bool = True
) -> Response:
    """A table with ``columns``; a cell that is None stays empty. ``private``: it is for the key that came along."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return respond(
        request,
        text.getvalue().encode(),
        media_type="text/csv; charset=utf-8",
        caching="private, no-cache" if private else "no-cache",
        headers={"Vary": VARY},
    )
