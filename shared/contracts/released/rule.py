"""What may change within a version of a message type: optional fields may be added, nothing else (DESIGN 3).

Wider would break the readers of yesterday, narrower the messages of yesterday, so both are refused.
"""

from typing import Any, Final

Schema = dict[str, Any]

_WORDS: Final = frozenset(("title", "description", "examples"))
_WALKED: Final = frozenset(("properties", "required", "items", "anyOf", "$defs"))


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """Where ``new`` breaks with ``old``, as sentences that name the field; empty where it does not."""
    return _compare(_whole(old, old), _whole(new, new), old, new, "")


def _compare(old: Schema, new: Schema, old_root: Schema, new_root: Schema, path: str) -> list[str]:
    broken = [
        f"{path or 'the message'} has another {word}"
        for word in sorted((old.keys() | new.keys()) - _WALKED - _WORDS)
        if old.get(word) != new.get(word)
    ]
    required = set(old.get("required", ())) ^ set(new.get("required", ()))
    broken += [f"{_join(path, name)} is required in one of them only" for name in sorted(required)]
    before, after = old.get("properties", {}), new.get("properties", {})
    broken += [f"{_join(path, name)} is gone" for name in before.keys() - after.keys()]
    pairs = [(_join(path, name), before[name], after[name]) for name in before.keys() & after.keys()]
    if ("items" in old) != ("items" in new) or len(old.get("anyOf", ())) != len(new.get("anyOf", ())):
        broken.append(f"{path or 'the message'} is of another type")
    elif "items" in old:
        pairs.append((f"{path}[]", old["items"], new["items"]))
    pairs += [(path, *both) for both in zip(old.get("anyOf", ()), new.get("anyOf", ()), strict=False)]
    for where, one, other in pairs:
        broken += _compare(_whole(one, old_root), _whole(other, new_root), old_root, new_root, where)
    return broken


def _whole(schema: Schema, root: Schema) -> Schema:
    """``schema`` with what its ``$ref`` stands for in place of it: the name of a model may change."""
    if "$ref" not in schema:
        return schema
    target = root["$defs"][schema["$ref"].rpartition("/")[2]]
    return {**target, **{word: value for word, value in schema.items() if word != "$ref"}}


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
