"""How the rows of the table of writes are described: ids, parameters, bodies, answers."""

import re
from typing import Final

from pydantic import BaseModel

from services.gateway.common.http.queries import in_description
from services.gateway.common.openapi import common
from services.gateway.common.openapi.operation import KEY, Json
from services.gateway.common.requests import schemas
from services.gateway.common.requests.write import Write
from shared.contracts.members import organisations
from shared.contracts.released.samples import SAMPLES

REF: Final = "#/components/schemas/"
# Bodies and answers have models of the same name that differ: what may be left out in one is always in the other.
_INPUT: Final = "Input"
_IRREGULAR: Final = {"people": "person"}
_CREATES: Final = (organisations.APPLY, organisations.ADMIT)
_ORGANISATION: Final[Json] = {"type": "string", "pattern": "^[a-z0-9-]{3,40}$"}
_ORGANISATIONS: Final = ("partner", "member")


def operation_id(write: Write) -> str:
    """``put_partner_event``: from method and path, which clients depend on anyway and which therefore never change."""
    parts = write.path.removeprefix("/v1/").split("/")
    named = [
        _singular(part) if following.startswith("{") else part
        for part, following in zip(parts, [*parts[1:], ""], strict=True)
        if not part.startswith("{")
    ]
    return "_".join((write.method.lower(), *named))


def request(write: Write) -> Json:
    """Parameters and body of a write; its body's own models are named by reference (``models``)."""
    schema = _body(write)
    example = {name: value for name, value in _example(write).items() if name in schema["properties"]}
    content = {"application/json": {"schema": schema, "example": example}}
    return {
        **({} if write.link else {"security": [{KEY: [write.scope]}]}),
        "parameters": [*_path(write), common.PREFER, common.IDEMPOTENCY_KEY],
        "requestBody": {"required": write.needs_body, "content": content},
    }


def answers(write: Write) -> dict[int | str, Json]:
    """What a write is answered, for FastAPI."""
    said = {"Preference-Applied": common.header("Preference-Applied")}
    located = {**said, "Location": common.header("Location")}
    taken = {"description": "Taken, and under way.", "model": schemas.Accepted, "headers": located}
    if write.method == "DELETE":
        return {202: taken, 204: {"description": "It is done.", "headers": said}}
    done = {"description": "It is done: changed, or unchanged.", "model": schemas.RequestDocument, "headers": said}
    created = {"description": "It is done: created.", "model": schemas.RequestDocument, "headers": located}
    creates = write.method == "PUT" or write.kind in _CREATES
    return {202: taken, 200: done, **({201: created} if creates else {})}


def models(writes: tuple[Write, ...], bodies: tuple[type[BaseModel], ...] = ()) -> Json:
    """The models that bodies of ``writes``, and ``bodies`` besides, refer to, by name."""
    found: Json = {}
    for body in (*(write.body for write in writes), *bodies):
        found |= body_of(body)[1]
    return found


def body_of(model: type[BaseModel]) -> tuple[Json, Json]:
    """The schema of a body, and those that it refers to, by name."""
    schema = model.model_json_schema(ref_template=f"{REF}{{model}}{_INPUT}")
    return schema, {f"{name}{_INPUT}": one for name, one in schema.pop("$defs", {}).items()}


def _body(write: Write) -> Json:
    """The schema of the body of a write, without what the path says."""
    schema, _ = body_of(write.body)
    # A body may repeat what the path names; whoever leaves it out says the same with less.
    said = {field for _, field in write.names} | _stamped(write)
    schema["properties"] = {name: one for name, one in schema["properties"].items() if name not in said}
    required = [name for name in schema.pop("required", []) if name not in said]
    if required:
        schema["required"] = required
    return schema


def _stamped(write: Write) -> set[str]:
    return set(write.stamp(dict.fromkeys([*_parameters(write), "number"], "leitbild"))) if write.stamp else set()


def _path(write: Write) -> list[Json]:
    """The parameters of the path: what they name in the body is described there."""
    properties = write.body.model_json_schema()["properties"]
    named = dict(write.names)
    found = []
    for name in _parameters(write):
        schema = _ORGANISATION if name in _ORGANISATIONS else properties.get(named.get(name, ""), {"type": "string"})
        found.append({"name": name, "in": "path", "required": True, **in_description(schema)})
    return found


def _parameters(write: Write) -> list[str]:
    return re.findall(r"{(\w+)", write.path)


def _singular(part: str) -> str:
    return _IRREGULAR.get(part, part.removesuffix("s"))


def _example(write: Write) -> Json:
    found: Json = SAMPLES[write.kind].model_dump(mode="json")
    return found
