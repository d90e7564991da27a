"""How much of what is private whoever asks may see."""

from typing import Literal

from fastapi import Request

from services.gateway.common.access.callers import Caller, caller_if_any
from services.gateway.common.access.keys import MEMBERS_WRITE
from services.gateway.common.context import Context
from services.gateway.common.views import store
from shared import db

Insight = Literal["public", "member", "office"]
"""How much somebody sees: each sees what the ones before see, and more."""


async def insight_of(request: Request, parts: Context) -> tuple[Insight, Caller | None]:
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
        return ("member" if await store.is_member(connection, caller.owner) else "public"), caller
