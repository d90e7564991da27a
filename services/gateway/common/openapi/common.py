"""What all operations share: the key, headers of answers, and problems."""

from typing import Any, Final

from services.gateway.common.http.problems import TITLES
from services.gateway.common.openapi.operation import KEY, Json
from services.gateway.common.requests.accepting import LONGEST_WAIT_S

SECURITY_SCHEMES: Final[Json] = {
    KEY: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "bb_<id>_<secret>_<checksum>",
        "description": "An API key of an organisation or of the office (`buendnisbus keys create`), or the token of a"
        " session (`POST /v1/sessions`), which opens what its key opens.",
    }
}

HEADERS: Final[Json] = {
    "ETag": {
        "description": "Names what is answered; with it in `If-None-Match`, 304 says that nothing has changed.",
        "required": True,
        "schema": {"type": "string", "pattern": '^W/"[0-9a-f]+-[0-9a-f]+"$'},
        "example": 'W/"8d40ecab-1f3"',
    },
    "Location": {
        "description": "Path of the request, with 202, or of what was created.",
        "required": True,
        "schema": {"type": "string", "pattern": "^/v1/"},
        "example": "/v1/requests/0b0f9a4e-3a52-4f0c-9d53-2c9a7f5f6f0e",
    },
    "Preference-Applied": {
        "description": "How long the answer was waited for, where `Prefer` asked for it (RFC 7240).",
        "schema": {"type": "string", "pattern": "^wait=[0-9]+$"},
        "example": "wait=5",
    },
    "Retry-After": {
        "description": "Seconds after which it can be tried again.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 5,
    },
    "Content-Language": {
        "description": "Language of the sentences: German unless `Accept-Language` prefers another one.",
        "required": True,
        "schema": {"type": "string"},
        "example": "de",
    },
    "WWW-Authenticate": {
        "description": "How to send the key.",
        "required": True,
        "schema": {"type": "string"},
        "example": 'Bearer realm="buendnisbus"',
    },
}

PREFER: Final[Json] = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": f"`wait=SECONDS`, at most {LONGEST_WAIT_S}: answer with what came of it (RFC 7240).",
    "schema": {"type": "string"},
    "example": "wait=5",
}
IDEMPOTENCY_KEY: Final[Json] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes repeating the request safe for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "example": "cafe-first-try",
}

_WHY: Final = {
    401: ("The key is missing, unknown or no longer valid.", "authorization", "key-missing"),
    403: ("The key does not open this.", "partner", "owner-differs"),
    404: ("There is nothing here.", "id", "not-found"),
    409: ("What is there does not allow it, or the Idempotency-Key is in use.", "version", "changed-meanwhile"),
    410: ("It was there and is no more.", "id", "gone"),
    413: ("The body is too large.", "", "body-too-large"),
    415: ("The body is not sent as application/json.", "", ""),
    422: ("Something in the request cannot be taken; each reason names its field.", "limit", "less-than-equal"),
    429: ("It came too often; `Retry-After` says when it can be tried again.", "", "too-many-requests"),
    500: ("Something went wrong here.", "", ""),
    503: ("Not available at the moment.", "", ""),
}
_DETAILS: Final = {
    "key-missing": "needs to be: Bearer <API key>",
    "owner-differs": "is not the organisation this key belongs to",
    "not-found": "names no event",
    "changed-meanwhile": "is not the version that is there now",
    "gone": "names an event that its organiser has withdrawn",
    "body-too-large": "is larger than 258048 bytes",
    "too-many-requests": "came too often; please try again later",
    "less-than-equal": "Input should be less than or equal to 200",
}


def header(name: str) -> Json:
    """A header of an answer, by reference."""
    return {"$ref": f"#/components/headers/{name}"}


def problem(status: int | str) -> Json:
    """A problem that is answered, by reference."""
    return {"$ref": f"#/components/responses/{_name(int(status))}"}


def responses() -> Json:
    """The answers that operations name by reference."""
    unchanged = {"description": "Nothing has changed: `If-None-Match` names it.", "headers": {"ETag": header("ETag")}}
    return {"NotModified": unchanged, **{_name(status): _problem(status) for status in _WHY}}


def _name(status: int) -> str:
    """``Conflict`` of 409: the last part of its problem's type."""
    return "".join(part.capitalize() for part in TITLES[status][0].rpartition("/")[2].split("-"))


def _problem(status: int) -> Json:
    description, field, code = _WHY[status]
    kind, title = TITLES[status]
    example: dict[str, Any] = {"type": kind, "title": title, "status": status}
    if code:
        example["errors"] = [{"field": field, "code": code, "detail": _DETAILS[code]}]
    headers = {"Content-Language": header("Content-Language")}
    if status == 401:
        headers["WWW-Authenticate"] = header("WWW-Authenticate")
    if status in (409, 429, 503):
        headers["Retry-After"] = header("Retry-After")
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    return {
        "description": description,
        "headers": headers,
        "content": {"application/problem+json": {"schema": schema, "example": example}},
    }
