"""Goals as a tree: what the alliance wants, with the measures that serve it below. Pure functions over facts."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

Document = dict[str, Any]
Shown = Literal["open", "retired", "all"]

_LEVELS: Final = {"guiding": 0, "intermediate": 1, "measure": 2}
_FIELDS: Final = ("id", "version", "key", "level", "parent", "title", "text", "status", "retired_because", "reviews")


def tree(documents: Iterable[Document], names: Mapping[str, str], shown: Shown = "open") -> list[Document]:
    """The goals (``GoalFact``) of this status, each with ``children``, by their numbers.

    A goal whose parent is not shown stands at the top, so that each that is shown stands there once. ``names``: of
    the organisations that are responsible.
    """
    wanted = [document for document in documents if shown in ("all", document["status"])]
    by_id = {document["id"]: document for document in wanted}
    nodes = {id_: node(document, names) for id_, document in by_id.items()}
    top: list[Document] = []
    for document in sorted(wanted, key=lambda one: (number(one["key"]), one["id"])):
        parent = by_id.get(document["parent"])
        # What is of no higher level is nobody's parent; so nothing can be below itself.
        is_below = parent is not None and _LEVELS[parent["level"]] < _LEVELS[document["level"]]
        (nodes[document["parent"]]["children"] if is_below else top).append(nodes[document["id"]])
    return top


def find(nodes: Iterable[Document], id_: str) -> Document | None:
    """The goal of this id, wherever in the tree it is."""
    for one in nodes:
        if found := one if one["id"] == id_ else find(one["children"], id_):
            return found
    return None


def node(document: Document, names: Mapping[str, str]) -> Document:
    """One goal as clients see it, as yet without what is below it."""
    return {
        **{name: document[name] for name in _FIELDS},
        "responsible": [{"id": id_, "name": names.get(id_, id_)} for id_ in document["responsible"]],
        "indicators": [_indicator(indicator) for indicator in document["indicators"]],
        "updated_at": document["updated_at"],
        "children": [],
    }


def responsible(documents: Iterable[Document]) -> list[str]:
    """Ids of all organisations that are responsible for something, sorted."""
    return sorted({id_ for document in documents for id_ in document["responsible"]})


def number(key: str) -> list[tuple[bool, int, str]]:
    """By which keys are sorted as people count: 1.2 before 1.10, figures before letters."""
    return [
        (not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.findall(r"[0-9]+|[^0-9.]+", key)
    ]


def _indicator(given: Document) -> Document:
    return {**given, "value": given["values"][-1]["value"] if given["values"] else None}
