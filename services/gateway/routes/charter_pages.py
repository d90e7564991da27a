"""The pages of the alliance's papers: Leitbild, Arbeitsordnung, Konzeption."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.context import context
from services.gateway.common.http.language import Language, negotiate
from services.gateway.common.http.problems import ProblemError
from services.gateway.common.http.responses import respond
from services.gateway.goals.routes import read_charters
from services.gateway.pages import charters
from services.gateway.routes.site import SECURITY
from shared import db

router = APIRouter(include_in_schema=False)


@router.get("/charters")
async def charters_html(request: Request) -> Response:
    """All papers, with who agreed."""
    language = negotiate(request.headers.get("accept-language"))
    async with db.reading(context(request).pool) as connection:
        documents = await read_charters(connection)
    return _page(request, charters.render_charters(documents, language), language)


@router.get("/charters/{kind}")
async def charter_html(request: Request, kind: str) -> Response:
    """One paper."""
    language = negotiate(request.headers.get("accept-language"))
    async with db.reading(context(request).pool) as connection:
        documents = await read_charters(connection)
    found = next((document for document in documents if document["kind"] == kind), None)
    if found is None:
        raise ProblemError(404)
    return _page(request, charters.render_charter(found, language), language)


def _page(request: Request, text: str, language: Language) -> Response:
    headers = {**SECURITY, "Content-Language": language.code}
    return respond(request, text.encode(), media_type="text/html; charset=utf-8", headers=headers)
