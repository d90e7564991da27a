"""Pieces of documents that several subjects show."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Document: TypeAlias = dict[str, Any]


def named(id_: str, names: Mapping[str, str]) -> Document:
    """Something by its id, and what it is called; by its id where that is not known."""
    return {"id": id_, "name": names.get(id_, id_)}
