"""What the routes about members share: who is looking, and answers that differ by language and key."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import orjson
from fastapi import Path, Request
from starlette.responses import Response

from services.gateway import alliance_store, cursor, member_store
from services.gateway.answers import answer
from services.gateway.context import Caller, Context, caller_if_any
from services.gateway.keys import MEMBERS_WRITE
from services.gateway.member_documents import Document, Insight
from services.gateway.member_queries import ContributionQuery, TrainingQuery
from services.gateway.problems import ProblemError, reason
from shared import db

MemberId = Annotated[str, Path(max_length=40, pattern=r"^[a-z0-9-]+$", description="Id of an organisation.")]
VARY = "Accept-Language, Authorization"


async def looking(request: Request, parts: Context) -> tuple[Insight, Caller | None]:
    """How much whoever asks may see: everyone what is public; members, with their key, what is among them.

    The key of an organisation that is no member, or no more, opens what is public.

    Raises:
        ProblemError: 401 or 403, the key that came along is not good for this.
    """
    caller = await caller_if_any(request, parts, MEMBERS_WRITE)
    if caller is None:
        return "public", None
    if caller.is_office:
        return "office", caller
    async with db.reading(parts.pool) as connection:
        return ("member" if await member_store.is_member(connection, caller.owner) else "public"), caller


async def tell_latest(
    request: Request,
    parts: Context,
    kind: Literal["contribution", "training"],
    query: ContributionQuery | TrainingQuery,
    organisation: str | None = None,
) -> Response:
    """A page of what took place last first, of all organisations or one; for the key that came along."""
    async with db.reading(parts.pool) as connection:
        rows = await alliance_store.list_by_time(
            connection,
            kind,
            status=query.status,
            organisation=organisation,
            before=cursor.read(query.cursor),
            limit=query.limit + 1,
        )
    shown, last = split(rows, query.limit)
    following = cursor.write(last["at"], last["id"]) if last else None
    return tell(request, page([orjson.loads(row["document"]) for row in shown], following), private=True)


def tell(request: Request, body: Document, *, private: bool = False) -> Response:
    """An answer in JSON; ``private``: it is for the key that came along."""
    caching = "private, no-cache" if private else "no-cache"
    return answer(request, orjson.dumps(body), caching=caching, headers={"Vary": VARY})


def page(items: Sequence[Document], following: str | None) -> Document:
    """A page of a list."""
    return {"items": items, "next": following}


def split(rows: Sequence[Any], limit: int) -> tuple[Sequence[Any], Any]:
    """The rows of a page out of one more than it holds, and its last one where there are more, else None."""
    return rows[:limit], (rows[limit - 1] if len(rows) > limit else None)


def missing(field: str, what: str) -> ProblemError:
    """404, as there is no such thing; ``what``: it names no ``member``, …"""
    return ProblemError(404, reason(field, "not-found", f"names no {what}"))
