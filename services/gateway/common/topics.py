"""The alliance's topics with their labels."""

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.gateway.common.context import context
from services.gateway.common.openapi.operation import described
from shared.responses import respond

router = APIRouter(tags=["vocabulary"])


class Topic(BaseModel):
    """A topic of the alliance's vocabulary."""

    slug: str
    labels: dict[str, str] = Field(description="Language → label.")


class TopicPage(BaseModel):
    """The vocabulary, in its own order."""

    items: list[Topic]
    next: None = None


@router.get("/v1/topics", **described("list_topics", TopicPage))
async def list_topics(request: Request) -> Response:
    """The alliance's topics with their labels."""
    items = [{"slug": slug, "labels": labels} for slug, labels in context(request).words.topics.items()]
    return respond(request, orjson.dumps({"items": items, "next": None}), caching="public, max-age=300")
