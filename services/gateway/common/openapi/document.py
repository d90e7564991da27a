"""``/openapi.json``: what the routes say of themselves, completed by what follows for all of them alike."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.gateway.common.openapi import common, writing
from services.gateway.common.openapi.examples import EXAMPLES
from services.gateway.common.openapi.operation import Json
from services.gateway.common.openapi.writing import REF
from services.gateway.common.requests.accepting import LARGEST_INTEGER
from services.gateway.common.requests.table import BODIES, WRITES

DESCRIPTION: Final = (
    "The shared bus of an alliance: events, members, meetings, goals and requests for help. Reading needs no key unless"
    " an operation says so. Writes answer `202` with a request to ask for, or with `Prefer: wait=5` what came of it."
    " `HEAD` is answered wherever `GET` is, `OPTIONS` everywhere; pages of any origin may use all of it, with a key and"
    " without cookies. Errors are problems (RFC 9457), in German or English by `Accept-Language`."
)
TAGS: Final = {
    "events": "The calendar: occurrences, single events, both as iCalendar, and live updates.",
    "places": "Municipalities that are known here.",
    "partners": "Organisations publish, and see what became of it.",
    "members": "Who belongs to the alliance, and what members do themselves.",
    "meetings": "Meetings of the alliance, with their minutes.",
    "goals": "What the alliance wants, and the papers its members agreed to.",
    "referrals": "Where, and with whom, somebody can help or find help.",
    "office": "For the coordination office alone.",
    "sessions": "Signing in, for programs that serve people.",
    "vocabulary": "Words that the alliance has agreed on.",
    "descriptions": "The interface described for programs.",
}
_OF_ALL: Final = (500, 503)
_OF_KEYS: Final = (401, 403)
_OF_BODIES: Final = (413, 415)
_WHITE_SPACE: Final = r"\t-\r\x20\x85\xA0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
_WITHOUT_TAG: Final = "text/event-stream"


def describe(app: FastAPI) -> Json:
    """The interface of ``app`` as OpenAPI 3.1."""
    found: Json = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=DESCRIPTION,
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
    )
    for path in found["paths"].values():
        for method, operation in path.items():
            _complete(method, operation)
    schemas = {**found["components"]["schemas"], **writing.models(WRITES, BODIES)}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for name, schema in schemas.items():
        _tidy(schema)
        schema["title"] = name
    found["components"] = {
        "schemas": dict(sorted(schemas.items())),
        "responses": common.responses(),
        "headers": common.HEADERS,
        "securitySchemes": common.SECURITY_SCHEMES,
    }
    return found


def _complete(method: str, operation: Json) -> None:
    """Name what is answered for reasons that all routes share, and show examples."""
    answers: Json = operation["responses"]
    declared = {int(status) for status in answers if int(status) >= 400}
    problems = declared - {422} | set(_OF_ALL)
    if "security" in operation:
        problems |= set(_OF_KEYS)
    if "requestBody" in operation:
        problems |= set(_OF_BODIES)
    if "requestBody" in operation or operation.get("parameters"):
        problems.add(422)
    for content in operation.get("requestBody", {"content": {}})["content"].values():
        _tidy(content["schema"])
    for parameter in operation.get("parameters", []):
        _tidy(parameter["schema"])
    kept = {status: answer for status, answer in answers.items() if int(status) < 400}
    for answer in kept.values():
        _show_example(answer)
    if method == "get" and _WITHOUT_TAG not in kept["200"]["content"]:
        kept["200"]["headers"] = {"ETag": common.header("ETag")}
        kept["304"] = {"$ref": "#/components/responses/NotModified"}
    operation["responses"] = {
        **dict(sorted(kept.items())),
        **{str(status): common.problem(status) for status in sorted(problems)},
    }


def _tidy(schema: Any) -> None:
    """Say a schema as those read it who do not have pydantic.

    The titles that it makes of names go: generators name their classes after them, two alike. What is white space is
    written out: other dialects of regular expressions do not mean the same by it. Integers end where they are read as
    such no more.
    """
    if not isinstance(schema, dict):
        return
    schema.pop("title", None)
    if "pattern" in schema:
        schema["pattern"] = schema["pattern"].replace(r"\s", _WHITE_SPACE)
    if schema.get("type") == "integer":
        schema.setdefault("maximum", LARGEST_INTEGER)
    parts = [schema.get("items"), schema.get("additionalProperties"), *schema.get("properties", {}).values()]
    for part in [*parts, *(one for word in ("anyOf", "oneOf", "prefixItems") for one in schema.get(word, []))]:
        _tidy(part)


def _show_example(answer: Json) -> None:
    content: Any = answer.get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").removeprefix(REF)
    if name in EXAMPLES:
        content["example"] = EXAMPLES[name]
