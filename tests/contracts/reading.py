"""What a reader of today gets out of a message of yesterday."""

from typing import Any

import orjson
from pydantic import ValidationError

from shared.contracts.base import Contract

Document = dict[str, Any]


def loses(model: type[Contract], document: Document) -> list[str]:
    """What of ``document`` is not there any more, or not the same, after ``model`` has read it."""
    try:
        read = model.model_validate_json(orjson.dumps(document)).model_dump(mode="json")
    except ValidationError as error:
        return [".".join(map(str, item["loc"])) for item in error.errors()]
    return _missing(document, read)


def _missing(sent: Any, read: Any, path: str = "") -> list[str]:
    if isinstance(sent, dict) and isinstance(read, dict):
        return [
            where
            for name, value in sent.items()
            for where in ([f"{path}{name}"] if name not in read else _missing(value, read[name], f"{path}{name}."))
        ]
    if isinstance(sent, list) and isinstance(read, list) and len(sent) == len(read):
        return [where for pair in zip(sent, read, strict=True) for where in _missing(*pair, f"{path}[].")]
    return [] if sent == read else [path.rstrip(".")]
