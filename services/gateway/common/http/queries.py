"""Query strings read into models, once for each different one; FastAPI's own way costs more than the answer."""

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, TypeVar, get_origin
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Model = TypeVar("Model", bound=BaseModel)
Limit = Annotated[int, Field(ge=1, le=200)]
Cursor = Annotated[str | None, Field(max_length=800, description="From `next` of the page before.")]


def reader(model: type[Model]) -> Callable[[Request], Model]:
    """What reads the query of a request as ``model``, which is to be immutable.

    It raises RequestValidationError for whatever ``model`` does not take.
    """
    several = {
        field.alias or name
        for name, field in model.model_fields.items()
        if get_origin(field.annotation) in (list, tuple)
    }

    @lru_cache(maxsize=1_024)
    def parse(query: str) -> Model:
        given = parse_qs(query, keep_blank_values=True, max_num_fields=200)
        values: dict[str, Any] = {n: tuple(v) if n in several else v[-1] for n, v in given.items()}
        return model.model_validate(values)

    def read(request: Request) -> Model:
        try:
            return parse(request.scope["query_string"].decode("latin-1"))
        except ValidationError as error:
            located = [{**one, "loc": ("query", *one["loc"])} for one in error.errors(include_url=False)]
            raise RequestValidationError(located) from None
        except ValueError:
            too_many = {"type": "too_long", "loc": ("query",), "msg": "holds too many fields", "ctx": {}}
            raise RequestValidationError([too_many]) from None

    return read


def parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    """The OpenAPI description of what ``reader`` reads."""
    properties = model.model_json_schema(ref_template="#/components/schemas/{model}")["properties"]
    return [
        {"name": name, "in": "query", "required": False, **in_description(schema)}
        for name, schema in properties.items()
    ]


def in_description(schema: dict[str, Any]) -> dict[str, Any]:
    """A field's schema as that of a parameter, which has its description beside it."""
    kept = {key: value for key, value in schema.items() if key not in ("title", "description", "examples")}
    # A parameter that is left out is null; one that is sent never is.
    options = [one for one in kept.pop("anyOf", []) if one != {"type": "null"}]
    kept = {key: value for key, value in kept.items() if key != "default" or value is not None}
    described = {"description": schema["description"]} if "description" in schema else {}
    examples = {"example": schema["examples"][0]} if "examples" in schema else {}
    if options:
        kept |= options[0] if len(options) == 1 else {"anyOf": options}
    return {**described, **examples, "schema": kept}


class PageQuery(BaseModel):
    """What every list can be asked: how long a page is, and where it begins."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Limit = 50
    cursor: Cursor = None


def given(values: tuple[str, ...]) -> tuple[str, ...]:
    """A form sends its empty fields too."""
    return tuple(value for value in values if value)
