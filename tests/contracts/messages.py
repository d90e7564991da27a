"""Messages that a JSON Schema allows, as hypothesis strategies; for the schemas that pydantic writes."""

import re
from typing import Any, Final

from hypothesis import strategies as st

Schema = dict[str, Any]

_CHARACTERS: Final = re.compile(r"\^(?P<one>\[[^\]]+\])[*+]\$")
_ENTRIES: Final = 3


def messages(schema: Schema) -> st.SearchStrategy[Any]:
    """Any value that ``schema`` allows, though lists stay short and texts mostly so."""
    return _values(schema, schema.get("$defs", {}))


def _values(schema: Schema, models: dict[str, Schema]) -> st.SearchStrategy[Any]:
    match schema:
        case {"$ref": reference}:
            return _values(models[reference.rpartition("/")[2]], models)
        case {"anyOf": choices}:
            return st.one_of([_values(choice, models) for choice in choices])
        case {"const": value}:
            return st.just(value)
        case {"enum": values}:
            return st.sampled_from(values)
        case {"type": "null"}:
            return st.none()
        case {"type": "boolean"}:
            return st.booleans()
        case {"type": "integer"}:
            return st.integers(schema.get("minimum", -(2**53)), schema.get("maximum", 2**53))
        case {"type": "number"}:
            return _numbers(schema)
        case {"type": "string"}:
            return _texts(schema)
        case {"type": "array", "items": items}:
            return st.lists(_values(items, models), max_size=min(_ENTRIES, schema.get("maxItems", _ENTRIES)))
        case {"type": "object", "additionalProperties": values}:
            return st.dictionaries(st.text(), _values(values, models), max_size=_ENTRIES)
        case {"type": "object", "properties": fields}:
            required = set(schema.get("required", ()))
            drawn = {name: _values(field, models) for name, field in fields.items()}
            return st.fixed_dictionaries(
                {name: values for name, values in drawn.items() if name in required},
                optional={name: values for name, values in drawn.items() if name not in required},
            )
    raise NotImplementedError(f"no strategy for {schema}")


def _numbers(schema: Schema) -> st.SearchStrategy[float]:
    above = schema.get("exclusiveMinimum")
    return st.floats(
        schema.get("minimum", above),
        schema.get("maximum"),
        exclude_min=above is not None,
        allow_nan=False,
        allow_infinity=False,
    )


def _texts(schema: Schema) -> st.SearchStrategy[str]:
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength")
    pattern: str | None = schema.get("pattern")
    if pattern is None:
        return st.text(min_size=shortest, max_size=longest)
    if match := _CHARACTERS.fullmatch(pattern):
        # Drawn character by character, because most of what the whole pattern gives is too short or too long.
        characters = st.from_regex(match["one"], fullmatch=True)
        atleast = max(shortest, 1 if pattern.endswith("+$") else 0)
        return st.lists(characters, min_size=atleast, max_size=min(longest or 40, 40)).map("".join)
    texts = st.from_regex(pattern, fullmatch=True)
    return texts.filter(lambda text: shortest <= len(text) <= (longest or len(text)))
