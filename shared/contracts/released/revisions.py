"""Reading and writing the released revisions of the message types."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shared.contracts import events, members, partner, referrals
from shared.contracts.base import Contract
from shared.contracts.released.rule import breaking_changes

Document = dict[str, Any]

TYPES: Final[dict[str, type[Contract]]] = {**partner.TYPES, **events.TYPES, **members.TYPES, **referrals.TYPES}
FOLDER: Final = Path(__file__).parent


class BreakingChangeError(Exception):
    """A contract changed in a way that its type does not allow; the text says where."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One released state of a message type. ``sample`` is a message as it was written then."""

    kind: str
    number: int
    schema: Document
    sample: Document


def schema_of(model: type[Contract]) -> Document:
    """The JSON Schema of what ``model`` reads."""
    return model.model_json_schema(by_alias=True)


def revisions(kind: str, folder: Path = FOLDER) -> tuple[Revision, ...]:
    """All revisions of a message type, oldest first."""
    files = sorted((folder / kind).glob("*.schema.json"))
    return tuple(
        Revision(
            kind,
            number=int(file.name.partition(".")[0]),
            schema=json.loads(file.read_text(encoding="utf-8")),
            sample=json.loads(file.with_name(file.name.replace(".schema.", ".sample.")).read_text(encoding="utf-8")),
        )
        for file in files
    )


def unreleased(types: Mapping[str, type[Contract]], folder: Path = FOLDER) -> list[str]:
    """Message types whose contract is not the one that was released last."""
    return [kind for kind, model in types.items() if _latest_schema(kind, folder) != schema_of(model)]


def release(
    types: Mapping[str, type[Contract]], samples: Mapping[str, Contract], folder: Path = FOLDER
) -> list[Revision]:
    """Write a new revision of each type that changed, and return them.

    Raises:
        BreakingChangeError: a contract broke with an earlier revision; nothing at all is written then.
    """
    fresh = []
    for kind in unreleased(types, folder):
        earlier, schema = revisions(kind, folder), schema_of(types[kind])
        for revision in earlier:
            if broken := breaking_changes(revision.schema, schema):
                raise BreakingChangeError(f"{kind} breaks with revision {revision.number}: {'; '.join(broken)}")
        fresh.append(Revision(kind, len(earlier) + 1, schema, samples[kind].model_dump(mode="json")))
    for revision in fresh:
        (folder / revision.kind).mkdir(parents=True, exist_ok=True)
        for name, document in (("schema", revision.schema), ("sample", revision.sample)):
            file = folder / revision.kind / f"{revision.number:04}.{name}.json"
            file.write_text(_canonical(document), encoding="utf-8")
    return fresh


def _latest_schema(kind: str, folder: Path) -> Document | None:
    earlier = revisions(kind, folder)
    return earlier[-1].schema if earlier else None


def _canonical(document: Document) -> str:
    return json.dumps(document, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
