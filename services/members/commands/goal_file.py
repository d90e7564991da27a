"""The goals of an alliance as one file, TOML or JSON, which is read level by level.

Each goal has ``key`` (its number), ``title``, and as it likes ``level``, ``text``, ``responsible`` (slugs),
``indicators`` (``id``, ``title``, ``target``, ``unit``, ``baseline``, ``due``, ``counted`` or ``referrals``), and
``goals``: those that serve it. One that does not stand below another names it as ``parent``, by key. Without a level it
follows from the depth: guiding, intermediate, measure.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import orjson
from pydantic import ValidationError

from shared.contracts.base import field_errors
from shared.contracts.members import goal_id
from shared.contracts.members.goals import SetGoal

_LEVELS: Final = ("guiding", "intermediate", "measure")
_KNOWN: Final = frozenset((*SetGoal.model_fields, "goals")) - {"id", "version"}


class GoalFileError(ValueError):
    """The file holds no goals that can be taken; the text says where and why."""


def read_goals(data: bytes, *, is_toml: bool) -> list[list[SetGoal]]:
    """The goals in a file, those of one depth together: a goal is to be there before what serves it.

    Raises:
        GoalFileError: something in it cannot be taken; nothing of it is.
    """
    try:
        document = tomllib.loads(data.decode("utf-8-sig")) if is_toml else orjson.loads(data)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, orjson.JSONDecodeError) as error:
        raise GoalFileError(f"is no {'TOML' if is_toml else 'JSON'}: {error}") from None
    listed = document.get("goals") if isinstance(document, dict) else document
    if not isinstance(listed, list) or not listed:
        raise GoalFileError("holds no list “goals”")
    found = dict(_walk(listed, None))
    depths = {key: _depth(key, found) for key in found}
    goals: list[list[SetGoal]] = [[] for _ in range(max(depths.values()) + 1)]
    for key, given in found.items():
        goals[depths[key]].append(_goal(key, given, depths[key]))
    return goals


def _walk(listed: list[Any], parent: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    seen: set[str] = set()
    for place, given in enumerate(listed, 1):
        if not isinstance(given, dict) or not isinstance(given.get("key"), str):
            where = f"below {parent}" if parent else "at the top"
            raise GoalFileError(f'goal {place} {where}: needs a key, such as key = "1.2"')
        key = given["key"]
        if unknown := sorted(given.keys() - _KNOWN):
            raise GoalFileError(f"goal {key}: there is no {', '.join(unknown)}; known are {', '.join(sorted(_KNOWN))}")
        below = given.get("goals", [])
        if not isinstance(below, list):
            raise GoalFileError(f"goal {key}: goals is no list")
        for one, content in [(key, {"parent": parent, **given}), *_walk(below, key)]:
            if one in seen:
                raise GoalFileError(f"goal {one}: stands there twice")
            seen.add(one)
            yield one, content


def _depth(key: str, found: Mapping[str, dict[str, Any]]) -> int:
    depth, one = 0, found[key]
    while (parent := one["parent"]) is not None and parent in found:
        depth, one = depth + 1, found[parent]
        if depth > len(found):
            raise GoalFileError(f"goal {key}: is its own parent")
    return depth


def _goal(key: str, given: Mapping[str, Any], depth: int) -> SetGoal:
    document = {name: value for name, value in given.items() if name != "goals"}
    document |= {"id": str(goal_id(key)), "level": given.get("level") or _LEVELS[min(depth, 2)]}
    if given["parent"] is not None:
        document["parent"] = str(goal_id(str(given["parent"])))
    try:
        # TOML has dates of its own, which JSON writes as the contract wants them.
        return SetGoal.model_validate_json(orjson.dumps(document, default=_text))
    except ValidationError as error:
        reasons = "; ".join(f"{item.field} {item.detail}" for item in field_errors(error))
        raise GoalFileError(f"goal {key}: {reasons}") from None


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise GoalFileError(f"holds something that is no text, number or date: {type(value).__name__}")
