"""Requests as clients see them."""

from typing import Any

from services.gateway.common.http.language import negotiate
from services.gateway.common.http.problems import document, notes_in_language
from services.gateway.common.requests.store import RequestState
from shared.contracts.requests import Problem


def request_document(state: RequestState, accept_language: str | None) -> dict[str, Any]:
    """A request as ``GET /v1/requests/{id}`` shows it."""
    problem = Problem.model_validate_json(state.problem) if state.problem else None
    language = negotiate(accept_language)
    return {
        "request": str(state.id),
        "status": state.status,
        "result": state.result,
        "resource": state.resource,
        "version": state.version,
        "problem": document(problem, language) if problem else None,
        "notes": notes_in_language(state.notes, language),
    }
