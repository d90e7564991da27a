"""Reads submissions and withdrawals from JSON: one object, a list, ``{"items": […]}``, or one per line."""

from collections.abc import Iterator
from typing import Final

import orjson

from shared.calendars.entries import Entry, UnreadableFileError, submission, withdrawal

_BOM: Final = b"\xef\xbb\xbf"


def read_json(data: bytes, name: str) -> Iterator[Entry]:
    """The entries of a JSON document.

    Raises:
        UnreadableFileError: it is no JSON, or neither an object nor a list.
    """
    try:
        document = orjson.loads(data.removeprefix(_BOM))
    except orjson.JSONDecodeError as error:
        raise UnreadableFileError(f"{name}: is not valid JSON: {error}") from None
    if isinstance(document, dict):
        items = document.get("items") if isinstance(document.get("items"), list) else [document]
    else:
        items = document
    if not isinstance(items, list):
        raise UnreadableFileError(f'{name}: holds neither an object, a list of objects nor {{"items": […]}}')
    for position, item in enumerate(items, 1):
        yield _entry(item, f"{name}, item {position}")


def read_json_lines(data: bytes, name: str) -> Iterator[Entry]:
    """The entries of a document with one JSON object per line; a broken line is reported by its number."""
    for number, line in enumerate(data.removeprefix(_BOM).split(b"\n"), 1):
        if not line.strip():
            continue
        source = f"{name}, line {number}"
        try:
            item = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield Entry(source, problems=(f"is not valid JSON: {error}",))
        else:
            yield _entry(item, source)


def _entry(item: object, source: str) -> Entry:
    if not isinstance(item, dict):
        return Entry(source, problems=("is not a JSON object",))
    match item.pop("withdraw", False):
        case True:
            return withdrawal(item, source)
        case False:
            return submission(item, source)
        case _:
            return Entry(source, problems=("withdraw is neither true nor false",))
