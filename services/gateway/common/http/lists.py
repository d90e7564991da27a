"""What the routes about members share: who is looking, and answers that differ by language and key."""

from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from fastapi import Path, Request
from starlette.responses import Response

from services.gateway.common.documents import Document
from services.gateway.common.http.problems import ProblemError, reason
from shared.responses import respond

MemberId = Annotated[str, Path(max_length=40, pattern=r"^[a-z0-9-]+$", description="Id of an organisation.")]
VARY = "Accept-Language, Authorization"


def respond_json(request: Request, body: Document, *, private: bool = False) -> Response:
    """An answer in JSON; ``private``: it is for the key that came along."""
    caching = "private, no-cache" if private else "no-cache"
    return respond(request, orjson.dumps(body), caching=caching, headers={"Vary": VARY})


def page(items: Sequence[Document], following: str | None) -> Document:
    """A page of a list."""
    return {"items": items, "next": following}


def split(rows: Sequence[Any], limit: int) -> tuple[Sequence[Any], Any]:
    """The rows of a page out of one more than it holds, and its last one where there are more, else None."""
    return rows[:limit], (rows[limit - 1] if len(rows) > limit else None)


def not_found(field: str, what: str) -> ProblemError:
    """404, as there is no such thing; ``what``: it names no ``member``, …"""
    return ProblemError(404, reason(field, "not-found", f"names no {what}"))
