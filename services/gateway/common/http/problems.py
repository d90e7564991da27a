"""Errors as RFC 9457 problems, in the language of whoever asked."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.gateway.common.http import cors
from services.gateway.common.http.language import negotiate
from services.gateway.common.http.methods import allow
from shared.contracts.base import FieldError
from shared.contracts.requests import Problem
from shared.db import is_passing
from shared.language import Language

log = structlog.get_logger()

TITLES: Final = {
    401: ("/problems/unauthorized", "A key is needed"),
    403: ("/problems/forbidden", "This key does not open this"),
    404: ("/problems/not-found", "There is nothing here"),
    405: ("/problems/method-not-allowed", "This method is not known here"),
    409: ("/problems/conflict", "This conflicts with what is there"),
    410: ("/problems/gone", "This was withdrawn"),
    413: ("/problems/too-large", "The body is too large"),
    415: ("/problems/unsupported-media-type", "The body must be application/json"),
    422: ("/problems/invalid", "The request is not valid"),
    429: ("/problems/too-many-requests", "This came too often"),
    500: ("/problems/internal", "Something went wrong on our side"),
    503: ("/problems/unavailable", "Not available at the moment, please try again"),
}

_NOTES: Final = TypeAdapter(tuple[FieldError, ...])


class ProblemError(Exception):
    """Raised where a request cannot be answered; becomes an RFC 9457 response."""

    def __init__(
        self,
        status: int,
        *errors: FieldError,
        kind: str | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        kind_of_status, title = TITLES[status]
        super().__init__(title)
        self.problem = Problem(type=kind or kind_of_status, title=title, status=status, errors=errors)
        self.headers = headers or {}
        self.members = members


def reason(field: str, code: str, detail: str, **values: str | int | float) -> FieldError:
    """One reason, in English; the catalogue knows ``code`` in other languages."""
    return FieldError(field=field, code=code, detail=detail.format(**values), values=values)


def document(problem: Problem, language: Language, **members: Any) -> dict[str, Any]:
    """The problem as it is sent, in ``language``."""
    return {
        "type": problem.type,
        "title": language.title(problem.type, problem.title),
        "status": problem.status,
        **({"detail": problem.detail} if problem.detail else {}),
        **({"errors": [in_language(error, language) for error in problem.errors]} if problem.errors else {}),
        **members,
    }


def problem_response(
    problem: Problem, language: Language, headers: Mapping[str, str] | None = None, **members: Any
) -> Response:
    """An ``application/problem+json`` response."""
    return Response(
        orjson.dumps(document(problem, language, **members)),
        status_code=problem.status,
        media_type="application/problem+json",
        headers={"Content-Language": language.code, "Vary": "Accept-Language", **(headers or {})},
    )


def install(app: FastAPI) -> None:
    """Let every error of ``app`` become a problem."""

    @app.exception_handler(ProblemError)
    async def _problem(request: Request, error: ProblemError) -> Response:
        return _answer(request, error.problem, error.headers, error.members)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        return _answer(request, ProblemError(422, *_parameter_errors(error.errors())).problem)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        kind, title = TITLES.get(error.status_code, ("about:blank", error.detail))
        headers = dict(error.headers or {})
        if error.status_code == 405 and (methods := allow(app.routes, request.scope["path"])):
            # The router names those of one route; there may be several behind a path.
            headers["Allow"] = methods
        return _answer(request, Problem(type=kind, title=title, status=error.status_code), headers)

    @app.exception_handler(Exception)
    async def _failure(request: Request, error: Exception) -> Response:
        status = 503 if is_passing(error) else 500
        log.error(
            "request failed", path=request.scope["route"].path if "route" in request.scope else "", exc_info=error
        )
        # Starlette answers this one outside all middleware.
        headers = dict(cors.HEADERS) if cors.is_open(request.scope["path"]) else {}
        if status == 503:
            headers["Retry-After"] = "5"
        return _answer(request, ProblemError(status).problem, headers)


def _answer(
    request: Request,
    problem: Problem,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> Response:
    language = negotiate(request.headers.get("accept-language"))
    return problem_response(problem, language, headers, **(members or {}))


def in_language(error: FieldError, language: Language) -> dict[str, str]:
    """``field``, ``code`` and ``detail`` of a reason, as readers of ``language`` get it."""
    detail = language.reason(error.code, error.values, error.detail)
    return {"field": error.field, "code": error.code, "detail": detail}


def notes_in_language(notes: str | None, language: Language) -> list[dict[str, str]]:
    """The notes of an outcome, JSON as stored, as readers of ``language`` get them."""
    return [in_language(note, language) for note in _NOTES.validate_json(notes or "[]")]


def _parameter_errors(errors: Sequence[Any]) -> list[FieldError]:
    found = []
    for error in errors:
        name = ".".join(str(part) for part in error["loc"][1:])
        code = "unknown-parameter" if error["type"] == "extra_forbidden" else error["type"].replace("_", "-")
        values = {key: value for key, value in error.get("ctx", {}).items() if isinstance(value, str | int | float)}
        detail = "is not a parameter of this route" if code == "unknown-parameter" else error["msg"]
        found.append(FieldError(field=name, code=code, detail=detail, values=values))
    return found
